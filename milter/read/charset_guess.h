/* charset_guess: the charset of bytes that come without one, or with one they are not in. */
#pragma once

#include "milter/read/charset_table.h"

/* UTF-16 or UTF-32 by its byte order mark or by where its NULs stand; -1: neither. */
int charset_guess_wide(const struct charset_bytes *bytes);

/* The row of the charset in which BYTES, which are no UTF-8, read as text in the letters that a language uses most; -1 when none
 * is plainly better than windows-1252. Looks at a few kilobytes at most. After charset_table_open. */
int charset_guess(const struct charset_bytes *bytes);
