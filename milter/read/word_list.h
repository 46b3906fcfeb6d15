/* word_list: which of hundreds of words a text begins with, or holds, at the price of a few: nearly every line of every mail is asked, and nearly none
 * has one. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define WORD_LIST_PAIRS 1024

struct word_list {
	const char *const *words; /* none of them empty */
	gsize count;
	/* Made at the first question: the words by their first byte, and which pairs of bytes one may begin with. */
	gsize is_made;
	const char **by_byte;
	guint16 from[257];
	guint64 pairs[WORD_LIST_PAIRS / 64];
};

/* For a static struct word_list of WORDS, an array. */
#define WORD_LIST(list) {.words = (list), .count = G_N_ELEMENTS(list)}

/* The words that TEXT begins with, one at a time: *AT is 0 before the first. NULL: none any more. */
const char *word_list_next(struct word_list *self, const char *text, guint *at);
bool word_list_begins(struct word_list *self, const char *text);
/* Somewhere in TEXT. */
bool word_list_is_within(struct word_list *self, const char *text);
