/* quote_words: the words mail programs put around a quote, in the languages of their users. All take text as quote_fold makes it:
 * lower case, single blanks. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum quote_key {QUOTE_NO_KEY, QUOTE_FROM, QUOTE_SENT, QUOTE_TO, QUOTE_CC, QUOTE_SUBJECT};

/* "original message…" and the like, without the dashes around it: the length of the words; 0 when it is none. */
gsize quote_title_length(const char *text);

/* "reply above this line", somewhere in TEXT. */
bool quote_is_request(const char *text);

/* "from", "sent" and the like, what stands before the colon. */
enum quote_key quote_key_of(const char *word);

/* A word that says somebody wrote: "wrote", "schrieb". */
bool quote_has_verb(const char *text);

/* TEXT ends with such a word. */
bool quote_ends_with_verb(const char *text);

/* Who speaks says so of himself or of the reader: "you wrote". No program writes that. */
bool quote_is_personal(const char *text);

/* The beginning of an attribution line: "on ", "le ", a day of the week. */
bool quote_has_opening(const char *text);

/* "sent from my phone" and the like, a line of its own. */
bool quote_is_advert(const char *text);

/* "this e-mail is confidential", the beginning of a paragraph. */
bool quote_is_disclaimer(const char *text);
