#include "milter/read/mime_boundary.h"

#include <string.h>

#include "milter/read/slice.h"

#define WORD "boundary"

static const char *
word_find(const char *p, const char *end)
{
	while (p < end && !slice_has_word(p, end, WORD))
		p++;
	return p < end ? p : NULL;
}

bool
mime_boundary_is_named(const char *p, const char *end)
{
	return word_find(p, end) != NULL;
}

bool
mime_boundary_find(const char *p, const char *end, struct mime_boundary *boundary)
{
	const char *word = word_find(p, end);
	p = word ? slice_skip_blanks(word + strlen(WORD), end) : end;
	if (p == end || *p != '=')
		return false;
	p = slice_skip_blanks(p + 1, end);
	bool is_quoted = p < end && *p == '"';
	const char *stop = p += is_quoted;
	while (stop < end && (is_quoted ? *stop != '"' : !strchr("; \t\r\n", *stop)))
		stop++;
	*boundary = (struct mime_boundary){p, (gsize)(stop - p), is_quoted};
	return boundary->length > 0 && boundary->length <= MIME_BOUNDARY_MAX && !memchr(p, '\\', boundary->length);
}

/* The first blank before the boundary, be it a line end, where a semicolon is to stand; NULL: there is one. */
static char *
semicolon_place(const struct mime_boundary_mail *mail)
{
	const char *word = word_find(mail->value, mail->value + mail->value_length), *before = word;
	while (before && before > mail->value && g_ascii_isspace(before[-1]))
		before--;
	bool is_missing = before && before < word && before > mail->value && before[-1] != ';';
	return is_missing ? mail->value + (before - mail->value) : NULL;
}

struct line {
	const char *at;
	gsize length; /* without blanks behind it */
};

static const char *
line_take(const char *p, const char *end, struct line *line)
{
	const char *newline = memchr(p, '\n', (gsize)(end - p)), *stop = newline ? newline : end;
	const char *last = stop;
	while (last > p && g_ascii_isspace(last[-1]))
		last--;
	*line = (struct line){p, (gsize)(last - p)};
	return newline ? newline + 1 : end;
}

static bool
is_dashed(const struct line *line)
{
	return line->length > 2 && line->at[0] == '-' && line->at[1] == '-';
}

/* The line is "--" BOUNDARY, or that with "--" behind it. */
static bool
is_line_of(const struct line *line, const char *boundary, gsize length)
{
	if (!is_dashed(line) || line->length < length + 2 || memcmp(line->at + 2, boundary, length) != 0)
		return false;
	const char *rest = line->at + 2 + length;
	gsize left = line->length - 2 - length;
	return left == 0 || (left == 2 && rest[0] == '-' && rest[1] == '-');
}

/* FALSE: the boundary is found in the body, or nothing else looks like one. */
static bool
other_find(const struct mime_boundary_mail *mail, const struct mime_boundary *boundary, struct line *other)
{
	const char *p = mail->body, *end = p + mail->body_length;
	struct line line;
	*other = (struct line){0};
	while (p < end) {
		p = line_take(p, end, &line);
		if (is_line_of(&line, boundary->at, boundary->length))
			return false;
		if (!other->at && is_dashed(&line) && slice_has_word(p, end, "content-"))
			*other = line;
	}
	return other->at && other->length - 2 <= MIME_BOUNDARY_MAX;
}

/* NAME in the value's stead of BOUNDARY, which is at least as long. */
static void
value_write(char *at, const struct mime_boundary *boundary, const char *name, gsize length)
{
	memcpy(at, name, length);
	memset(at + length, ' ', boundary->length - length);
	if (boundary->is_quoted && boundary->length > length) {
		at[length] = '"';
		at[boundary->length] = ' ';
	}
}

/* The lines of NAME become lines of BOUNDARY, which is shorter: blanks behind one do not count. */
static void
lines_write(const struct mime_boundary_mail *mail, const struct mime_boundary *boundary, const char *name, gsize length)
{
	const char *end = mail->body + mail->body_length;
	struct line line;
	for (const char *p = mail->body; p < end;) {
		p = line_take(p, end, &line);
		if (!is_line_of(&line, name, length))
			continue;
		char *to = mail->body + (line.at - mail->body) + 2;
		gsize rest = line.length - 2 - length;
		memcpy(to, boundary->at, boundary->length);
		memset(to + boundary->length, '-', rest);
		memset(to + boundary->length + rest, ' ', length - boundary->length);
	}
}

bool
mime_boundary_is_wrong(const struct mime_boundary_mail *mail)
{
	struct mime_boundary boundary;
	struct line other;
	return semicolon_place(mail) ||
		(mime_boundary_find(mail->value, mail->value + mail->value_length, &boundary) && other_find(mail, &boundary, &other));
}

void
mime_boundary_mend(const struct mime_boundary_mail *mail)
{
	struct mime_boundary boundary;
	struct line other;
	char *semicolon = semicolon_place(mail);
	if (semicolon)
		*semicolon = ';';
	if (!mime_boundary_find(mail->value, mail->value + mail->value_length, &boundary) || !other_find(mail, &boundary, &other))
		return;
	g_autofree char *name = g_strndup(other.at + 2, other.length - 2);
	gsize length = other.length - 2;
	if (length <= boundary.length)
		value_write(mail->value + (boundary.at - mail->value), &boundary, name, length);
	else
		lines_write(mail, &boundary, name, length);
}
