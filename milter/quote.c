#include "milter/quote.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "milter/quote_words.h"

#define ATTRIBUTION_LINES 4 /* programs and mail servers break the long line */
#define ATTRIBUTION_BYTES 400
#define HEADER_LINES 12 /* "From:", "Sent:" … with long lists of recipients between */
#define ADVERT_BYTES 120
#define RULE_MIN 10
#define WRAPPED_MIN 70 /* a quoted line this long was broken by some server, its rest stands without a mark */
#define CLOSING_LINES 4 /* of a signature below underscores */
#define FOOTER_LINES 12
#define TRACKING_MARK "\xe1\x90\xa7" /* a letter some senders' tools leave at the end */

enum line_kind {TEXT, EMPTY, QUOTE, ATTRIBUTION, SIGNATURE};

struct line {
	const char *text;
	gsize length;
	enum line_kind kind;
};

/* LINE without the characters of SET at both ends. */
static struct line strip(struct line line, const char *set)
{
	while (line.length > 0 && strchr(set, line.text[0]))
		line.text++, line.length--;
	while (line.length > 0 && strchr(set, line.text[line.length - 1]))
		line.length--;
	return line;
}

static GArray *lines_split(const char *text)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));
	for (const char *p = text; *p;) {
		struct line line = {.text = p, .length = strcspn(p, "\n")};
		struct line bare = strip(line, " \t");
		bool is_mark = bare.length == 3 && memcmp(bare.text, TRACKING_MARK, 3) == 0;
		line.kind = bare.length == 0 || is_mark ? EMPTY : *bare.text == '>' ? QUOTE : TEXT;
		g_array_append_val(lines, line);
		p += line.length + (p[line.length] == '\n');
	}
	return lines;
}

static struct line *line_at(GArray *lines, guint i)
{
	return &g_array_index(lines, struct line, i);
}

/* Nothing but dashes or underscores. */
static bool is_rule(const struct line *line)
{
	struct line bare = strip(*line, " \t*");
	return bare.length >= RULE_MIN && strip(bare, "-_=").length == 0;
}

static bool is_title(const struct line *line)
{
	struct line bare = strip(*line, " \t-_*=#>:");
	bool is_marked = bare.length < strip(*line, " \t").length;
	return is_marked && bare.length > 0 && quote_is_title(bare.text, bare.length);
}

/* "*From:* somebody" → QUOTE_FROM. */
static enum quote_key key_of(const struct line *line)
{
	struct line bare = strip(*line, " \t*>|");
	const char *colon = memchr(bare.text, ':', MIN(bare.length, 40));
	const char *wide = memmem(bare.text, MIN(bare.length, 40), "\xef\xbc\x9a", 3);
	if (!colon)
		colon = wide;
	if (!colon)
		return QUOTE_NO_KEY;
	struct line word = strip((struct line){.text = bare.text, .length = colon - bare.text}, " \t*");
	while (word.length > 2 && memcmp(word.text + word.length - 2, "\xc2\xa0", 2) == 0)
		word.length -= 2;
	return quote_key_of(word.text, word.length);
}

/* A block of "From: … Sent: … Subject: …" as Outlook puts it above the history. */
static bool is_header_block(GArray *lines, guint at)
{
	if (key_of(line_at(lines, at)) != QUOTE_FROM)
		return false;
	guint seen = 0;
	for (guint i = at + 1; i < MIN(lines->len, at + HEADER_LINES); i++) {
		enum quote_key key = key_of(line_at(lines, i));
		if (key != QUOTE_NO_KEY && key != QUOTE_FROM)
			seen |= 1u << key;
	}
	return (seen & (1u << QUOTE_SENT) && (seen & (1u << QUOTE_TO | 1u << QUOTE_SUBJECT))) || (seen & (1u << QUOTE_TO) && seen & (1u << QUOTE_SUBJECT));
}

/* The first line of the history below a title or a block of headers; lines->len when there is none. */
static guint history_find(GArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		const struct line *line = line_at(lines, i);
		if (line->kind != TEXT)
			continue;
		if (is_title(line))
			return i;
		if (!is_header_block(lines, i))
			continue;
		while (i > 0 && (line_at(lines, i - 1)->kind == EMPTY || is_rule(line_at(lines, i - 1))))
			i--;
		return i;
	}
	return lines->len;
}

static bool has_digit(const char *text, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (g_ascii_isdigit(text[i]))
			return true;
	return false;
}

