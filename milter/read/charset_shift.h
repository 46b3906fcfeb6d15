/* charset_shift: the charsets that stay within seven bits and shift by marks within the text. Mails break them in ways no strict
 * converter takes: a line end within a shift, Microsoft's own letters, plain signs that ought to be shifted. So they are rewritten
 * as bytes of a charset without shifts. Linear; nothing is dropped but the marks. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* ISO-2022-JP with its Microsoft forms (CP50220 to CP50222) → EUC-JP-MS. Owner: caller. */
GByteArray *shift_iso2022jp(const guint8 *bytes, gsize length);

/* HZ (RFC 1843) → GB18030. Owner: caller. */
GByteArray *shift_hz(const guint8 *bytes, gsize length);

/* UTF-7 (RFC 2152) → UTF-8. Owner: caller. */
GByteArray *shift_utf7(const guint8 *bytes, gsize length);

/* The charset that bytes without a label, all below 0x80, are written in, told by their marks; NULL: none, plain ASCII. */
const char *shift_guess(const guint8 *bytes, gsize length);
