#include "web/csv.h"

#include <string.h>

static void
begin_cell(GString *rows)
{
	if (rows->len && rows->str[rows->len - 1] != '\n' && strcmp(rows->str, CSV_MARK))
		g_string_append_c(rows, ',');
}

/* What a spreadsheet takes for a formula, full-width signs included. */
static bool
is_formula(const char *text)
{
	static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
	const char *start = text;
	while (*start == ' ' || *start == '\'')
		start++;
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
		if (g_str_has_prefix(start, starts[i]))
			return true;
	return false;
}

void
csv_octets(GString *rows, const char *text, size_t size)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)size);
	begin_cell(rows);
	g_string_append(rows, is_formula(valid) ? "\"'" : "\"");
	for (const char *from = valid; *from;) {
		size_t length = strcspn(from, "\"");
		g_string_append_len(rows, from, (gssize)length);
		from += length;
		if (*from) {
			g_string_append(rows, "\"\"");
			from++;
		}
	}
	g_string_append_c(rows, '"');
}

void
csv_text(GString *rows, const char *text)
{
	csv_octets(rows, text ? text : "", text ? strlen(text) : 0);
}

void
csv_number(GString *rows, const char *number)
{
	begin_cell(rows);
	g_string_append(rows, number);
}

void
csv_int(GString *rows, gint64 number)
{
	begin_cell(rows);
	g_string_append_printf(rows, "%" G_GINT64_FORMAT, number);
}

void
csv_end(GString *rows)
{
	g_string_append(rows, "\r\n");
}
