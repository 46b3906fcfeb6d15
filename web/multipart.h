/* multipart: multipart/form-data (RFC 7578) as browsers and programs send it, read while its octets come, in bounded memory. No I/O. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define MULTIPART_PARTS_MAX 200
#define MULTIPART_HEADER_MAX 8192 /* octets of one part's header */

struct multipart_part { /* strings live during the callback, and are UTF-8 */
	const char *name;
	const char *filename; /* NULL: a field, no file */
	const char *type;     /* as sent; "" = not said */
};

/* Each may end the reading by FALSE. */
struct multipart_events {
	bool (*on_part)(const struct multipart_part *part, void *data);
	bool (*on_octets)(const void *octets, size_t size, void *data);
	bool (*on_end)(void *data); /* of the part */
};

typedef struct multipart multipart;

/* NULL: CONTENT_TYPE is no multipart/form-data with a boundary. EVENTS and DATA must live as long. */
multipart *multipart_new(const char *content_type, const struct multipart_events *events, void *data);
void multipart_free(multipart *self);
/* FALSE: it is malformed or beyond a limit, or a callback did not want more. */
bool multipart_add(multipart *self, const void *octets, size_t size);
/* The end has come: what was read is all of it. */
bool multipart_is_whole(const multipart *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(multipart, multipart_free)
