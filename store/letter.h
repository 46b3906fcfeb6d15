/* letter: what an employee writes, as HTML and as plain text: paragraphs, bold, italics, lists, links, quotes, and nothing else. */
#pragma once

#include <glib.h>

#define LETTER_MAX (256 * 1024) /* octets of text or HTML that a letter may have */

/* HTML with what a letter may hold, well-formed, whatever it was made of: other elements fall away, their text stays (of script, style
 * and title not even that); links go to http, https and mailto. "" when no text is left, NULL when it or its
 * text would be longer than LETTER_MAX. Owner: caller. */
char *letter_clean(const char *html);
/* The plain text that says the same as HTML (cleaned): "- " and "1. " before list items, "> " before quotes, addresses of links in <>.
 * NULL: too long. Owner: caller. */
char *letter_text(const char *html);
/* TEXT as HTML: paragraphs between empty lines, addresses as links. Owner: caller. */
char *letter_html(const char *text);

/* A letter as it leaves. Borrowed. */
struct letter {
	const char *text, *html;    /* html (cleaned) NULL: made of the text */
	const char *language;       /* of the line above the quote: en, fr, nl, pl */
	const char *quoted;         /* text of the message it answers; NULL = nothing is quoted */
	const char *author;         /* who wrote that */
	gint64 when;                /* ms */
	const char *time_zone;
};
/* Its two bodies; the HTML is a whole document. Owner: caller. */
char *letter_whole_text(const struct letter *letter);
char *letter_whole_html(const struct letter *letter);
/* HTML of CONTENT (cleaned) as a whole document. Owner: caller. */
char *letter_document(const char *content, const char *language);
