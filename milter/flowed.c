#include "milter/flowed.h"

#include <glib.h>
#include <string.h>

struct line {
	int quotes;
	const char *text; /* without quote marks and the stuffed blank */
	gsize length;
	bool is_soft; /* goes on in the next line */
};

static const char *line_split(const char *p, struct line *line)
{
	line->quotes = strspn(p, ">");
	p += line->quotes;
	p += *p == ' ';
	line->text = p;
	line->length = strcspn(p, "\n");
	bool is_signature = line->length == 3 && strncmp(p, "-- ", 3) == 0;
	line->is_soft = line->length > 0 && p[line->length - 1] == ' ' && !is_signature;
	return p + line->length + (p[line->length] == '\n');
}

static void quotes_write(GString *out, int quotes, bool is_text)
{
	for (int i = 0; i < quotes; i++)
		g_string_append_c(out, '>');
	if (quotes > 0 && is_text)
		g_string_append_c(out, ' ');
}

char *flowed_join(char *text, bool is_delsp)
{
	GString *out = g_string_sized_new(strlen(text) + 1);
	struct line line, before = {.is_soft = false};
	for (const char *p = text; *p; before = line) {
		const char *next = line_split(p, &line);
		bool is_signature = line.length == 3 && strncmp(line.text, "-- ", 3) == 0;
		bool is_joined = before.is_soft && before.quotes == line.quotes && !is_signature;
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
