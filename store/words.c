#include "store/words.h"

#include <string.h>

#define WORDS_MAX 20 /* words of a query that count: no more than an int has bits */

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
	if (g_str_is_ascii(text))
		return g_ascii_strdown(text, -1);
	g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
	g_autofree char *lower = g_utf8_casefold(plain ? plain : "", -1);
	g_autofree char *apart = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
	GString *folded = g_string_sized_new(strlen(apart));
	for (const char *c = apart; *c; c = g_utf8_next_char(c))
		append_plain(folded, g_utf8_get_char(c));
	return g_string_free(folded, FALSE);
}

static bool
begins_word(const char *c)
{
	return (guchar)*c < 0x80 ? g_ascii_isalnum(*c) : g_unichar_isalnum(g_utf8_get_char(c));
}

static bool
is_of_word(const char *c)
{
	return begins_word(c) || ((guchar)*c >= 0x80 && g_unichar_ismark(g_utf8_get_char(c)));
}

const char *
words_next(const char **text, size_t *length)
{
	const char *start = *text;
	while (*start && !begins_word(start))
		start = g_utf8_next_char(start);
	const char *end = start;
	while (*end && is_of_word(end))
		end = g_utf8_next_char(end);
	*text = end;
	*length = (size_t)(end - start);
	return *length ? start : NULL;
}

#define LATIN 0x250 /* letters below this are folded each by itself, whatever stands beside it */
#define FOLDED_MAX 8

typedef char folded_letter[FOLDED_MAX];

static const folded_letter *
latin_folds(void)
{
	static folded_letter folds[LATIN];
	static gsize is_made;
	if (g_once_init_enter(&is_made)) {
		for (gunichar letter = 1; letter < LATIN; letter++) {
			char one[FOLDED_MAX] = "";
			g_unichar_to_utf8(letter, one);
			g_autofree char *folded = words_fold(one);
			g_assert(strlen(folded) < FOLDED_MAX);
			g_strlcpy(folds[letter], folded, FOLDED_MAX);
		}
		g_once_init_leave(&is_made, 1);
	}
	return (const folded_letter *)folds;
}

/* WORD into FOLDED as words_fold has it; FALSE when it needs that itself. */
static bool
fold_latin(GString *folded, const char *word, size_t length)
{
	const folded_letter *folds = latin_folds();
	g_string_truncate(folded, 0);
	for (const char *c = word; c < word + length; c = g_utf8_next_char(c)) {
		gunichar letter = g_utf8_get_char(c);
		if (letter >= LATIN)
			return false;
		if (letter < 0x80)
			g_string_append_c(folded, g_ascii_tolower((char)letter));
		else
			g_string_append(folded, folds[letter]);
	}
	return true;
}

/* One word of a text may be several when it is folded: a fraction. FALSE: TAKE wanted no more. */
static bool
take_folded(const char *folded, bool (*take)(const char *, size_t, void *), void *data)
{
	const char *word;
	size_t length;
	while ((word = words_next(&folded, &length)))
		if (!take(word, length, data))
			return false;
	return true;
}

#define PLAIN_MAX 64

/* The word that TEXT begins with, when it is short and of plain letters alone, as most are: into FOLDED, and its length; else 0. */
static size_t
fold_plain(const char *text, char folded[PLAIN_MAX])
{
	size_t length = 0;
	while (length < PLAIN_MAX && g_ascii_isalnum(text[length])) {
		folded[length] = text[length] | (text[length] >= 'A' ? 'a' ^ 'A' : 0);
		length++;
	}
	return length == PLAIN_MAX || (guchar)text[length] >= 0x80 ? 0 : length;
}

/* The next word, or what its text is, as words_fold has them: which is what words_next finds in the folded text. FALSE: TAKE wanted no more. */
static bool
take_any(GString *folded, const char *word, size_t length, bool (*take)(const char *, size_t, void *), void *data)
{
	if (!fold_latin(folded, word, length)) {
		g_autofree char *whole = g_strndup(word, length), *slowly = words_fold(whole);
		g_string_assign(folded, slowly);
	}
	return take_folded(folded->str, take, data);
}

void
words_each(const char *text, bool (*take)(const char *, size_t, void *), void *data)
{
	const char *word;
	char plain[PLAIN_MAX];
	size_t length;
	g_autoptr(GString) folded = g_string_new(NULL);
	bool goes_on = g_utf8_validate(text, -1, NULL);
	while (goes_on && *text)
		if ((length = fold_plain(text, plain))) {
			goes_on = take(plain, length, data);
			text += length;
		} else if ((guchar)*text < 0x80 && !g_ascii_isalnum(*text))
			text++;
		else if ((word = words_next(&text, &length)))
			goes_on = take_any(folded, word, length, take, data);
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

struct words_wanted {
	GPtrArray *words;
	bool is_text; /* it is UTF-8 */
};

words_wanted *
words_wanted_new(const char *words)
{
	words_wanted *wanted = g_new(words_wanted, 1);
	*wanted = (words_wanted){list_words(words, WORDS_MAX), g_utf8_validate(words, -1, NULL)};
	return wanted;
}

void
words_wanted_free(void *wanted)
{
	g_ptr_array_unref(((words_wanted *)wanted)->words);
	g_free(wanted);
}

struct search {
	const GPtrArray *words;
	guint missing; /* a bit for each word */
};

static bool
look_at(const char *word, size_t length, void *data)
{
	struct search *search = data;
	for (guint i = 0; i < search->words->len; i++) {
		size_t beginning = strlen(search->words->pdata[i]);
		if (beginning <= length && !memcmp(word, search->words->pdata[i], beginning))
			search->missing &= ~(1u << i);
	}
	return search->missing;
}

bool
words_wanted_in(const words_wanted *wanted, const char *text)
{
	struct search search = {wanted->words, (1u << wanted->words->len) - 1};
	if (wanted->is_text && search.missing)
		words_each(text, look_at, &search);
	return wanted->is_text && !search.missing;
}

bool
words_match(const char *text, const char *words)
{
	g_autoptr(words_wanted) wanted = words_wanted_new(words);
	return words_wanted_in(wanted, text);
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
