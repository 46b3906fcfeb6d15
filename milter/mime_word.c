#include "milter/mime_word.h"

#include <stdbool.h>
#include <string.h>

#include "milter/charset.h"

#define CHARSET_MAX 64
#define WORD_MAX 8192 /* bytes of one word; so that many beginnings without an end stay cheap */
/* Private-use characters around a number stand for a run of encoded words: atoms to any address parser. */
#define MARK_OPEN "\xef\xa3\xb0"
#define MARK_CLOSE "\xef\xa3\xb1"

struct word {
	const char *charset;
	gsize charset_length;
	bool is_base64;
	const char *text, *text_end, *end;
};

/* "=?charset*language?B?text?=" at P. A word that lacks its end counts when it ends the value. */
static bool word_at(const char *p, const char *end, struct word *word)
{
	if (end - p < 6 || p[0] != '=' || p[1] != '?')
		return false;
	const char *query = memchr(p + 2, '?', MIN(end - p - 2, CHARSET_MAX));
	if (!query || end - query < 3 || query[2] != '?' || !strchr("bBqQ", query[1]))
		return false;
	word->charset = p + 2;
	const char *language = memchr(word->charset, '*', query - word->charset);
	word->charset_length = (language ? language : query) - word->charset;
	word->is_base64 = query[1] == 'b' || query[1] == 'B';
	word->text = query + 3;
	const char *stop = word->text;
	end = MIN(end, stop + WORD_MAX);
	while (stop < end - 1 && !(stop[0] == '?' && stop[1] == '='))
		stop++;
	bool has_end = stop < end - 1;
	if (!has_end && memchr(word->text, ' ', end - word->text))
		return false;
	word->text_end = has_end ? stop : end;
	word->end = has_end ? stop + 2 : end;
	return true;
}

static void q_decode(const char *p, const char *end, GByteArray *out)
{
	for (; p < end; p++) {
		guint8 byte = *p == '_' ? ' ' : *p;
		if (*p == '=' && end - p > 2 && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
			byte = g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2]);
			p += 2;
		}
		g_byte_array_append(out, &byte, 1);
	}
}

/* STATE and SAVE go on from word to word: some senders cut one base64 text into words anywhere. */
static void b_decode(const char *p, const char *end, GByteArray *out, int *state, guint *save)
{
	guint at = out->len;
	g_byte_array_set_size(out, at + (end - p) / 4 * 3 + 6);
	gsize got = g_base64_decode_step(p, end - p, out->data + at, state, save);
	g_byte_array_set_size(out, at + got);
}

static void bytes_flush(GByteArray *bytes, const char *charset, GString *out)
{
	if (bytes->len == 0)
		return;
	g_autofree char *text = charset_decode(charset, bytes->data, bytes->len);
	g_string_append(out, text);
	g_byte_array_set_size(bytes, 0);
}

static const char *blanks_skip(const char *p, const char *end)
{
	while (p < end && g_ascii_isspace(*p))
		p++;
	return p;
}

/* Decodes the words from P on that stand side by side; the bytes of those in one charset are put together first, as a
 * character may begin in one word and end in the next. Returns what follows them. */
static const char *run_decode(const char *p, const char *end, GString *out)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	char charset[CHARSET_MAX + 1] = "";
	int state = 0;
	guint save = 0;
	struct word word;
	for (const char *next = p; word_at(next, end, &word); next = blanks_skip(p, end)) {
		bool same = strlen(charset) == word.charset_length && g_ascii_strncasecmp(charset, word.charset, word.charset_length) == 0;
		if (!same) {
			bytes_flush(bytes, charset, out);
			memcpy(charset, word.charset, word.charset_length);
			charset[word.charset_length] = '\0';
		}
		if (!same || !word.is_base64)
			state = 0, save = 0;
		if (word.is_base64)
			b_decode(word.text, word.text_end, bytes, &state, &save);
		else
			q_decode(word.text, word.text_end, bytes);
		p = word.end;
	}
	bytes_flush(bytes, charset, out);
	return p;
}

/* Copies VALUE with each run of words given to RUN. */
static GString *runs_replace(const char *value, gsize length, const char *hint, GPtrArray *runs)
{
	g_autofree char *utf8 = charset_decode_header(hint, (const guint8 *)value, length);
	const char *end = utf8 + strlen(utf8);
	GString *out = g_string_sized_new(end - utf8 + 1);
	const char *plain = utf8;
	struct word word;
	for (const char *p = utf8; (p = strstr(p, "=?"));) {
		if (!word_at(p, end, &word)) {
			p += 2;
			continue;
		}
		g_string_append_len(out, plain, p - plain);
		g_autoptr(GString) run = g_string_new(NULL);
		plain = p = run_decode(p, end, run);
		if (runs) {
			g_string_append_printf(out, MARK_OPEN "%u" MARK_CLOSE, runs->len);
			g_ptr_array_add(runs, g_strdup(run->str));
		} else {
			g_string_append_len(out, run->str, run->len);
		}
	}
	g_string_append(out, plain);
	return out;
}

char *word_decode(const char *value, gsize length, const char *hint)
{
	return charset_clean_line(g_string_free(runs_replace(value, length, hint, NULL), FALSE));
}

char *word_protect(const char *value, gsize length, const char *hint, GPtrArray *runs)
{
	return charset_clean_line(g_string_free(runs_replace(value, length, hint, runs), FALSE));
}

char *word_restore(const char *text, const GPtrArray *runs)
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
