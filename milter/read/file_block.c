#include "milter/read/file_block.h"

#include <string.h>

#include "store/part_decode.h"

#define SURE_LINES 10 /* so many lines of data are a file, even when its end is lost */

static const char *
line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', end - p);
	return newline ? newline : end;
}

static const char *
next_line(const char *p, const char *end)
{
	const char *stop = line_end(p, end);
	return stop < end ? stop + 1 : end;
}

/* Where the line's content ends: before its CR LF and blanks. */
static const char *
content_end(const char *p, const char *end)
{
	const char *stop = line_end(p, end);
	while (stop > p && g_ascii_isspace(stop[-1]))
		stop--;
	return stop;
}

static bool
is_line(const char *p, const char *end, const char *word)
{
	return content_end(p, end) - p == (gssize)strlen(word) && memcmp(p, word, strlen(word)) == 0;
}

/* "644 name" → the name. */
static bool
mode_and_name(const char *p, const char *end, struct file_block *block)
{
	const char *stop = content_end(p, end), *digit = p;
	while (digit < stop && *digit >= '0' && *digit <= '7')
		digit++;
	if (digit - p < 3 || digit - p > 4 || stop - digit < 2 || *digit != ' ')
		return false;
	block->name = digit + 1;
	block->name_length = stop - block->name;
	return true;
}

/* Each gets the lines that follow the first one and gives where the last one ends; NULL: it is no file. */

/* Data, a line of no octets, "end". */
static const char *
uu_end(const char *p, const char *end)
{
	guint lines = 0;
	for (; p < end && part_uu_octets((const guint8 *)p, line_end(p, end) - p) > 0; lines++)
		p = next_line(p, end);
	const char *last = p;
	if (p < end && (content_end(p, end) == p || is_line(p, end, "`")))
		p = next_line(p, end);
	if (lines > 0 && is_line(p, end, "end"))
		return next_line(p, end);
	return lines >= SURE_LINES ? last : NULL;
}

static bool
is_base64_line(const char *p, const char *end)
{
	const char *stop = content_end(p, end), *from = p;
	while (p < stop && (g_ascii_isalnum(*p) || strchr("+/=", *p)))
		p++;
	return p == stop && p > from;
}

/* Data, "====". */
static const char *
uu_base64_end(const char *p, const char *end)
{
	while (p < end && is_base64_line(p, end) && !is_line(p, end, "===="))
		p = next_line(p, end);
	return p < end && is_line(p, end, "====") ? next_line(p, end) : NULL;
}

static bool
has_word(const char *p, const char *end, const char *word)
{
	return (gsize)(end - p) >= strlen(word) && memcmp(p, word, strlen(word)) == 0;
}

/* "line=128 size=1234 name=what follows". */
static bool
yenc_name(const char *p, const char *end, struct file_block *block)
{
	const char *stop = content_end(p, end), *name = memmem(p, stop - p, " name=", strlen(" name="));
	if (!name || !memmem(p, name - p, "size=", strlen("size=")))
		return false;
	block->name = name + strlen(" name=");
	block->name_length = stop - block->name;
	return true;
}

/* Data, "=yend size=1234". */
static const char *
yenc_end(const char *p, const char *end)
{
	while (p < end && !has_word(p, end, "=yend ") && !has_word(p, end, "=ybegin "))
		p = next_line(p, end);
	return has_word(p, end, "=yend ") ? next_line(p, end) : NULL;
}

static const struct form {
	const char *word; /* that the first line begins with */
	bool (*read_name)(const char *p, const char *end, struct file_block *block);
	const char *(*find_end)(const char *p, const char *end);
	enum mime_encoding encoding;
	bool is_framed; /* the first line must not be decoded */
} forms[] = {
	{"begin ", mode_and_name, uu_end, MIME_UUENCODE, false},
	{"begin-base64 ", mode_and_name, uu_base64_end, MIME_BASE64, true},
	{"=ybegin ", yenc_name, yenc_end, MIME_YENC, false},
};

struct file_search {
	const char *text, *end;
	struct file_block next[G_N_ELEMENTS(forms)]; /* the next one of each form; its start is the length when there is none */
	gsize from; /* behind the last block given */
};

static bool
form_try(const file_search *search, const struct form *form, const char *p, struct file_block *block)
{
	if (p > search->text && p[-1] != '\n')
		return false;
	*block = (struct file_block){.start = p - search->text, .encoding = form->encoding};
	if (!form->read_name(p + strlen(form->word), search->end, block))
		return false;
	const char *data = next_line(p, search->end), *stop = form->find_end(data, search->end);
	if (!stop)
		return false;
	block->end = stop - search->text;
	block->data = form->is_framed ? (gsize)(data - search->text) : block->start;
	return true;
}

static void
form_search(file_search *search, gsize at)
{
	const struct form *form = &forms[at];
	const char *p = search->text + search->from, *found;
	for (; (found = memmem(p, search->end - p, form->word, strlen(form->word))); p = found + 1)
		if (form_try(search, form, found, &search->next[at]))
			return;
	search->next[at].start = search->end - search->text;
}

file_search *
file_search_new(const char *text, gsize length)
{
	file_search *search = g_new0(file_search, 1);
	search->text = text;
	search->end = text + length;
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
		form_search(search, i);
	return search;
}

void
file_search_free(file_search *search)
{
	g_free(search);
}

bool
file_search_next(file_search *search, struct file_block *block)
{
	gsize first = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (search->next[i].start < search->from)
			form_search(search, i);
		if (search->next[i].start < search->next[first].start)
			first = i;
	}
	*block = search->next[first];
	if (block->start == (gsize)(search->end - search->text))
		return false;
	search->from = block->end;
	return true;
}

char *
file_block_cut(const char *text)
{
	gsize length = strlen(text), from = 0;
	g_autoptr(file_search) search = file_search_new(text, length);
	GString *rest = g_string_new(NULL);
	struct file_block block;
	while (file_search_next(search, &block)) {
		g_string_append_len(rest, text + from, (gssize)(block.start - from));
		from = block.end;
	}
	g_string_append_len(rest, text + from, (gssize)(length - from));
	return g_string_free(rest, FALSE);
}
