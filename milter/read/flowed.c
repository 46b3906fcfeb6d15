#include "milter/read/flowed.h"

#include <glib.h>
#include <string.h>

#define COLUMNS 76 /* of a line that is broken, its soft end apart */

struct line {
	int quotes;
	const char *text; /* without quote marks and the stuffed blank */
	gsize length;
	bool is_soft; /* goes on in the next line */
};

/* How deep a line is quoted, "> > " or ">>"; *TEXT: what stands behind the marks. */
static int
quotes_skip(const char **text)
{
	int quotes = 0;
	const char *p = *text;
	while (*p == '>' || (quotes > 0 && p[0] == ' ' && p[1] == '>')) {
		quotes += *p == '>';
		p++;
	}
	*text = p + (quotes > 0 && *p == ' ');
	return quotes;
}

static const char *
line_split(const char *p, struct line *line)
{
	line->quotes = quotes_skip(&p);
	p += line->quotes == 0 && *p == ' ';
	line->text = p;
	line->length = strcspn(p, "\n");
	bool is_signature = line->length == 3 && strncmp(p, "-- ", 3) == 0;
	line->is_soft = line->length > 0 && p[line->length - 1] == ' ' && !is_signature;
	return p + line->length + (p[line->length] == '\n');
}

static void
quotes_write(GString *out, int quotes, bool is_text)
{
	for (int i = 0; i < quotes; i++)
		g_string_append_c(out, '>');
	if (quotes > 0 && is_text)
		g_string_append_c(out, ' ');
}

char *
flowed_join(char *text, bool is_delsp)
{
	GString *out = g_string_sized_new(strlen(text) + 1);
	struct line line, before = {.is_soft = false};
	for (const char *p = text; *p; before = line) {
		const char *next = line_split(p, &line);
		bool is_signature = line.length == 3 && strncmp(line.text, "-- ", 3) == 0;
		bool is_joined = before.is_soft && before.quotes == line.quotes && line.length > 0 && !is_signature; /* an empty line ends a paragraph */
		if (p != text && !is_joined)
			g_string_append_c(out, '\n');
		if (!is_joined)
			quotes_write(out, line.quotes, line.length > 0);
		g_string_append_len(out, line.text, line.length - (line.is_soft && is_delsp));
		p = next;
		if (!*p && p[-1] == '\n')
			g_string_append_c(out, '\n');
	}
	g_free(text);
	return g_string_free(out, FALSE);
}

static int
column_count(gunichar letter)
{
	return g_unichar_iszerowidth(letter) ? 0 : g_unichar_iswide(letter) ? 2 : 1;
}

/* Octets of TEXT that go into one line of COLUMNS: up to the start of a word; at least one word. */
static gsize
piece_length(const char *text, int columns)
{
	const char *fits = NULL;
	int used = 0;
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		if (p > text && p[-1] == ' ' && *p != ' ') {
			if (used > columns + 1 && fits != NULL)
				return fits - text;
			fits = p;
			if (used > columns + 1)
				return fits - text;
		}
		used += column_count(g_utf8_get_char(p));
	}
	return used > columns && fits != NULL ? (gsize)(fits - text) : strlen(text);
}

static void
line_flow(GString *out, const char *line)
{
	int quotes = quotes_skip(&line);
	g_autofree char *text = g_strdup(line);
	bool is_signature = strcmp(text, "-- ") == 0;
	if (!is_signature)
		g_strchomp(text);
	for (const char *p = text; p == text || *p;) {
		gsize length = is_signature ? strlen(p) : piece_length(p, COLUMNS - quotes - 1);
		bool is_stuffed = quotes == 0 && (*p == ' ' || *p == '>' || g_str_has_prefix(p, "From "));
		quotes_write(out, quotes, length > 0);
		if (is_stuffed)
			g_string_append_c(out, ' ');
		g_string_append_len(out, p, length);
		g_string_append_c(out, '\n');
		p += length;
		if (length == 0)
			break;
	}
}

char *
flowed_make(const char *text)
{
	GString *out = g_string_sized_new(strlen(text) + 1);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (line[1] || **line)
			line_flow(out, *line);
	return g_string_free(out, FALSE);
}
