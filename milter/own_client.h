/* own_client: does what an employee sends from their own mail program belong to a thread of ours (SPEC 2.10)? Told by its header alone, held in
 * memory: what does not is forgotten, and nothing of it was ever written down. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define OWN_CLIENT_HEADER_MAX (256 * 1024) /* octets; a longer header belongs to no thread of ours */

/* HEADER: its fields as they stand in the mail. RECIPIENTS (char *): of the envelope, with or without <>. FALSE with ERROR: the store in
 * directory STORE could not tell. */
bool own_client_is_answer(const char *store, gint64 employee, const GByteArray *header, const GPtrArray *recipients, GError **error);
