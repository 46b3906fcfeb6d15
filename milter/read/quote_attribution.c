#include "milter/read/quote_attribution.h"

#include <string.h>

#include "milter/read/quote_words.h"

#define LINES_MAX 5 /* programs and mail servers break the long line */
#define NAME_BYTES 60
#define LAST_MIN 3 /* bytes of the last line: "AM:" */
#define BYTES_MAX QUOTE_FOLD_MAX

/* What a line holds that an attribution needs. */
enum sign {
	VERB = 1 << 0,      /* "wrote" */
	VERB_LAST = 1 << 1, /* at the end */
	ADDRESS = 1 << 2,
	ADDRESS_LAST = 1 << 3, /* "<name@domain>:" */
	TIME = 1 << 4,      /* 12:30 */
	DATE = 1 << 5,      /* 2024, 1.2., 1/2/2024 */
	OPENING = 1 << 6,   /* begins as one does */
	COLON = 1 << 7,     /* ends with one */
	PERSONAL = 1 << 8,  /* "you wrote" */
	QUOTED = 1 << 9,    /* quoted lines follow */
	ALONE = 1 << 10,    /* nothing, or an empty line, follows */
	DIGIT = 1 << 11,
	CUT = 1 << 12,      /* ends with the "<" of an address that the next line has */
	POINTED = 1 << 13,  /* begins with one */
};

#define AT_THE_END (COLON | VERB_LAST | ADDRESS_LAST) /* what counts of the last line alone */

/* Each says by itself that a sentence is one. */
static const struct {const char *name; guint needs;} rules[] = {
	{"name <address> wrote:", VERB | ADDRESS | COLON},
	{"on 1 May 2024 name <address> wrote, the colon lost", VERB_LAST | ADDRESS | DATE | ALONE},
	{"on 1 May 2024 12:30 name wrote, the colon lost", VERB_LAST | OPENING | DATE | TIME | ALONE},
	{"the same, quoted lines following", VERB_LAST | OPENING | DATE | QUOTED},
	{"1 May 2024 12:30, name <address>: only programs write so", ADDRESS_LAST | TIME | COLON},
	{"1 May 2024, name <address>:", ADDRESS_LAST | DATE | OPENING | COLON},
	{"on 1 May 2024 name wrote:", VERB | OPENING | DATE | COLON},
	{"on Monday 12:30 name wrote:", VERB | OPENING | TIME | COLON},
	{"name wrote on 1 May 2024 12:30:", VERB | TIME | DATE | COLON | ALONE},
	{"name wrote on 1 May:", VERB | DATE | COLON | QUOTED},
	{"quoting name <address>:", ADDRESS | COLON | QUOTED},
	{"name wrote:", VERB_LAST | COLON | QUOTED},
};

static guint
digits_at(const char *text)
{
	guint count = 0;
	while (g_ascii_isdigit(text[count]))
		count++;
	return count;
}

/* Numbers with one of "./-" between them, from TEXT on. */
struct chain {
	guint count, first, last; /* how many, and how many digits the first and the last have */
	gsize length;
};

static struct chain
chain_read(const char *text)
{
	struct chain chain = {.count = 1, .first = digits_at(text)};
	chain.last = chain.length = chain.first;
	while (text[chain.length] && strchr("./-", text[chain.length]) && digits_at(text + chain.length + 1) > 0) {
		chain.last = digits_at(text + chain.length + 1);
		chain.length += 1 + chain.last;
		chain.count++;
	}
	return chain;
}

/* 2024, 6/5, 6.5.24, 2024-05-06; not the numbers of machines, as 192.0.2.1 and 5.1.1. */
static bool
is_date(const char *text, const struct chain *chain)
{
	bool is_year = chain->first == 4 && (g_str_has_prefix(text, "19") || g_str_has_prefix(text, "20"));
	if (chain->count == 1 || (chain->count == 3 && is_year))
		return is_year;
	if (chain->first > 2 || chain->last > 4)
		return false;
	return chain->count == 2 ? chain->last <= 2 : chain->count == 3 && (chain->last == 2 || chain->last == 4);
}

/* What the digits of TEXT tell. */
static guint
digit_signs(const char *text)
{
	guint signs = 0;
	for (const char *p = text + strcspn(text, "0123456789"); *p; p += strcspn(p, "0123456789")) {
		struct chain chain = chain_read(p);
		gsize hour = digits_at(p);
		bool is_time = hour <= 2 && p[hour] && strchr(":.h", p[hour]) && digits_at(p + hour + 1) == 2;
		signs |= DIGIT | (is_date(p, &chain) ? DATE : 0) | (is_time && chain.count <= 2 ? TIME : 0);
		p += chain.length;
	}
	return signs;
}

/* "<name@domain>:", "name@domain)": the address is the last thing but the colon. */
static bool
ends_with_address(const char *text)
{
	const char *last = strrchr(text, '@');
	return last && !strchr(last, ' ');
}

