/* token: what we sign so that an answer finds its thread: Message-IDs, plus-addresses, markers in subjects (SPEC 2.6 a).
 * Letters' case is ignored everywhere: mail systems change it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/secret.h"

/* "belfry.THREAD.MESSAGE.SIGNATURE@DOMAIN", without <>. Owner: caller. */
char *token_message_id(const keyring *keys, gint64 thread, gint64 message, const char *domain);
/* "LOCAL" DELIMITER "t" THREAD "-" SIGNATURE "@DOMAIN" of "LOCAL@DOMAIN"; NULL where the local part would exceed 64 octets (RFC 5321
 * section 4.5.3.1.1). Owner: caller. */
char *token_plus_address(const keyring *keys, gint64 thread, const char *address, char delimiter);
/* "#ctTHREAD #tcSIGNATURE". Owner: caller. */
char *token_marker(const keyring *keys, gint64 thread);

/* The thread that a text names with a right signature; 0 when it does not. */
gint64 token_read_message_id(const keyring *keys, const char *message_id);
/* EXTENSION: what follows the delimiter in a recipient's local part. */
gint64 token_read_extension(const keyring *keys, const char *extension);
gint64 token_read_subject(const keyring *keys, const char *subject);
