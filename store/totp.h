/* totp: time-based one-time passwords (RFC 6238, HMAC-SHA-1, 30 seconds, six digits). No I/O. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define TOTP_SECONDS 30
#define TOTP_DRIFT 1 /* steps a clock may be off, either way */

/* Base32 (RFC 4648, case, blanks and padding ignored) as octets; NULL when it is none. Owner: caller. */
GBytes *totp_key(const char *base32);
/* The code of a step: 0 to 999999. */
int totp_code(GBytes *key, gint64 step);
/* The step, after USED, whose code is CODE (six digits, blanks ignored) at NOW (ms), give or take TOTP_DRIFT; 0: none. */
gint64 totp_find(GBytes *key, const char *code, gint64 now, gint64 used);
/* What authenticator apps read out of a QR code. Owner: caller. */
char *totp_uri(const char *base32, const char *account);