/* LINE ends the way an attribution does: with a colon, or the dashes of Zoho. */
static bool ends_attribution(const struct line *line)
{
	struct line bare = strip(*line, " \t*_");
	if (bare.length == 0)
		return false;
	bool is_colon = bare.text[bare.length - 1] == ':';
	bool is_wide = bare.length > 3 && memcmp(bare.text + bare.length - 3, "\xef\xbc\x9a", 3) == 0;
	bool is_dashes = bare.length > 8 && memcmp(bare.text, "----", 4) == 0 && memcmp(bare.text + bare.length - 4, "----", 4) == 0;
	return is_colon || is_wide || is_dashes;
}

/* "…, 15:19 …@…>:" needs no verb: only programs write so. */
static bool is_stamped(const struct line *line)
{
	if (line->text[line->length - 1] == ':' && line->length > 2 && line->text[line->length - 2] != '>')
		return false;
	for (gsize i = 1; i + 3 < line->length; i++)
		if (line->text[i] == ':' && g_ascii_isdigit(line->text[i - 1]) && g_ascii_isdigit(line->text[i + 1]) && g_ascii_isdigit(line->text[i + 2]))
			return true;
	return false;
}

/* "2016-03-03 17:21 GMT+01:00 Some One", as Gmail wrote for years, colon or not. */
static bool is_gmail_stamp(const struct line *line)
{
	static const char form[] = "dddd-dd-dd dd:dd GMT";
	struct line bare = strip(*line, " \t*");
	if (bare.length < sizeof form - 1 || bare.length > ATTRIBUTION_BYTES)
		return false;
	for (gsize i = 0; form[i]; i++)
		if (form[i] == 'd' ? !g_ascii_isdigit(bare.text[i]) : bare.text[i] != form[i])
			return false;
	return true;
}

/* From line FIRST to LAST, does this say who wrote what is quoted below, and when? */
static bool is_attribution(GArray *lines, guint first, guint last)
{
	const struct line *begin = line_at(lines, first), *end = line_at(lines, last);
	struct line all = strip((struct line){.text = begin->text, .length = end->text + end->length - begin->text}, " \t*");
	if (all.length > ATTRIBUTION_BYTES)
		return false;
	bool has_address = memchr(all.text, '@', all.length) || memchr(all.text, '<', all.length);
	if (!quote_has_verb(all.text, all.length))
		return has_address && is_stamped(&all);
	return has_address || (quote_has_opening(all.text, all.length) && has_digit(all.text, all.length));
}

/* Marks the attribution that ends at line LAST, if one does. */
static void attribution_mark(GArray *lines, guint last)
{
	if (!ends_attribution(line_at(lines, last)))
		return;
	guint first = last, best = lines->len;
	for (guint n = 0; n < ATTRIBUTION_LINES && line_at(lines, first)->kind == TEXT; n++) {
		struct line bare = strip(*line_at(lines, first), " \t*");
		bool is_opening = quote_has_opening(bare.text, bare.length) || g_ascii_isdigit(*bare.text);
		if (is_attribution(lines, first, last) && (best == lines->len || is_opening))
			best = first;
		if (first == 0 || (best != lines->len && is_opening))
			break;
		first--;
	}
	for (guint i = best; i <= last; i++)
		line_at(lines, i)->kind = ATTRIBUTION;
}

static void attributions_mark(GArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		struct line *line = line_at(lines, i);
		if (line->kind == TEXT && is_gmail_stamp(line))
			line->kind = ATTRIBUTION;
		else if (line->kind == TEXT)
			attribution_mark(lines, i);
	}
}

/* A line between quoted ones is the rest of the long one above it. */
static void wrapped_mark(GArray *lines)
{
	for (guint i = 1; i + 1 < lines->len; i++) {
		const struct line *above = line_at(lines, i - 1), *below = line_at(lines, i + 1);
		bool is_rest = above->kind == QUOTE && above->length >= WRAPPED_MIN && below->kind == QUOTE;
		if (is_rest && line_at(lines, i)->kind == TEXT)
			line_at(lines, i)->kind = QUOTE;
	}
}

static guint kind_skip(GArray *lines, guint i, enum line_kind kind)
{
	while (i < lines->len && line_at(lines, i)->kind == kind)
		i++;
	return i;
}

/* An attribution with no quote marks below it: all that follows is history, unless nothing stands above it. */
static guint unmarked_find(GArray *lines)
{
	bool has_text = false;
	for (guint i = 0; i < lines->len; i++) {
		has_text |= line_at(lines, i)->kind == TEXT;
		if (line_at(lines, i)->kind != ATTRIBUTION || !has_text)
			continue;
		guint after = kind_skip(lines, kind_skip(lines, i, ATTRIBUTION), EMPTY);
		if (after == lines->len || line_at(lines, after)->kind != QUOTE)
			return i;
		i = after;
	}
	return lines->len;
}

