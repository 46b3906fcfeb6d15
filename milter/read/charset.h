/* charset: bytes in the charset a mail says they are in, or in the one they really are in → UTF-8.
 *
 * No I/O after charset_init: every converter is opened there and stays open. Not for several threads. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Once per process, before charset_decode and before any confinement. */
void charset_init(void);

/* Is NAME a charset with letters of its own: neither ASCII nor UTF-8, nor one nobody knows? */
bool charset_is_known(const char *name);

/* BYTES as UTF-8 without NUL. DECLARED, in any spelling, may be NULL or nonsense. In turn: DECLARED strictly (as its
 * usual superset: gb2312 as GB18030, iso-8859-1 as windows-1252), UTF-8, DECLARED with its few bad bytes replaced,
 * windows-1252. Nothing is dropped; what cannot be decoded becomes U+FFFD. Owner: caller. */
char *charset_decode(const char *declared, const guint8 *bytes, gsize length);

/* BYTES as NAME and nothing else, as a person chose it: what cannot be decoded becomes U+FFFD. A name that is not known is no
 * choice. Owner: caller. */
char *charset_decode_as(const char *name, const guint8 *bytes, gsize length);

/* A raw header value: UTF-8 where it is that, else by HINT (the body's charset; may be NULL) as above. Owner: caller. */
char *charset_decode_header(const char *hint, const guint8 *bytes, gsize length);

/* Is TEXT UTF-8 without NUL? */
bool charset_is_utf8(const char *text, gsize length);

/* In place. A body: CRLF and lone CR become LF, other C0 controls but tab go away, as does a byte order mark. */
char *charset_clean_text(char *text);

/* In place. TEXT, UTF-8, to at most MAX octets, whole characters. TRUE when it was longer. */
bool charset_cut(char *text, gsize max);

/* In place. One line: folds and controls become single blanks, the ends are trimmed. */
char *charset_clean_line(char *line);
