#include "milter/read/quote_history.h"

#include <string.h>

#include "milter/read/quote_words.h"

#define HEADER_LINES 14 /* "From:", "Sent:" … with long lists of recipients between */
#define HEADER_GAP 5 /* lines of such a list between two that have a key */
#define WIDE_COLON "\xef\xbc\x9a"
#define KEY_BYTES 48
#define TITLE_BYTES 64
#define RULE_MIN 30
#define REQUEST_MIN 20
#define REQUEST_MAX 240
#define MARKS " \t-_*=#>~+"

/* "*From:* somebody" → QUOTE_FROM. */
static enum quote_key
key_of(const struct quote_line *line)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r*>|_");
	struct quote_folded folded;
	gsize length = MIN(bare.length, KEY_BYTES);
	while (length > 0 && length < bare.length && (bare.text[length] & 0xc0) == 0x80) /* whole letters */
		length--;
	if (!memchr(bare.text, ':', length) && !memmem(bare.text, length, WIDE_COLON, strlen(WIDE_COLON)))
		return QUOTE_NO_KEY;
	quote_fold(&folded, bare.text, length);
	char *colon = strchr(folded.text, ':');
	if (!colon)
		return QUOTE_NO_KEY;
	*colon = '\0';
	char *end = colon;
	while (end > folded.text && strchr(" *_", end[-1]))
		*--end = '\0';
	return quote_key_of(folded.text);
}

static enum quote_key
key_at(struct quote_lines *lines, guint i)
{
	struct quote_line *line = quote_line_at(lines, i);
	if (!line->has_key)
		line->key = key_of(line);
	line->has_key = true;
	return line->key;
}

/* What the values of a block's first lines hold, so that a form somebody filled is none. */
static bool
is_enough(guint seen)
{
	static const guint enough[] = {
		1u << QUOTE_FROM | 1u << QUOTE_SENT | 1u << QUOTE_TO,
		1u << QUOTE_FROM | 1u << QUOTE_SENT | 1u << QUOTE_SUBJECT,
		1u << QUOTE_FROM | 1u << QUOTE_TO | 1u << QUOTE_SUBJECT,
	};
	for (gsize i = 0; i < G_N_ELEMENTS(enough); i++)
		if ((seen & enough[i]) == enough[i])
			return true;
	return false;
}

static bool
has_address(const struct quote_line *line)
{
	return memchr(line->text, '@', line->length);
}

/* A block of headers from line AT on, in whatever order the program writes them. */
static bool
is_header_block(struct quote_lines *lines, guint at)
{
	if (key_at(lines, at) == QUOTE_NO_KEY)
		return false;
	guint seen = 0, gap = 0;
	for (guint i = at; i < MIN(quote_lines_count(lines), at + HEADER_LINES) && gap <= HEADER_GAP && !is_enough(seen); i++) {
		enum quote_key key = key_at(lines, i);
		gap = key == QUOTE_NO_KEY ? gap + 1 : 0;
		seen |= key == QUOTE_NO_KEY ? 0 : 1u << key;
	}
	return is_enough(seen);
}

static bool
has_digit(const struct quote_line *line)
{
	for (gsize i = 0; i < line->length; i++)
		if (g_ascii_isdigit(line->text[i]))
			return true;
	return false;
}

/* Two lines are enough when they say as much: "From: name <address>", "Date: 6 May 2024". */
static bool
is_pair(struct quote_lines *lines, guint at)
{
	if (at + 1 >= quote_lines_count(lines) || key_at(lines, at) != QUOTE_FROM || key_at(lines, at + 1) != QUOTE_SENT)
		return false;
	return has_address(quote_line_at(lines, at)) && has_digit(quote_line_at(lines, at + 1));
}

/* "____" as long as Outlook's, "From: name <address>". */
static bool
is_below_rule(struct quote_lines *lines, guint at)
{
	if (at == 0 || !quote_is_rule(quote_line_at(lines, at - 1), RULE_MIN) || key_at(lines, at) != QUOTE_FROM)
		return false;
	return has_address(quote_line_at(lines, at));
}

/* Can LINE be a title at all? Most lines are not, at a glance. */
static bool
has_mark(const struct quote_line *bare)
{
	if (bare->length == 0)
		return false;
	char first = bare->text[0], last = bare->text[bare->length - 1];
	return strchr(MARKS, first) || strchr(MARKS ":", last) || (first & 0x80) || (last & 0x80);
}

/* "-----Original Message-----", and what else the program puts on that line; or the words alone with a colon. */
static bool
is_title(const struct quote_line *line)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r");
	struct quote_folded folded;
	if (!has_mark(&bare))
		return false;
	quote_fold(&folded, bare.text, bare.length);
	gsize marks = strspn(folded.text, MARKS);
	gsize length = quote_title_length(folded.text + marks);
	if (length == 0)
		return false;
	const char *rest = folded.text + marks + length;
	bool is_closed = rest[strspn(rest, MARKS ":")] == '\0' && (marks > 0 || *rest);
	return is_closed || (marks >= 2 && (strstr(rest, "--") || folded.length < TITLE_BYTES));
}

/* "Please reply above this line" is of ours or of another desk, and stands above what was sent to the customer. */
static bool
is_request(const struct quote_line *line)
{
	struct quote_folded folded;
	if (line->length < REQUEST_MIN || line->length > REQUEST_MAX)
		return false;
	quote_fold(&folded, line->text, line->length);
	return quote_is_request(folded.text);
}

guint
quote_history_find(struct quote_lines *lines)
{
	guint count = quote_lines_count(lines);
	for (guint i = 0; i < count; i++) {
		const struct quote_line *line = quote_line_at(lines, i);
		if (line->kind != QUOTE_TEXT)
			continue;
		if (is_title(line) || is_request(line))
			return i;
		if (!is_header_block(lines, i) && !is_pair(lines, i) && !is_below_rule(lines, i))
			continue;
		while (i > 0 && (quote_kind_at(lines, i - 1) == QUOTE_EMPTY || quote_is_rule(quote_line_at(lines, i - 1), 2)))
			i--;
		return i;
	}
	return count;
}
