#include "web/head.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* A stretch of the head. */
struct span {
	const char *at;
	size_t size;
};

/* What is known of the lines before. */
struct facts {
	bool is_old; /* HTTP/1.0: needs no Host */
	int fields, hosts, lengths, codings;
};

static bool
is_token(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!g_ascii_isalnum(text.at[i]) && (!text.at[i] || !strchr("!#$%&'*+-.^_`|~", text.at[i])))
			return false;
	return text.size > 0;
}

static bool
is_word(struct span text, const char *word)
{
	return text.size == strlen(word) && !memcmp(text.at, word, text.size);
}

/* NAME is written in lower case; fields are not. */
static bool
is_field(struct span text, const char *name)
{
	return text.size == strlen(name) && !g_ascii_strncasecmp(text.at, name, text.size);
}

static bool
has_controls(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (((unsigned char)text.at[i] < ' ' && text.at[i] != '\t') || text.at[i] == 127)
			return true;
	return false;
}

/* What stands before the next C, or all; REST: what is behind it. */
static struct span
cut(struct span *rest, char c)
{
	const char *found = rest->size ? memchr(rest->at, c, rest->size) : NULL;
	struct span before = {rest->at, found ? (size_t)(found - rest->at) : rest->size};
	size_t taken = before.size + (found != NULL);
	*rest = (struct span){rest->at + taken, rest->size - taken};
	return before;
}

static int
check_method(struct span method)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (is_word(method, known[i]))
			return 0;
	return is_token(method) ? 501 : 400;
}

/* Two digits, and no NUL: it would end the path for who reads it as a string. */
static bool
is_escape(const char *at, size_t left)
{
	return left >= 3 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2]) && (at[1] != '0' || at[2] != '0');
}

static int
check_target(struct span target)
{
	int arguments = 0;
	const char *query = memchr(target.at, '?', target.size);
	if (target.size > HEAD_TARGET_MAX)
		return 414;
	if (!target.size || *target.at != '/')
		return 400;
	for (size_t i = 0; i < target.size; i++) {
		char c = target.at[i];
		bool is_mark = c == '&' || c == ';', is_query = query && target.at + i > query;
		if (c < '!' || c > '~' || c == '#' || (is_mark && !is_query) || (c == '%' && !is_escape(target.at + i, target.size - i)))
			return 400;
		arguments += is_mark;
	}
	return arguments < HEAD_ARGUMENTS_MAX ? 0 : 414;
}

static int
check_version(struct span version, struct facts *facts)
{
	facts->is_old = is_word(version, "HTTP/1.0");
	if (facts->is_old || is_word(version, "HTTP/1.1"))
		return 0;
	bool is_other = version.size == 8 && g_str_has_prefix(version.at, "HTTP/") && g_ascii_isdigit(version.at[5]) &&
		version.at[6] == '.' && g_ascii_isdigit(version.at[7]);
	return is_other ? 505 : 400;
}

static int
check_first_line(struct span line, struct facts *facts)
{
	struct span method = cut(&line, ' '), target = cut(&line, ' ');
	int wrong = check_version(line, facts);
	if (!wrong)
		wrong = check_method(method);
	return wrong ? wrong : check_target(target);
}

/* Whatever else is offered (h2c) libwebsockets hangs up on, or worse. */
static bool
is_odd_upgrade(struct span name, struct span value)
{
	static const char websocket[] = "websocket";
	while (value.size && (*value.at == ' ' || *value.at == '\t'))
		value = (struct span){value.at + 1, value.size - 1};
	return is_field(name, "upgrade") && (value.size < strlen(websocket) || g_ascii_strncasecmp(value.at, websocket, strlen(websocket)) != 0);
}

static void
note_field(struct span name, struct facts *facts)
{
	const struct {
		const char *name;
		int *count;
	} noted[] = {{"host", &facts->hosts}, {"content-length", &facts->lengths}, {"transfer-encoding", &facts->codings}};
	for (size_t i = 0; i < G_N_ELEMENTS(noted); i++)
		if (is_field(name, noted[i].name))
			++*noted[i].count;
}

static int
check_field(struct span line, struct facts *facts)
{
	bool has_colon = memchr(line.at, ':', line.size) != NULL;
	struct span name = cut(&line, ':');
	if (!has_colon || !is_token(name))
		return 400;
	if (is_odd_upgrade(name, line))
		return 501;
	note_field(name, facts);
	return ++facts->fields > HEAD_FIELDS_MAX ? 431 : 0;
}

/* Octets of a head that has come to its end. */
static int
check_end(const struct facts *facts, size_t length)
{
	if (length > HEAD_MAX)
		return 431;
	bool is_right = facts->hosts <= 1 && (facts->hosts || facts->is_old) && facts->lengths <= 1 && facts->codings <= 1 &&
		!(facts->codings && (facts->lengths || facts->is_old));
	return is_right ? HEAD_WHOLE : 400;
}

/* Of a line that has not all come. */
static int
check_part(struct span line, bool is_first, size_t size)
{
	if (line.size && line.at[line.size - 1] == '\r')
		line.size--;
	if (has_controls(line))
		return 400;
	if (is_first && line.size > HEAD_TARGET_MAX)
		return 414;
	return size < HEAD_MAX ? HEAD_PART : 431;
}

int
head_check(const char *octets, size_t size, size_t *length)
{
	struct facts facts = {0};
	struct span rest = {octets, size};
	if (!size)
		return HEAD_PART;
	for (bool is_first = true;; is_first = false) {
		bool is_whole = rest.size && memchr(rest.at, '\n', rest.size);
		struct span line = cut(&rest, '\n');
		if (!is_whole)
			return check_part(line, is_first, size);
		if (!line.size || line.at[line.size - 1] != '\r' || has_controls((struct span){line.at, --line.size}))
			return 400;
		*length = (size_t)(rest.at - octets);
		if (!line.size && !is_first)
			return check_end(&facts, *length);
		int wrong = is_first ? check_first_line(line, &facts) : check_field(line, &facts);
		if (wrong)
			return wrong;
	}
}
