/* terms: words as a query to a full-text index that is read as it goes. Left to itself the index first gathers all that begins with a word, which
 * for a word of every message takes a second; the words that begin with it, each by name, it only walks along. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* What texts an index names for words: some that are to be looked at, or just those that have them all. */
struct terms {
	char *query;     /* for MATCH; NULL: */
	char *from, *to; /* a stretch of the vocabulary, from FROM up to before TO; NULL: there is no word */
	bool is_exact;   /* what is found has all words, at their beginnings */
};

/* INDEX: the name of the index; INDEX_word is its vocabulary (fts5vocab, instance). FALSE: ERROR. To be cleared in any case. */
bool terms_make(struct terms *terms, db *desk, const char *index, const char *words, GError **error);
void terms_clear(struct terms *terms);