static guint
signs_of(const struct quote_line *line)
{
	struct quote_folded folded;
	struct quote_line bare = quote_line_strip(*line, " \t\r*_");
	guint signs = 0;
	if (bare.length > BYTES_MAX)
		return 0;
	bool is_dashed = bare.length > 8 && memcmp(bare.text, "--", 2) == 0; /* "---- On … wrote ----" */
	bool is_closed = is_dashed && memcmp(bare.text + bare.length - 2, "--", 2) == 0;
	bare = quote_line_strip(bare, is_dashed ? " -*" : "*");
	quote_fold(&folded, bare.text, bare.length);
	signs |= is_closed || g_str_has_suffix(folded.text, ":") ? COLON : 0;
	signs |= g_str_has_suffix(folded.text, "<") ? CUT : 0;
	signs |= folded.text[0] == '<' ? POINTED : 0;
	signs |= strchr(folded.text, '@') || strchr(folded.text, '<') ? ADDRESS : 0;
	signs |= signs & ADDRESS && ends_with_address(folded.text) ? ADDRESS_LAST : 0;
	signs |= digit_signs(folded.text);
	signs |= quote_has_verb(folded.text) ? VERB : 0;
	signs |= signs & VERB && quote_ends_with_verb(folded.text) ? VERB_LAST : 0;
	signs |= signs & VERB && quote_is_personal(folded.text) ? PERSONAL : 0;
	signs |= quote_has_opening(folded.text) ? OPENING : 0;
	return signs;
}

static guint
signs_at(struct quote_lines *lines, guint i)
{
	struct quote_line *line = quote_line_at(lines, i);
	if (!line->has_signs)
		line->signs = signs_of(line);
	line->has_signs = true;
	return line->signs;
}

/* What stands below line LAST. */
static guint
signs_below(struct quote_lines *lines, guint last)
{
	guint after = quote_kind_skip(lines, last + 1, QUOTE_EMPTY);
	bool is_end = after == quote_lines_count(lines);
	bool is_quoted = !is_end && quote_kind_at(lines, after) == QUOTE_QUOTED;
	return (is_quoted ? QUOTED | ALONE : 0) | (is_end || after > last + 1 ? ALONE : 0);
}

static bool
is_attribution(guint signs)
{
	if (signs & PERSONAL && !(signs & (QUOTED | ADDRESS | ALONE)))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
		if ((signs & rules[i].needs) == rules[i].needs)
			return true;
	return false;
}

/* Line I stands first in its paragraph. */
static bool
is_first(struct quote_lines *lines, guint i)
{
	return i == 0 || quote_kind_at(lines, i - 1) != QUOTE_TEXT;
}

/* Does the line above, with signs OWN, still belong to what the lines BELOW it have said, and what follows them? */
static bool
is_extension(guint own, guint below, guint after)
{
	bool has_when = own & (DATE | TIME) || (own & DIGIT && after & QUOTED);
	bool is_missing = !(below & (DATE | TIME));
	return own & CUT || (own & OPENING && has_when) || (is_missing && (own & DATE) && (own & TIME));
}

/* "Some Name" above "<name@domain> wrote:". */
static bool
is_name(struct quote_lines *lines, guint first)
{
	bool is_above = first + 1 < quote_lines_count(lines) && signs_at(lines, first + 1) & POINTED;
	return is_above && is_first(lines, first) && quote_line_at(lines, first)->length <= NAME_BYTES;
}

/* The first line of the attribution whose last is LAST, with the signs AFTER at and below its end: the most lines that make one
 * sentence. The count of lines when it is none. */
static guint
first_find(struct quote_lines *lines, guint last, guint after)
{
	guint count = quote_lines_count(lines), best = count, below = 0;
	gsize bytes = 0;
	for (guint n = 0, first = last; n < LINES_MAX && quote_kind_at(lines, first) == QUOTE_TEXT; n++, first--) {
		guint own = signs_at(lines, first);
		guint signs = (below & ~(OPENING | AT_THE_END)) | (own & ~AT_THE_END) | after;
		bool is_longer = best != count && (is_extension(own, below, after) || is_name(lines, first));
		bytes += quote_line_at(lines, first)->length;
		if (bytes > BYTES_MAX)
			break;
		if (is_longer || (best == count && is_attribution(signs)))
			best = first;
		bool is_whole = best == first && !(own & POINTED) && own & OPENING && own & (DATE | TIME);
		if (first == 0 || is_whole)
			break;
		below |= own;
	}
	return best;
}

static void
attribution_mark(struct quote_lines *lines, guint last)
{
	guint own = signs_at(lines, last);
	if (!(own & (COLON | VERB_LAST)) || quote_line_at(lines, last)->length < LAST_MIN)
		return;
	for (guint i = first_find(lines, last, signs_below(lines, last) | (own & AT_THE_END)); i <= last; i++)
		quote_line_at(lines, i)->kind = QUOTE_ATTRIBUTION;
}

/* "2016-03-03 17:21 GMT+01:00 Some One", as Gmail wrote for years, colon or not. */
static bool
is_gmail_stamp(const struct quote_line *line)
{
	static const char form[] = "dddd-dd-dd dd:dd GMT";
	struct quote_line bare = quote_line_strip(*line, " \t*");
	if (bare.length < sizeof form - 1 || bare.length > BYTES_MAX)
		return false;
	for (gsize i = 0; form[i]; i++)
		if (form[i] == 'd' ? !g_ascii_isdigit(bare.text[i]) : bare.text[i] != form[i])
			return false;
	return true;
}

void
quote_attributions_mark(struct quote_lines *lines)
{
	for (guint i = 0; i < quote_lines_count(lines); i++) {
		struct quote_line *line = quote_line_at(lines, i);
		if (line->kind == QUOTE_TEXT && is_gmail_stamp(line))
			line->kind = QUOTE_ATTRIBUTION;
		else if (line->kind == QUOTE_TEXT)
			attribution_mark(lines, i);
	}
}
