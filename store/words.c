#include "store/words.h"

#include <string.h>

#define WORDS_MAX 20 /* words of a query that count */

char *
words_fold(const char *text)
{
	g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
	g_autofree char *lower = g_utf8_casefold(plain ? plain : "", -1);
	g_autofree char *apart = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
	GString *folded = g_string_sized_new(strlen(apart));
	for (const char *c = apart; *c; c = g_utf8_next_char(c))
		if (!g_unichar_ismark(g_utf8_get_char(c)))
			g_string_append_len(folded, c, g_utf8_next_char(c) - c);
	return g_string_free(folded, FALSE);
}

static bool
is_of_word(const char *c)
{
	gunichar letter = g_utf8_get_char(c);
	return g_unichar_isalnum(letter) || g_unichar_ismark(letter);
}

const char *
words_next(const char **text, size_t *length)
{
	const char *start = *text;
	while (*start && !g_unichar_isalnum(g_utf8_get_char(start)))
		start = g_utf8_next_char(start);
	const char *end = start;
	while (*end && is_of_word(end))
		end = g_utf8_next_char(end);
	*text = end;
	*length = (size_t)(end - start);
	return *length ? start : NULL;
}

static bool
has_word(const char *text, const char *beginning, size_t length)
{
	size_t word_length;
	for (const char *word; (word = words_next(&text, &word_length));)
		if (word_length >= length && !memcmp(word, beginning, length))
			return true;
	return false;
}

bool
words_match(const char *text, const char *words)
{
	g_autofree char *folded_text = words_fold(text), *folded_words = words_fold(words);
	const char *rest = folded_words, *word;
	size_t length;
	for (int count = 0; count < WORDS_MAX && (word = words_next(&rest, &length)); count++)
		if (!has_word(folded_text, word, length))
			return false;
	return true;
}

char *
words_query(const char *words)
{
	GString *terms = g_string_new(NULL);
	const char *word;
	size_t length;
	for (int count = 0; count < WORDS_MAX && (word = words_next(&words, &length)); count++)
		g_string_append_printf(terms, "%s\"%.*s\"*", terms->len ? " " : "", (int)length, word);
	return g_string_free(terms, FALSE);
}