static bool is_signature_start(const struct line *line)
{
	struct line bare = strip(*line, " \t\r");
	return bare.length == 2 && memcmp(bare.text, "--", 2) == 0 && line->text == bare.text;
}

/* "Sent from my phone": a short paragraph of its own. */
static bool is_advert(GArray *lines, guint at)
{
	struct line bare = strip(*line_at(lines, at), " \t*_([<");
	if (bare.length >= ADVERT_BYTES || !quote_is_advert(bare.text, bare.length))
		return false;
	if (at > 0 && line_at(lines, at - 1)->kind == TEXT)
		return false;
	return at + 1 == lines->len || line_at(lines, at + 1)->kind != TEXT;
}

/* From "-- " to the next quote, and what phones add. */
static void signatures_mark(GArray *lines)
{
	bool is_signature = false;
	for (guint i = 0; i < lines->len; i++) {
		struct line *line = line_at(lines, i);
		if (line->kind == QUOTE || line->kind == ATTRIBUTION)
			is_signature = false;
		else if (line->kind == TEXT && is_signature_start(line))
			is_signature = true;
		if (line->kind == TEXT && (is_signature || is_advert(lines, i)))
			line->kind = SIGNATURE;
	}
}

/* What follows the underscores at LINE to the end: the footer of a mailing list, or a few short lines of signature. */
static bool is_closing(GArray *lines, guint at)
{
	struct line rule = strip(*line_at(lines, at), " \t");
	if (rule.length < 2 || strip(rule, "_").length > 0 || at + 1 == lines->len)
		return false;
	const struct line *next = line_at(lines, at + 1), *last = line_at(lines, lines->len - 1);
	gsize length = last->text + last->length - next->text;
	if (memmem(next->text, length, "mailing list", 12) || memmem(next->text, length, "listinfo", 8))
		return true;
	guint texts = 0;
	for (guint i = at + 1; i < lines->len; i++)
		texts += line_at(lines, i)->kind != EMPTY;
	return rule.length >= RULE_MIN && texts <= CLOSING_LINES;
}

static void closing_mark(GArray *lines)
{
	for (guint i = lines->len > FOOTER_LINES ? lines->len - FOOTER_LINES : 0; i < lines->len; i++) {
		if (line_at(lines, i)->kind != TEXT || !is_closing(lines, i))
			continue;
		for (; i < lines->len; i++)
			if (line_at(lines, i)->kind == TEXT)
				line_at(lines, i)->kind = SIGNATURE;
	}
}

/* Quotes stay only where answers stand between them: not below the last line of text, and not as the one block above it. */
static void quotes_bound(GArray *lines, guint *first, guint *last)
{
	guint texts = 0, begin = lines->len, quotes_above = 0;
	*first = *last = 0;
	for (guint i = 0; i < lines->len; i++) {
		enum line_kind kind = line_at(lines, i)->kind;
		if (kind == TEXT && texts++ == 0)
			begin = i;
		if (kind == TEXT)
			*last = i + 1;
		quotes_above += kind == QUOTE && texts == 0;
	}
	bool is_between = false;
	for (guint i = begin; i < *last; i++)
		is_between |= line_at(lines, i)->kind == QUOTE;
	*first = is_between && quotes_above > 0 ? 0 : begin;
}

static char *lines_join(GArray *lines, guint first, guint last)
{
	g_autoptr(GString) out = g_string_new(NULL);
	for (guint i = first; i < last; i++) {
		const struct line *line = line_at(lines, i);
		if (line->kind == SIGNATURE || line->kind == ATTRIBUTION)
			continue;
		g_string_append_len(out, line->text, line->length);
		g_string_append_c(out, '\n');
	}
	return g_strdup(g_strchomp(out->str + strspn(out->str, "\n")));
}

char *quote_strip(const char *text)
{
	g_autoptr(GArray) lines = lines_split(text);
	guint first, last;
	g_array_set_size(lines, history_find(lines));
	attributions_mark(lines);
	wrapped_mark(lines);
	g_array_set_size(lines, unmarked_find(lines));
	signatures_mark(lines);
	closing_mark(lines);
	quotes_bound(lines, &first, &last);
	g_autofree char *reply = lines_join(lines, first, last);
	if (*reply)
		return g_steal_pointer(&reply);
	return g_strdup(text);
}
