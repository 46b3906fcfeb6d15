#include "milter/read/quote.h"

#include <string.h>

#include "milter/read/quote_attribution.h"
#include "milter/read/quote_history.h"
#include "milter/read/quote_lines.h"
#include "milter/read/quote_signature.h"

#define LINES_MAX 100000 /* a mail with more of them is no answer: it is shown as it came */
#define WRAPPED_MIN 70 /* a quoted line this long was broken by some server, its rest stands without a mark */

/* A line between quoted ones is the rest of the long one above it. */
static void
wrapped_mark(struct quote_lines *lines)
{
	for (guint i = 1; i + 1 < quote_lines_count(lines); i++) {
		const struct quote_line *above = quote_line_at(lines, i - 1), *below = quote_line_at(lines, i + 1);
		bool is_rest = above->kind == QUOTE_QUOTED && above->length >= WRAPPED_MIN && below->kind == QUOTE_QUOTED;
		if (is_rest && quote_kind_at(lines, i) == QUOTE_TEXT)
			quote_line_at(lines, i)->kind = QUOTE_QUOTED;
	}
}

/* An attribution with no quote marks below it: all that follows is history, unless nothing stands above it. */
static guint
unmarked_find(struct quote_lines *lines)
{
	bool has_text = false;
	for (guint i = 0; i < quote_lines_count(lines); i++) {
		enum quote_kind kind = quote_kind_at(lines, i);
		has_text |= kind == QUOTE_TEXT;
		if (kind != QUOTE_ATTRIBUTION || !has_text)
			continue;
		guint after = quote_kind_skip(lines, quote_kind_skip(lines, i, QUOTE_ATTRIBUTION), QUOTE_EMPTY);
		if (after == quote_lines_count(lines) || quote_kind_at(lines, after) != QUOTE_QUOTED)
			return i;
		i = after;
	}
	return quote_lines_count(lines);
}

/* Quotes stay only where answers stand between them: not below the last line of text, and not as the one block above it. */
static void
quotes_bound(struct quote_lines *lines, guint *first, guint *last)
{
	guint count = quote_lines_count(lines), texts = 0, begin = count, quotes_above = 0;
	*last = 0;
	for (guint i = 0; i < count; i++) {
		enum quote_kind kind = quote_kind_at(lines, i);
		if (kind == QUOTE_TEXT && texts++ == 0)
			begin = i;
		if (kind == QUOTE_TEXT)
			*last = i + 1;
		quotes_above += kind == QUOTE_QUOTED && texts == 0;
	}
	bool is_between = false;
	for (guint i = begin; i < *last; i++)
		is_between |= quote_kind_at(lines, i) == QUOTE_QUOTED;
	*first = is_between && quotes_above > 0 ? 0 : begin;
}

static char *
lines_join(struct quote_lines *lines, guint first, guint last)
{
	g_autoptr(GString) out = g_string_new(NULL);
	for (guint i = first; i < last; i++) {
		const struct quote_line *line = quote_line_at(lines, i);
		if (line->kind == QUOTE_SIGNATURE || line->kind == QUOTE_ATTRIBUTION)
			continue;
		g_string_append_len(out, line->text, line->length);
		g_string_append_c(out, '\n');
	}
	return g_strdup(g_strchomp(out->str + strspn(out->str, "\n")));
}

static char *
lines_strip(struct quote_lines *lines)
{
	guint first, last;
	quote_lines_cut(lines, quote_history_find(lines));
	quote_attributions_mark(lines);
	wrapped_mark(lines);
	quote_lines_cut(lines, unmarked_find(lines));
	quote_signatures_mark(lines);
	quotes_bound(lines, &first, &last);
	return lines_join(lines, first, last);
}

char *
quote_strip_counted(const char *text, gsize *looks)
{
	struct quote_lines lines = quote_lines_split(text);
	g_autofree char *reply = quote_lines_count(&lines) > LINES_MAX ? g_strdup("") : lines_strip(&lines);
	*looks = lines.looks;
	quote_lines_clear(&lines);
	return *reply ? g_steal_pointer(&reply) : g_strdup(text);
}

char *
quote_strip(const char *text)
{
	gsize looks;
	return quote_strip_counted(text, &looks);
}
