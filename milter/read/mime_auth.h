/* mime_auth: what our own side found out about a mail's origin (RFC 8601). */
#pragma once

#include "milter/read/mime.h"

/* Sets auth of MESSAGE, whose From was read, from those Authentication-Results among its FIELDS (struct mime_field) that stand above the first
 * Received and name one of the TRUSTED ids (NULL-terminated; NULL: none): others may be the sender's own. Of several signatures one
 * that passed counts, before all one of From's own domain; a DMARC result only where it is about the author who is shown. */
void mime_auth_read(mime_message *message, const GArray *fields, const char *const *trusted);
