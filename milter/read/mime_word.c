#include "milter/read/mime_word.h"

#include <stdbool.h>
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/slice.h"

#define CHARSET_MAX 64
/* Private-use characters around a number stand for a run of encoded words: atoms to any address parser. */
#define MARK_OPEN "\xef\xa3\xb0"
#define MARK_CLOSE "\xef\xa3\xb1"
#define UNKNOWN "\xef\xbf\xbd" /* U+FFFD, as long as a mark */

struct word {
	const char *charset;
	gsize charset_length;
	bool is_base64;
	const char *text, *text_end, *end;
};

/* A value that is read from left to right. CLOSE: the first "?=" behind what was last asked for, END when there is none; kept,
 * so that many beginnings without an end cost one search. */
struct scan {
	const char *end, *close;
};

static const char *
close_find(struct scan *scan, const char *p)
{
	if (!scan->close || scan->close < p) {
		const char *found = memmem(p, scan->end - p, "?=", 2);
		scan->close = found ? found : scan->end;
	}
	return scan->close;
}

static const char *
blank_find(const char *p, const char *end)
{
	while (p < end && !g_ascii_isspace(*p))
		p++;
	return p;
}

/* "?=20" may be a question mark that was left as it is and an encoded blank: so when the word ends later, before any blank. */
static bool
is_data(struct scan *scan, const char *close)
{
	bool is_hex = scan->end - close > 3 && g_ascii_isxdigit(close[2]) && g_ascii_isxdigit(close[3]);
	const char *next = is_hex ? memmem(close + 2, scan->end - close - 2, "?=", 2) : NULL;
	return next && blank_find(close, next) == next && !memmem(close + 2, next - close - 2, "=?", 2);
}

/* Where a Q text ends that may hold raw blanks; without "?=" of its own it ends at its first blank. */
static void
q_end(struct scan *scan, struct word *word)
{
	const char *close = close_find(scan, word->text);
	while (close < scan->end && is_data(scan, close))
		close = close_find(scan, close + 2);
	const char *blank = blank_find(word->text, close), *next = blank;
	while (next < close && !(scan->end - next > 1 && next[0] == '=' && next[1] == '?' && g_ascii_isspace(next[-1])))
		next++;
	bool is_open = close == scan->end || next < close;
	word->text_end = is_open ? blank : close;
	word->end = is_open ? blank : close + 2;
	if (is_open && word->text_end > word->text && word->text_end[-1] == '?')
		word->text_end--;
}

/* Past what base64 is written with; BLANKS: and past these. */
static const char *
base64_skip(const char *p, const char *end, const char *blanks)
{
	for (; p < end && *p && (g_ascii_isalnum(*p) || strchr("+/-_=", *p) || strchr(blanks, *p)); p++)
		if (p[0] == '=' && end - p > 2 && p[1] == '?' && p[2] != '=') /* the next word */
			break;
	return p;
}

/* A B text ends where base64 does, whatever follows; blanks belong to it where "?" ends it. */
static void
b_end(struct scan *scan, struct word *word)
{
	const char *end = scan->end, *p = base64_skip(word->text, end, ""), *further = base64_skip(p, end, " \t\r\n");
	word->text_end = further < end && *further == '?' ? further : p;
	p = word->text_end;
	p += p < end && *p == '?';
	word->end = p + (p < end && *p == '=' && p[-1] == '?');
}

/* "=?charset*language?B?text?=" at P (RFC 2047 §2, RFC 2231 §5), its end perhaps missing. */
static bool
word_at(struct scan *scan, const char *p, struct word *word)
{
	const char *end = scan->end;
	if (end - p < 6 || p[0] != '=' || p[1] != '?')
		return false;
	const char *query = memchr(p + 2, '?', MIN(end - p - 2, CHARSET_MAX));
	if (!query || end - query < 3 || query[2] != '?' || !strchr("bBqQ", query[1]) || !query[1])
		return false;
	word->charset = p + 2;
	const char *language = memchr(word->charset, '*', query - word->charset);
	word->charset_length = (language ? language : query) - word->charset;
	word->is_base64 = query[1] == 'b' || query[1] == 'B';
	word->text = query + 3;
	(word->is_base64 ? b_end : q_end)(scan, word);
	return true;
}

/* A fold within a word, and a soft line end, were never part of it; a raw blank was. */
static const char *
fold_skip(const char *p, const char *end)
{
	const char *after = p + (*p == '=');
	if (after == end || (*after != '\r' && *after != '\n'))
		return p;
	while (after < end && g_ascii_isspace(*after))
		after++;
	return after;
}

static void
q_decode(const char *p, const char *end, GByteArray *out)
{
	while (p < end) {
		const char *after = fold_skip(p, end);
		if (after != p) {
			p = after;
			continue;
		}
		guint8 byte = *p == '_' ? ' ' : *p;
		if (*p == '=' && end - p > 2 && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
			byte = g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2]);
			p += 2;
		}
		g_byte_array_append(out, &byte, 1);
		p++;
	}
}

struct base64 { /* a group that has begun */
	guint32 bits;
	int letters;
};

/* What is no base64 is passed over, padding ends a group, the alphabet for URLs is taken too. */
static void
b_decode(const char *p, const char *end, struct base64 *group, GByteArray *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (; p < end; p++) {
		char letter = *p == '-' ? '+' : *p == '_' ? '/' : *p;
		const char *at = letter ? strchr(alphabet, letter) : NULL;
		if (letter == '=')
			*group = (struct base64){0};
		if (!at)
			continue;
		group->bits = group->bits << 6 | (guint32)(at - alphabet);
		group->letters = (group->letters + 1) % 4;
		guint8 byte = group->bits >> (4 - group->letters) % 4 * 2;
		if (group->letters != 1)
			g_byte_array_append(out, &byte, 1);
	}
}

