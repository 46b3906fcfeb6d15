#include "milter/read/quote_signature.h"

#include <string.h>

#include "milter/read/quote_words.h"

#define ADVERT_MIN 6
#define ADVERT_BYTES 120 /* a phone's line; what a virus checker says is longer */
#define NOTICE_BYTES 400
#define ADVERT_LINES 3
#define FOOTER_LINES 14 /* a signature below a rule is looked for in as many lines at the end */

/* What may stand below a rule of so many characters and still be a signature, not a second chapter. */
static const struct {const char *name; gsize min, max; guint lines; gsize bytes; bool is_prose;} closings[] = {
	{"a short rule, as many write instead of the two dashes", 2, 4, 10, 400, true},
	{"a line over the width: name, firm, telephone", 5, G_MAXSIZE, 4, 64, false},
};
#define UNDERSCORES_MIN 10 /* a line of these ends a mail in some programs: whatever its few lines say */
#define UNDERSCORES_LINES 4

static const char *const list_words[] = {"mailing list", "Mailing list", "mailing-list", "listinfo", "unsubscribe", "Google Groups", "googlegroups.com"};

static bool
is_signature_start(const struct quote_line *line)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r");
	bool is_hard = bare.length == 4 && memcmp(bare.text, "--\xc2\xa0", 4) == 0;
	bool is_escaped = bare.length == 4 && memcmp(bare.text, "- --", 4) == 0; /* within PGP's armor */
	return (is_hard || is_escaped || (bare.length == 2 && memcmp(bare.text, "--", 2) == 0)) && line->text == bare.text;
}

static bool
is_text_at(struct quote_lines *lines, guint i)
{
	return i < quote_lines_count(lines) && quote_kind_at(lines, i) == QUOTE_TEXT;
}

/* "Sent from my phone": a paragraph of its own of a few lines, or the last one of a paragraph, short and plain. */
static bool
is_advert(struct quote_lines *lines, guint at)
{
	struct quote_line bare = quote_line_strip(*quote_line_at(lines, at), " \t\r");
	struct quote_folded folded;
	if (bare.length < ADVERT_MIN || bare.length > NOTICE_BYTES)
		return false;
	quote_fold(&folded, bare.text, bare.length);
	if (!quote_is_advert(folded.text))
		return false;
	bool is_below_text = at > 0 && is_text_at(lines, at - 1);
	guint end = at + 1;
	while (end < at + ADVERT_LINES && is_text_at(lines, end))
		end++;
	return is_below_text ? end == at + 1 && bare.length <= ADVERT_BYTES : !is_text_at(lines, end);
}

/* "This e-mail is confidential": the beginning of a paragraph. */
static bool
is_disclaimer(struct quote_lines *lines, guint at)
{
	struct quote_line bare = quote_line_strip(*quote_line_at(lines, at), " \t\r*_");
	struct quote_folded folded;
	if (bare.length < ADVERT_MIN || (at > 0 && is_text_at(lines, at - 1) && !quote_is_rule(quote_line_at(lines, at - 1), 2)))
		return false;
	quote_fold(&folded, bare.text, bare.length);
	return quote_is_disclaimer(folded.text);
}

/* What PGP puts around a text it has signed: from a line to another, or to an empty one. */
static const struct {const char *begin, *end;} armors[] = {
	{"-----BEGIN PGP SIGNED MESSAGE-----", ""},
	{"-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"},
	{"-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"},
};

static bool
is_line(const struct quote_line *line, const char *text)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r");
	return bare.length == strlen(text) && memcmp(bare.text, text, bare.length) == 0;
}

static void
armors_mark(struct quote_lines *lines)
{
	const char *end = NULL; /* of the armor that line I stands in */
	for (guint i = 0; i < quote_lines_count(lines); i++) {
		struct quote_line *line = quote_line_at(lines, i);
		for (gsize k = 0; k < G_N_ELEMENTS(armors) && !end; k++)
			end = is_line(line, armors[k].begin) ? armors[k].end : NULL;
		if (!end)
			continue;
		bool is_last = is_line(line, end);
		if (line->kind == QUOTE_TEXT)
			line->kind = QUOTE_SIGNATURE;
		end = is_last ? NULL : end;
	}
}

