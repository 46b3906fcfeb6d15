/* mime_digest: tells whether two mails have the same body, by whichever door they came. */
#pragma once

#include <glib.h>

/* SHA-256 of BODY with its line ends as LF. Owner: caller. */
GBytes *mime_digest(const guint8 *body, gsize length);