/* The words of one charset that stand side by side, their bytes put together, as a letter may begin in one and end in the next. Some
 * senders cut one base64 text into words anywhere, others leave the padding of each away: so in two readings. */
struct group {
	char charset[CHARSET_MAX + 1];
	GByteArray *joined, *apart;
	struct base64 base64;
};

static int
damage_count(const char *text)
{
	int count = 0;
	for (; *text; text++)
		count += (guint8)*text < ' ' || g_str_has_prefix(text, UNKNOWN);
	return count;
}

static void
group_flush(struct group *group, GString *out)
{
	const GByteArray *joined = group->joined, *apart = group->apart;
	g_autofree char *text = charset_decode(group->charset, joined->data, joined->len);
	bool is_one = joined->len == apart->len && (joined->len == 0 || memcmp(joined->data, apart->data, joined->len) == 0);
	g_autofree char *other = is_one ? NULL : charset_decode(group->charset, apart->data, apart->len);
	g_string_append(out, other && damage_count(other) < damage_count(text) ? other : text);
	g_byte_array_set_size(group->joined, 0);
	g_byte_array_set_size(group->apart, 0);
	group->base64 = (struct base64){0};
}

static void
group_add(struct group *group, const struct word *word)
{
	struct base64 own = {0};
	if (!word->is_base64) {
		group->base64 = own;
		q_decode(word->text, word->text_end, group->joined);
		q_decode(word->text, word->text_end, group->apart);
	} else {
		b_decode(word->text, word->text_end, &group->base64, group->joined);
		b_decode(word->text, word->text_end, &own, group->apart);
	}
}

/* Decodes the words from P on that have nothing but blanks between them. Returns what follows them. */
static const char *
run_decode(struct scan *scan, const char *p, GString *out)
{
	struct group group = {.joined = g_byte_array_new(), .apart = g_byte_array_new()};
	struct word word;
	for (const char *next = p; word_at(scan, next, &word); next = slice_skip_blanks(p, scan->end)) {
		bool is_same = strlen(group.charset) == word.charset_length && g_ascii_strncasecmp(group.charset, word.charset, word.charset_length) == 0;
		if (!is_same) {
			group_flush(&group, out);
			memcpy(group.charset, word.charset, word.charset_length);
			group.charset[word.charset_length] = '\0';
		}
		group_add(&group, &word);
		p = word.end;
	}
	group_flush(&group, out);
	g_byte_array_unref(group.joined);
	g_byte_array_unref(group.apart);
	return p;
}

/* What is between words. A mark that the sender wrote there would stand for one of our runs, as often as they like: it goes. */
static void
plain_append(GString *out, const char *from, const char *to, const char *hint)
{
	g_autofree char *text = charset_decode_header(hint, (const guint8 *)from, to - from);
	for (char *mark = text; (mark = strstr(mark, MARK_OPEN));)
		memcpy(mark, UNKNOWN, strlen(MARK_OPEN)); /* NOLINT(bugprone-not-null-terminated-result): of the same length, within the text */
	g_string_append(out, text);
}

/* Copies VALUE with each run of words given to RUNS, or decoded. */
static GString *
runs_replace(const char *value, gsize length, const char *hint, GPtrArray *runs)
{
	struct scan scan = {.end = value + length, .close = NULL};
	GString *out = g_string_sized_new(length + 1);
	const char *plain = value, *p = value;
	struct word word;
	while ((p = memmem(p, scan.end - p, "=?", 2))) {
		if (!word_at(&scan, p, &word)) {
			p += 2;
			continue;
		}
		plain_append(out, plain, p, hint);
		g_autoptr(GString) run = g_string_new(NULL);
		plain = p = run_decode(&scan, p, run);
		if (runs) {
			g_string_append_printf(out, MARK_OPEN "%u" MARK_CLOSE, runs->len);
			g_ptr_array_add(runs, g_strdup(run->str));
		} else {
			g_string_append_len(out, run->str, run->len);
		}
	}
	plain_append(out, plain, scan.end, hint);
	return out;
}

char *
word_charset(const char *value, gsize length)
{
	struct scan scan = {.end = value + length};
	struct word word;
	for (const char *p = value; (p = memmem(p, scan.end - p, "=?", 2)); p += 2)
		if (word_at(&scan, p, &word))
			return g_strndup(word.charset, word.charset_length);
	return NULL;
}

char *
word_decode(const char *value, gsize length, const char *hint)
{
	return charset_clean_line(g_string_free(runs_replace(value, length, hint, NULL), FALSE));
}

char *
word_protect(const char *value, gsize length, const char *hint, GPtrArray *runs)
{
	return charset_clean_line(g_string_free(runs_replace(value, length, hint, runs), FALSE));
}

char *
word_restore(const char *text, const GPtrArray *runs)
{
	GString *out = g_string_new(NULL);
	const char *mark;
	for (; (mark = strstr(text, MARK_OPEN)); ) {
		char *after;
		guint64 n = g_ascii_strtoull(mark + strlen(MARK_OPEN), &after, 10);
		bool is_ours = g_str_has_prefix(after, MARK_CLOSE) && n < runs->len;
		g_string_append_len(out, text, mark - text);
		g_string_append(out, is_ours ? runs->pdata[n] : "");
		text = is_ours ? after + strlen(MARK_CLOSE) : mark + strlen(MARK_OPEN);
	}
	g_string_append(out, text);
	return charset_clean_line(g_string_free(out, FALSE));
}
