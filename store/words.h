/* words: comparing what people type with what stands in texts: case and accents ignored, word by word. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Lower case, without accents: "MÜLLER" and "muller" come out the same. Owner: caller. */
char *words_fold(const char *text);
/* TRUE when every word of WORDS begins a word of TEXT. No word: TRUE. */
bool words_match(const char *text, const char *words);
/* WORDS as a query to the full-text index: every word quoted, its beginning enough; "" when there is none. Owner: caller. */
char *words_query(const char *words);
/* The next word at or behind *TEXT, NULL when there is none; *TEXT moves behind it. */
const char *words_next(const char **text, size_t *length);
