/* mime_word: encoded words (RFC 2047) as they really come: split in the middle of a character or of a base64 group,
 * with blanks inside, without an end, in charsets that are wrong. Needs charset_init. */
#pragma once

#include <glib.h>

/* A raw header value → one clean line of UTF-8. HINT: the charset of the mail's body, for raw 8-bit values that are
 * not UTF-8; may be NULL. Owner: caller. */
char *word_decode(const char *value, gsize length, const char *hint);

/* The charset of the first encoded word in VALUE; NULL when none stands in it. Owner: caller. */
char *word_charset(const char *value, gsize length);

/* Takes the encoded words out of VALUE before somebody parses it by its commas and brackets: each run of them becomes
 * an atom that word_restore turns into the decoded text again. RUNS: strings, owned by the array. Owner: caller. */
char *word_protect(const char *value, gsize length, const char *hint, GPtrArray *runs);
char *word_restore(const char *text, const GPtrArray *runs);
