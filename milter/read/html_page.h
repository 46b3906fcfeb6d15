/* html_page: text as it is laid out while HTML is read: what has been written, and what is owed before the next letter. Nothing
 * that is owed at the end is written. Each call costs time linear in what it is given. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum html_row {ROW_BROKEN, ROW_WAITING, ROW_OPEN}; /* nothing stands in it; all that does stands on one line */

struct html_page {
	GString *out;
	gsize max;  /* about so many octets at most */
	int quotes; /* how deep in what is quoted */
	bool is_preformatted;
	/* its own: */
	int newlines, hard_blanks, line_quotes;
	bool is_blank, is_cell; /* owed: one blank; a tab */
	enum html_row row;
	char bullet[64];
};

/* Text of one element or a stretch of it: blanks count as one unless it is preformatted. */
void html_page_text(struct html_page *page, const char *text);

/* The next letter stands COUNT lines further down at least (1: a new line, 2: after an empty one). */
void html_page_lines(struct html_page *page, int count);

/* One line end more, as often as it is asked for. */
void html_page_break(struct html_page *page);

/* A block ends: when it held nothing but hard blanks it was an empty line. */
void html_page_block_end(struct html_page *page, int count);

/* What the next letter is led in with, in place of what it would be led in with; cut at 63 octets. */
void html_page_bullet(struct html_page *page, const char *bullet);

/* The cells of a row stand on one line, tabs between them, until one of them takes more than that. */
void html_page_row(struct html_page *page);
void html_page_cell(struct html_page *page);

bool html_page_is_full(const struct html_page *page);
