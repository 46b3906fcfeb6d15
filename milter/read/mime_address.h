/* mime_address: address headers as they come → names and addresses. Needs charset_init and GMime's. */
#pragma once

#include <glib.h>

#define MIME_ADDRESSES_MAX 1000 /* of one header field */

struct mime_address *mime_address_new(const char *name, const char *address);
void mime_address_free(struct mime_address *address);

/* VALUE, a raw header value, in struct mime_address *, groups opened; what is no address is left out. HINT as in
 * mime_word.h. Empty when there is none. Owner: caller; the elements are freed with it. */
GPtrArray *mime_addresses_read(const char *value, gsize length, const char *hint);
