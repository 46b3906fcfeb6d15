#include "milter/read/quote_lines.h"

#include <string.h>

#define TRACKING_MARK "\xe1\x90\xa7" /* a letter some senders' tools leave at the end */
#define INITIALS_MAX 4 /* "AB> ", as some programs mark whose words are quoted */

static bool
is_tracking_mark(const struct quote_line *bare)
{
	return bare->length == 3 && memcmp(bare->text, TRACKING_MARK, 3) == 0;
}

/* "> ", or "AB> " with the initials of who is quoted. */
static bool
is_quoted(const struct quote_line *bare)
{
	gsize initials = 0;
	while (initials < MIN(bare->length, INITIALS_MAX) && g_ascii_isupper(bare->text[initials]))
		initials++;
	if (initials >= bare->length || bare->text[initials] != '>')
		return false;
	return initials == 0 || initials + 1 == bare->length || strchr(" >", bare->text[initials + 1]);
}

/* "| ", but not a row of a table. */
static bool
is_barred(const struct quote_line *bare)
{
	return bare->length > 1 && memcmp(bare->text, "| ", 2) == 0 && !memchr(bare->text + 1, '|', bare->length - 1);
}

static enum quote_kind
kind_of(const struct quote_line *line)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r");
	if (bare.length == 0 || is_tracking_mark(&bare))
		return QUOTE_EMPTY;
	return is_quoted(&bare) || is_barred(&bare) ? QUOTE_QUOTED : QUOTE_TEXT;
}

struct quote_lines
quote_lines_split(const char *text)
{
	struct quote_lines lines = {.lines = g_array_new(FALSE, FALSE, sizeof(struct quote_line))};
	for (const char *p = text; *p;) {
		struct quote_line line = {.text = p, .length = strcspn(p, "\n")};
		line.kind = kind_of(&line);
		g_array_append_val(lines.lines, line);
		p += line.length + (p[line.length] == '\n');
	}
	return lines;
}

void
quote_lines_clear(struct quote_lines *lines)
{
	g_array_unref(lines->lines);
}

guint
quote_lines_count(const struct quote_lines *lines)
{
	return lines->lines->len;
}

struct quote_line *
quote_line_at(struct quote_lines *lines, guint i)
{
	lines->looks++;
	return &g_array_index(lines->lines, struct quote_line, i);
}

enum quote_kind
quote_kind_at(struct quote_lines *lines, guint i)
{
	return quote_line_at(lines, i)->kind;
}

guint
quote_kind_skip(struct quote_lines *lines, guint i, enum quote_kind kind)
{
	while (i < quote_lines_count(lines) && quote_kind_at(lines, i) == kind)
		i++;
	return i;
}

void
quote_lines_cut(struct quote_lines *lines, guint i)
{
	g_array_set_size(lines->lines, i);
}

struct quote_line
quote_line_strip(struct quote_line line, const char *set)
{
	while (line.length > 0 && strchr(set, line.text[0]))
		line.text++, line.length--;
	while (line.length > 0 && strchr(set, line.text[line.length - 1]))
		line.length--;
	return line;
}

/* What LETTER, beyond ASCII, is compared as; 0: it says nothing. */
static gunichar
plain_of(gunichar letter)
{
	if (letter == 0x2019 || letter == 0x2018 || letter == 0x02bc)
		return '\'';
	if (letter == 0xff1a)
		return ':';
	if (letter == 0x2013 || letter == 0x2014 || letter == 0x2500)
		return '-';
	if (g_unichar_isspace(letter))
		return ' ';
	if ((letter >= 0x200b && letter <= 0x200f) || (letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069) || letter == 0xfeff)
		return 0;
	return g_unichar_tolower(letter);
}

/* The same of ASCII, which most of every mail is. */
static inline char
plain_ascii(char letter)
{
	if (letter <= ' ')
		return g_ascii_isspace(letter) ? ' ' : letter;
	return letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter;
}

void
quote_fold(struct quote_folded *folded, const char *text, gsize length)
{
	gunichar letter, last = ' ';
	char *to = folded->text;
	for (const char *p = text; p < text + length && to < folded->text + QUOTE_FOLD_MAX; p = g_utf8_next_char(p)) {
		letter = *p & 0x80 ? plain_of(g_utf8_get_char(p)) : (gunichar)plain_ascii(*p);
		if (!letter || (letter == ' ' && last == ' '))
			continue;
		if (letter < 0x80)
			*to++ = (char)letter;
		else
			to += g_unichar_to_utf8(letter, to);
		last = letter;
	}
	while (to > folded->text && to[-1] == ' ')
		to--;
	*to = '\0';
	folded->length = (gsize)(to - folded->text);
}

bool
quote_is_rule(const struct quote_line *line, gsize min)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r");
	return bare.length >= min && quote_line_strip(bare, "-_=+~*#").length == 0;
}
