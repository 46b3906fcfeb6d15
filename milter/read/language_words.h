/* language_words: the small words that a language cannot do without, for telling neighbours apart and for short texts. */
#pragma once

#include <glib.h>

#define LANGUAGE_HITS_MAX 40 /* languages with a list */

struct language_hits {
	const char *code; /* ISO 639-1, static */
	guint hits;       /* words of the text that are on its list */
};

/* Once, before any confinement. */
void language_words_init(void);

/* How many words of TEXT (words with blanks between) each language knows, the most first; at most LANGUAGE_HITS_MAX. The number of
 * them with hits. */
guint language_words_count(const char *text, struct language_hits *hits);
