#include "milter/read/address_text.h"

#include <string.h>

/* What each octet stands in; nothing begins within angle brackets. */
enum place {PLAIN = '-', QUOTED = 'q', COMMENT = 'c', ANGLE = 'a'};

struct walk {
	bool has_quotes, has_comments; /* whether they are minded: those without an end are plain text */
	bool is_quoted, is_angle;
	int depth; /* of comments */
};

static enum place
step(struct walk *walk, char c)
{
	if (walk->is_angle) {
		walk->is_angle = c != '>';
		return ANGLE;
	}
	if (walk->is_quoted) {
		walk->is_quoted = c != '"';
		return QUOTED;
	}
	if (walk->has_comments && (walk->depth || c == '(')) {
		walk->depth += c == '(' ? 1 : c == ')' ? -1 : 0;
		return COMMENT;
	}
	if (walk->has_quotes && c == '"') {
		walk->is_quoted = true;
		return QUOTED;
	}
	walk->is_angle = c == '<';
	return walk->is_angle ? ANGLE : PLAIN;
}

static struct walk
walk_through(const char *text, char *places, bool has_quotes, bool has_comments)
{
	struct walk walk = {.has_quotes = has_quotes, .has_comments = has_comments};
	for (size_t i = 0; text[i]; i++) {
		bool is_escaped = text[i] == '\\' && text[i + 1] && (walk.is_quoted || walk.depth);
		places[i] = (char)step(&walk, is_escaped ? 'x' : text[i]);
		if (is_escaped) {
			places[i + 1] = places[i];
			i++;
		}
	}
	return walk;
}

/* A place for each octet of TEXT, as text. Owner: caller. */
static char *
places_of(const char *text)
{
	char *places = g_malloc0(strlen(text) + 1);
	struct walk walk = walk_through(text, places, true, true);
	if (walk.is_quoted || walk.depth)
		walk_through(text, places, !walk.is_quoted, !walk.depth);
	return places;
}

/* The pairs of angle brackets: how many there are, how many hold an @, and where the last one is. */
struct angles {
	int pairs, addresses;
	size_t start, end;
};

static struct angles
angles_of(const char *text, const char *places)
{
	struct angles found = {0};
	size_t start = 0;
	bool has_at = false;
	for (size_t i = 0; text[i]; i++) {
		if (places[i] != ANGLE)
			continue;
		if (i == 0 || places[i - 1] != ANGLE || text[i - 1] == '>') {
			start = i;
			has_at = false;
		}
		has_at |= text[i] == '@';
		if (text[i] != '>')
			continue;
		found.pairs++;
		found.addresses += has_at;
		found.start = start;
		found.end = i;
	}
	return found;
}

static bool
has_plain(const char *text, const char *places, size_t end, const char *letters)
{
	for (size_t i = 0; i < end && text[i]; i++)
		if (places[i] == PLAIN && strchr(letters, text[i]))
			return true;
	return false;
}

/* Only blanks and comments from AT on. */
static bool
is_end(const char *text, const char *places, size_t at)
{
	for (; text[at]; at++)
		if (places[at] != COMMENT && !g_ascii_isspace(text[at]))
			return false;
	return true;
}

static char *
quote_name(const char *text, size_t length)
{
	GString *quoted = g_string_new("\"");
	for (size_t i = 0; i < length; i++)
		if (text[i] != '"' && text[i] != '\\')
			g_string_append_c(quoted, text[i]);
	g_strchomp(quoted->str);
	quoted->len = strlen(quoted->str);
	g_string_append_printf(quoted, "\" %s", text + length);
	return g_string_free(quoted, FALSE);
}

char *
address_text_mend(const char *text)
{
	g_autofree char *places = places_of(text);
	struct angles angles = angles_of(text, places);
	bool is_one = angles.addresses == 1 && memchr(text + angles.start, '@', angles.end - angles.start) && is_end(text, places, angles.end + 1);
	if (is_one && (angles.pairs > 1 || has_plain(text, places, angles.start, ":")))
		return quote_name(text, angles.start);
	char *mended = g_strdup(text);
	if (!has_plain(text, places, G_MAXSIZE, ":"))
		for (size_t i = 0; mended[i]; i++)
			if (mended[i] == ';' && places[i] == PLAIN)
				mended[i] = ',';
	return mended;
}

bool
address_text_is_void(const char *text)
{
	g_autofree char *places = places_of(text);
	struct angles angles = angles_of(text, places);
	return angles.pairs && !angles.addresses && is_end(text, places, angles.end + 1);
}

char *
address_text_comment(const char *text)
{
	g_autofree char *places = places_of(text);
	const char *end = strrchr(text, ')');
	size_t last = end ? (size_t)(end - text) : 0, first = last;
	if (!last || places[last] != COMMENT || !is_end(text, places, last + 1))
		return NULL;
	while (first && places[first - 1] == COMMENT)
		first--;
	GString *comment = g_string_new(NULL);
	for (size_t i = first + 1; i < last; i++) {
		i += text[i] == '\\' && i + 1 < last;
		g_string_append_c(comment, text[i]);
	}
	return g_string_free(comment, FALSE);
}

static const char *
without_scheme(const char *text)
{
	static const char *const schemes[] = {"mailto:", "smtp:"};
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (!g_ascii_strncasecmp(text, schemes[i], strlen(schemes[i])))
			return text + strlen(schemes[i]);
	return text;
}

char *
address_text_strip(char *address)
{
	static const char openers[] = "'\"`{[(<", closers[] = "'\"`}])>";
	const char *opener = *address ? strchr(openers, *address) : NULL, *start = address;
	size_t length = strlen(address);
	if (opener && length > 1 && address[length - 1] == closers[opener - openers]) {
		address[length - 1] = '\0';
		start++;
	}
	start = without_scheme(start);
	memmove(address, start, strlen(start) + 1);
	return address;
}

char *
address_text_strip_name(char *name)
{
	static const char *const schemes[] = {"mailto:", "smtp:"};
	g_strchomp(name);
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		size_t length = strlen(name), scheme = strlen(schemes[i]);
		if (length >= scheme && !g_ascii_strcasecmp(name + length - scheme, schemes[i]))
			name[length - scheme] = '\0';
	}
	for (size_t length = strlen(name); length && strchr(" \t'`{[(<|", name[length - 1]);)
		name[--length] = '\0';
	return name;
}
