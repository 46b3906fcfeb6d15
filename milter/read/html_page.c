#include "milter/read/html_page.h"

#include <string.h>

#define QUOTES_MAX 20
#define NEWLINES_MAX 3
#define HARD_BLANKS_MAX 16

static void
spaces_trim(GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
}

static void
quote_write(struct html_page *page, int quotes, bool is_text)
{
	for (int i = 0; i < MIN(quotes, QUOTES_MAX); i++)
		g_string_append_c(page->out, '>');
	if (quotes > 0 && is_text)
		g_string_append_c(page->out, ' ');
}

static void
newlines_write(struct html_page *page)
{
	int newlines = MIN(page->newlines, NEWLINES_MAX);
	spaces_trim(page->out);
	for (int i = 0; i < newlines; i++) {
		g_string_append_c(page->out, '\n');
		if (i < newlines - 1)
			quote_write(page, MIN(page->quotes, page->line_quotes), false);
	}
}

/* Pays what is owed: empty lines, quote marks, the item's bullet, the blanks between words. */
static void
line_begin(struct html_page *page)
{
	bool is_first = page->out->len == 0, is_new = page->newlines > 0 || is_first;
	if (page->newlines > 0 && !is_first)
		newlines_write(page);
	if (is_new) {
		page->row = page->row == ROW_WAITING ? ROW_OPEN : ROW_BROKEN;
		quote_write(page, page->quotes, true);
		page->line_quotes = page->quotes;
	} else if (page->is_cell) {
		g_string_append_c(page->out, '\t');
	} else if (page->is_blank) {
		g_string_append_c(page->out, ' ');
	}
	for (int i = 0; i < MIN(page->hard_blanks, HARD_BLANKS_MAX); i++)
		g_string_append_c(page->out, ' ');
	g_string_append(page->out, page->bullet);
	page->bullet[0] = '\0';
	page->newlines = page->hard_blanks = 0;
	page->is_blank = page->is_cell = false;
}

static bool
is_owing(const struct html_page *page)
{
	return page->newlines > 0 || page->out->len == 0 || page->is_blank || page->is_cell || page->bullet[0] || page->hard_blanks > 0;
}

static gsize
sign_length(const char *p, const char *const *signs)
{
	for (; *signs; signs++)
		if (g_str_has_prefix(p, *signs))
			return strlen(*signs);
	return 0;
}

/* Octets at P that show nothing: fillers of the preview that lists of mail have, and joiners that join nothing. */
static gsize
nothing_length(const struct html_page *page, const char *p)
{
	static const char *const nothings[] = {"\xe2\x80\x8b", "\xef\xbb\xbf", "\xcd\x8f", "\xc2\xad", NULL};
	static const char *const joiners[] = {"\xe2\x80\x8c", "\xe2\x80\x8d", NULL};
	if (!(*p & 0x80))
		return 0;
	gsize length = sign_length(p, nothings);
	return length == 0 && is_owing(page) ? sign_length(p, joiners) : length;
}

/* "&#146;" was meant in windows-1252, and every browser takes it so. */
static const char *
windows_sign(const char *p)
{
	static const char *const signs[] = {"€", "", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "", "Ž", "",
		"", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "", "ž", "Ÿ"};
	guint8 second = p[0] == '\xc2' ? (guint8)p[1] : 0;
	return second >= 0x80 && second < 0xa0 ? signs[second - 0x80] : NULL;
}

/* One letter, or what stands for none, at P; how many octets it takes. */
static gsize
letter_write(struct html_page *page, const char *p)
{
	gsize nothing = nothing_length(page, p);
	if (nothing > 0)
		return nothing;
	if (p[0] == '\xc2' && p[1] == '\xa0') {
		page->hard_blanks++;
		return 2;
	}
	if (is_owing(page))
		line_begin(page);
	const char *sign = windows_sign(p);
	if (sign)
		g_string_append(page->out, sign);
	else
		g_string_append_c(page->out, *p);
	return sign ? 2 : 1;
}

/* How many octets at P are ASCII letters that stand as they are and for which there is room. */
static gsize
plain_length(const struct html_page *page, const char *p)
{
	gsize length = 0, room = html_page_is_full(page) ? 0 : page->max - page->out->len;
	while (length < room && p[length] > ' ')
		length++;
	return length;
}

void
html_page_text(struct html_page *page, const char *text)
{
	for (const char *p = text; *p && !html_page_is_full(page);) {
		bool is_blank = strchr(" \t\r\n\f", *p) != NULL;
		if (page->is_preformatted && *p == '\n') {
			html_page_break(page);
			p++;
		} else if (is_blank && !page->is_preformatted) {
			page->is_blank = page->newlines == 0 && page->out->len > 0;
			p++;
		} else {
			p += letter_write(page, p);
			gsize plain = is_owing(page) ? 0 : plain_length(page, p);
			g_string_append_len(page->out, p, (gssize)plain);
			p += plain;
		}
	}
}

void
html_page_lines(struct html_page *page, int count)
{
	page->is_blank = false;
	if (!page->bullet[0] && !page->is_cell) /* the first paragraph of an item stands beside its bullet, of a cell beside the one before */
		page->newlines = MAX(page->newlines, count);
}

void
html_page_break(struct html_page *page)
{
	page->newlines++;
	page->hard_blanks = 0;
	page->is_blank = page->is_cell = false;
}

void
html_page_block_end(struct html_page *page, int count)
{
	bool is_empty_line = page->hard_blanks > 0 && page->newlines > 0;
	html_page_lines(page, is_empty_line ? MAX(count, 2) : count);
	page->hard_blanks = 0;
}

void
html_page_bullet(struct html_page *page, const char *bullet)
{
	page->bullet[0] = '\0';
	html_page_lines(page, 1);
	g_strlcpy(page->bullet, bullet, sizeof page->bullet);
}

void
html_page_row(struct html_page *page)
{
	page->is_cell = false;
	page->hard_blanks = 0;
	html_page_lines(page, 1);
	page->row = ROW_WAITING;
}

void
html_page_cell(struct html_page *page)
{
	page->hard_blanks = 0;
	if (page->row == ROW_OPEN) {
		page->newlines = 0;
		page->is_cell = true;
	} else {
		html_page_lines(page, 1);
	}
}

bool
html_page_is_full(const struct html_page *page)
{
	return page->out->len >= page->max;
}
