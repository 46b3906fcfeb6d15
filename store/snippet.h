/* snippet: the place in a text where the words of a search stand, with those words told apart. */
#pragma once

#include <glib.h>

/* About 140 characters of TEXT around the most of WORDS, in parts: every second part is a word that was looked for. "…" where
 * something was left out; white space as single blanks. NULL: none of them is there. Owner: caller. */
char **snippet_make(const char *text, const char *words);
/* How many different ones of WORDS stand in TEXT. */
int snippet_count(const char *text, const char *words);
