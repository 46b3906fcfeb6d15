/* quote_lines: the lines of a mail's text, for the rules that tell what was written from what was quoted. Every look at a line
 * is counted, so that a test can say how much work a hostile text makes. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define QUOTE_FOLD_MAX 480 /* bytes of a line that are compared with words */

enum quote_kind {QUOTE_TEXT, QUOTE_EMPTY, QUOTE_QUOTED, QUOTE_ATTRIBUTION, QUOTE_SIGNATURE};

struct quote_line {
	const char *text; /* within the mail's text, not ended by NUL */
	gsize length;
	enum quote_kind kind;
	guint signs, key; /* what quote_attribution and quote_history found in it, so that they read each line once */
	bool has_signs, has_key;
};

struct quote_lines {
	GArray *lines;
	gsize looks;
};

/* What a line says, for comparing with words: lower case, one blank for many, plain apostrophes, dashes and colons, without marks of
 * direction; its first QUOTE_FOLD_MAX bytes. */
struct quote_folded {
	char text[QUOTE_FOLD_MAX + 8];
	gsize length;
};

/* TEXT in lines, told apart as empty, quoted ("> ") or text. TEXT must live as long. Free with quote_lines_clear. */
struct quote_lines quote_lines_split(const char *text);
void quote_lines_clear(struct quote_lines *lines);
guint quote_lines_count(const struct quote_lines *lines);
struct quote_line *quote_line_at(struct quote_lines *lines, guint i);
enum quote_kind quote_kind_at(struct quote_lines *lines, guint i);

/* The first line from I on that is not of KIND; the count when all are. */
guint quote_kind_skip(struct quote_lines *lines, guint i, enum quote_kind kind);

/* What is left from line I on is history: forgotten. */
void quote_lines_cut(struct quote_lines *lines, guint i);

/* LINE without the bytes of SET at both ends. */
struct quote_line quote_line_strip(struct quote_line line, const char *set);
void quote_fold(struct quote_folded *folded, const char *text, gsize length);

/* Nothing but at least MIN of the characters people draw lines with. */
bool quote_is_rule(const struct quote_line *line, gsize min);
