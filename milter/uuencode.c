#include "milter/uuencode.h"

#include <string.h>

#define LINE_MAX_OCTETS 45

static const char *line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', end - p);
	return newline ? newline : end;
}

/* Where the line's content ends: before its CR LF and blanks. */
static const char *content_end(const char *p, const char *end)
{
	const char *stop = line_end(p, end);
	while (stop > p && g_ascii_isspace(stop[-1]))
		stop--;
	return stop;
}

/* "begin 644 name" → the name. */
static bool is_begin(const char *p, const char *end, struct uu_block *block)
{
	const char *stop = content_end(p, end);
	if (stop - p < 11 || memcmp(p, "begin ", 6) != 0 || p[9] != ' ')
		return false;
	for (int i = 6; i < 9; i++)
		if (p[i] < '0' || p[i] > '7')
			return false;
	block->name = p + 10;
	block->name_length = stop - block->name;
	return true;
}

/* A line says by its first letter how many octets it holds, so its length is known. */
static bool is_data(const char *p, const char *end)
{
	gsize letters = line_end(p, end) - p;
	if (letters > 0 && p[letters - 1] == '\r')
		letters--;
	gsize octets = letters > 0 ? (gsize)(p[0] - ' ') & 63 : 0;
	return octets > 0 && octets <= LINE_MAX_OCTETS && letters >= 1 + (octets * 8 + 5) / 6 && letters <= 1 + (octets + 2) / 3 * 4 + 1;
}

static const char *next_line(const char *p, const char *end)
{
	const char *stop = line_end(p, end);
	return stop < end ? stop + 1 : end;
}

/* From behind the "begin" line to behind "end"; NULL when something else stands between. */
static const char *data_end(const char *p, const char *end)
{
	while (p < end && is_data(p, end))
		p = next_line(p, end);
	const char *stop = content_end(p, end);
	bool is_zero = stop == p || (stop == p + 1 && *p == '`');
	if (is_zero && p < end)
		p = next_line(p, end);
	stop = content_end(p, end);
	return stop - p == 3 && memcmp(p, "end", 3) == 0 ? next_line(p, end) : NULL;
}

bool uu_find(const char *text, gsize length, gsize from, struct uu_block *block)
{
	const char *end = text + length, *p = text + from, *found;
	for (; (found = memmem(p, end - p, "begin ", 6)); p = found + 1) {
		bool is_line_start = found == text || found[-1] == '\n';
		if (!is_line_start || !is_begin(found, end, block))
			continue;
		const char *data = next_line(found, end), *stop = is_data(data, end) ? data_end(data, end) : NULL;
		if (!stop)
			continue;
		block->start = found - text;
		block->end = stop - text;
		return true;
	}
	return false;
}
