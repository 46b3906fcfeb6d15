#include "store/words.h"

#include <string.h>

#define WORDS_MAX 20 /* words of a query that count */

/* Letters that no normal form takes apart, though people who have no such key write them so. */
static const struct {
	gunichar letter;
	const char *plain;
} letters[] = {{0xe6, "ae"}, {0xf8, "o"}, {0x111, "d"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}};

static void
append_plain(GString *folded, gunichar letter)
{
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		if (letters[i].letter == letter) {
			g_string_append(folded, letters[i].plain);
			return;
		}
	if (!g_unichar_ismark(letter))
		g_string_append_unichar(folded, g_unichar_tolower(letter)); /* folding makes capitals of some scripts */
}

char *
words_fold(const char *text)
{
	g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
	g_autofree char *lower = g_utf8_casefold(plain ? plain : "", -1);
	g_autofree char *apart = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
	GString *folded = g_string_sized_new(strlen(apart));
	for (const char *c = apart; *c; c = g_utf8_next_char(c))
		append_plain(folded, g_utf8_get_char(c));
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
is_ascii(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((guchar)word[i] >= 0x80)
			return false;
	return true;
}

/* One word of a text may be several when it is folded: a fraction. FALSE: TAKE wanted no more. */
static bool
take_folded(const char *word, size_t length, bool (*take)(const char *, size_t, void *), void *data)
{
	g_autofree char *whole = g_strndup(word, length), *folded = words_fold(whole);
	const char *rest = folded;
	while ((word = words_next(&rest, &length)))
		if (!take(word, length, data))
			return false;
	return true;
}

void
words_each(const char *text, bool (*take)(const char *, size_t, void *), void *data)
{
	const char *word;
	size_t length;
	g_autoptr(GString) lower = g_string_new(NULL);
	bool goes_on = g_utf8_validate(text, -1, NULL);
	while (goes_on && (word = words_next(&text, &length))) {
		if (!is_ascii(word, length)) {
			goes_on = take_folded(word, length, take, data);
			continue;
		}
		g_string_append_len(g_string_truncate(lower, 0), word, (gssize)length);
		goes_on = take(g_string_ascii_down(lower)->str, length, data);
	}
}

struct list {
	GPtrArray *words;
	guint most; /* 0: all */
};

static bool
add_word(const char *word, size_t length, void *data)
{
	struct list *list = data;
	g_ptr_array_add(list->words, g_strndup(word, length));
	return list->words->len != list->most;
}

static GPtrArray *
list_words(const char *text, guint most)
{
	struct list list = {g_ptr_array_new_with_free_func(g_free), most};
	words_each(text, add_word, &list);
	return list.words;
}

static bool
has_word(const GPtrArray *words, const char *beginning)
{
	for (guint i = 0; i < words->len; i++)
		if (g_str_has_prefix(words->pdata[i], beginning))
			return true;
	return false;
}

bool
words_match(const char *text, const char *words)
{
	if (!g_utf8_validate(words, -1, NULL))
		return false;
	g_autoptr(GPtrArray) there = list_words(text, 0), wanted = list_words(words, WORDS_MAX);
	for (guint i = 0; i < wanted->len; i++)
		if (!has_word(there, wanted->pdata[i]))
			return false;
	return true;
}

char **
words_list(const char *words)
{
	g_autoptr(GPtrArray) list = list_words(words, WORDS_MAX);
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_steal(list, NULL);
}

char *
words_query(const char *words)
{
	GString *terms = g_string_new(NULL);
	g_autoptr(GPtrArray) wanted = list_words(words, WORDS_MAX);
	for (guint i = 0; i < wanted->len; i++)
		g_string_append_printf(terms, "%s\"%s\"*", i ? " " : "", (const char *)wanted->pdata[i]);
	return g_string_free(terms, FALSE);
}
