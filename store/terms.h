/* terms: words as a query to a full-text index that is read as it goes. Left to itself the index first gathers all that begins with a word, which
 * for a word of every message takes a second; the words that begin with it, each by name, it only walks along. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* What texts an index names for words: some that are to be looked at, or just those that have them all. */
struct terms {
	char *query;     /* for MATCH; NULL: */
	char *from, *to; /* a stretch of the vocabulary, from FROM up to before TO, which more than few texts have, in any column; NULL: there is no word */
	char *certain;   /* for MATCH, found with less work: texts that have all words, though more may have; NULL: there is nothing cheaper */
	bool is_exact;   /* what is found has all words, at their beginnings */
};

struct terms_scope {
	const char *index, *column; /* its vocabulary (fts5vocab, instance) is INDEX_word; column NULL: any */
	gint64 few;                 /* texts that it may gather */
};
/* Words that end where they are said to: only that is certain, and asks nothing of the index. (To walk along the vocabulary from a word of every text to the next one
 * takes as long as to read through what it has of that word.) To be cleared. */
void terms_begin(struct terms *terms, const struct terms_scope *scope, const char *words);
/* FALSE: ERROR. To be cleared in any case. */
bool terms_make(struct terms *terms, db *desk, const struct terms_scope *scope, const char *words, GError **error);
void terms_clear(struct terms *terms);
/* A condition on f, which is the index, or its vocabulary; its parameters. */
void terms_append(const struct terms *terms, const struct terms_scope *scope, GString *sql);
void terms_bind(const struct terms *terms, query *rows);
/* How many texts are found (in the vocabulary: how often), one more than few at most; -1: ERROR. */
gint64 terms_count(const struct terms *terms, db *desk, const struct terms_scope *scope, GError **error);
/* In NARROW those of TERMS that are certain, whose they stay. FALSE: TERMS are to be asked themselves. */
bool terms_narrow(const struct terms *terms, struct terms *narrow);
