/* quote_words: the words mail programs put around a quote, in the languages of their users. ASCII case does not matter. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum quote_key {QUOTE_NO_KEY, QUOTE_FROM, QUOTE_SENT, QUOTE_TO, QUOTE_CC, QUOTE_SUBJECT};

/* "Original Message" and the like, without the dashes around it. */
bool quote_is_title(const char *line, gsize length);

/* "From", "Sent" and the like, what stands before the colon. */
enum quote_key quote_key_of(const char *word, gsize length);

/* A word that an attribution line holds: "wrote", "schrieb". */
bool quote_has_verb(const char *line, gsize length);

/* The beginning of an attribution line: "On ", "Le ". */
bool quote_has_opening(const char *line, gsize length);

/* "Sent from my phone" and the like. */
bool quote_is_advert(const char *line, gsize length);
