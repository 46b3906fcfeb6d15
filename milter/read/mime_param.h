/* mime_param: parameters of Content-Type and Content-Disposition as they really come: RFC 2231 in pieces out of order, with charset
 * and without, encoded words within quotes, quotes that never end, semicolons that are missing, raw octets. */
#pragma once

#include <glib.h>

/* The parameter NAME of VALUE, the header field's value as it stands in the mail, as one clean line of UTF-8. HINT: the charset of raw
 * octets, may be NULL. "" when there is none. Linear. Owner: caller. */
char *mime_param_read(const char *value, gsize length, const char *name, const char *hint);