/* From "-- " to the next quote; from what a phone or a firm adds, too, when something was written above it. */
static void
starts_mark(struct quote_lines *lines)
{
	bool is_signature = false, has_text = false;
	for (guint i = 0; i < quote_lines_count(lines); i++) {
		struct quote_line *line = quote_line_at(lines, i);
		if (line->kind == QUOTE_QUOTED || line->kind == QUOTE_ATTRIBUTION)
			is_signature = false;
		if (line->kind != QUOTE_TEXT)
			continue;
		bool is_phone = !is_signature && is_advert(lines, i);
		is_signature |= is_signature_start(line) || (has_text && (is_phone || is_disclaimer(lines, i)));
		has_text |= !is_signature && !is_phone;
		if (is_signature || is_phone)
			line->kind = QUOTE_SIGNATURE;
	}
}

/* One past the last line of text. */
static guint
text_end(struct quote_lines *lines)
{
	guint end = quote_lines_count(lines);
	while (end > 0 && quote_kind_at(lines, end - 1) != QUOTE_TEXT)
		end--;
	return end;
}

static bool
is_prose(const struct quote_line *line)
{
	struct quote_line bare = quote_line_strip(*line, " \t\r");
	return bare.length > 0 && strchr(".?!,:;", bare.text[bare.length - 1]);
}

/* What stands between the rule at AT and END. */
struct closing {
	guint texts;
	gsize longest;
	bool is_list, has_prose, has_question, has_quote;
};

static struct closing
closing_read(struct quote_lines *lines, guint at, guint end)
{
	struct closing closing = {0};
	for (guint i = at + 1; i < end; i++) {
		const struct quote_line *line = quote_line_at(lines, i);
		closing.texts += line->kind == QUOTE_TEXT;
		closing.has_quote |= line->kind == QUOTE_QUOTED || line->kind == QUOTE_ATTRIBUTION;
		closing.longest = MAX(closing.longest, line->length);
		closing.has_prose |= is_prose(line);
		closing.has_question |= memchr(line->text, '?', line->length) != NULL;
		for (gsize k = 0; k < G_N_ELEMENTS(list_words); k++)
			closing.is_list |= memmem(line->text, line->length, list_words[k], strlen(list_words[k])) != NULL;
	}
	return closing;
}

static bool
is_closing(struct quote_lines *lines, guint at, guint end)
{
	struct quote_line rule = quote_line_strip(*quote_line_at(lines, at), " \t\r");
	struct closing closing = closing_read(lines, at, end);
	bool is_underscores = rule.length >= UNDERSCORES_MIN && quote_line_strip(rule, "_").length == 0;
	if (closing.has_quote)
		return false;
	if (closing.is_list || (is_underscores && closing.texts <= UNDERSCORES_LINES))
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(closings); i++)
		if (rule.length >= closings[i].min && rule.length <= closings[i].max)
			return closing.texts <= closings[i].lines && closing.longest <= closings[i].bytes && !closing.has_question
				&& (closings[i].is_prose || !closing.has_prose);
	return false;
}

/* The one rule near the end with a signature or a list's footer below it; two rules are chapters. */
static void
closing_mark(struct quote_lines *lines)
{
	guint end = text_end(lines), rules = 0, at = end;
	for (guint i = 0; i < end; i++) {
		const struct quote_line *line = quote_line_at(lines, i);
		if (line->kind != QUOTE_TEXT || !quote_is_rule(line, 2))
			continue;
		rules++;
		at = i;
	}
	bool is_near = at < end && at + FOOTER_LINES >= end && at > 0;
	if (!is_near || !is_closing(lines, at, end))
		return;
	if (rules > 1 && quote_line_at(lines, at)->length < UNDERSCORES_MIN)
		return;
	for (guint i = at; i < end; i++)
		if (quote_kind_at(lines, i) == QUOTE_TEXT)
			quote_line_at(lines, i)->kind = QUOTE_SIGNATURE;
}

/* Rules that nothing follows. */
static void
tail_mark(struct quote_lines *lines)
{
	for (guint end = text_end(lines); end > 0; end--) {
		struct quote_line *line = quote_line_at(lines, end - 1);
		if (line->kind == QUOTE_TEXT && !quote_is_rule(line, 2))
			return;
		if (line->kind == QUOTE_TEXT)
			line->kind = QUOTE_SIGNATURE;
	}
}

void
quote_signatures_mark(struct quote_lines *lines)
{
	armors_mark(lines);
	starts_mark(lines);
	tail_mark(lines);
	closing_mark(lines);
}
