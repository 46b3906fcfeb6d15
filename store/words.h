/* words: comparing what people type with what stands in texts: case and accents ignored, word by word. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Lower case, without accents: "MÜLLER" and "muller", "Straße" and "strasse", "Łódź" and "lodz" come out the same. Owner: caller. */
char *words_fold(const char *text);
/* TRUE when every word of WORDS begins a word of TEXT. No word: TRUE. */
bool words_match(const char *text, const char *words);
/* The same, of many texts. Owner of the new: caller. */
typedef struct words_wanted words_wanted;
words_wanted *words_wanted_new(const char *words);
void words_wanted_free(void *wanted);
bool words_wanted_in(const words_wanted *wanted, const char *text);
/* WORDS as a query to the full-text index: every word quoted, its beginning enough; "" when there is none. Owner: caller. */
char *words_query(const char *words);
/* The words of a query that count, folded. Owner: caller. */
char **words_list(const char *words);
/* The words of TEXT, folded, one after the other until TAKE says FALSE: what the full-text index holds of a text. None of what is not UTF-8. */
void words_each(const char *text, bool (*take)(const char *word, size_t length, void *data), void *data);
/* The next word at or behind *TEXT, NULL when there is none; *TEXT moves behind it. */
const char *words_next(const char **text, size_t *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(words_wanted, words_wanted_free)
