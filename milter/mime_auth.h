/* mime_auth: what our own side found out about a mail's origin (RFC 8601). */
#pragma once

#include "milter/mime.h"

/* Sets auth of MESSAGE from those Authentication-Results that stand above the first Received and name one of the TRUSTED ids
 * (NULL-terminated; NULL: none). Any pass of a method counts; else the first result. */
void mime_auth_read(mime_message *message, const char *const *trusted);
