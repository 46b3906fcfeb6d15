/* mime_leaf: one leaf of a mail's tree of parts, and its octets decoded. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/read/mime.h"

/* What a part decodes to, kept while leaves that were found within it are read. */
struct mime_content {
	struct mime_place place; /* of that part in the raw mail */
	GBytes *octets;
	struct mime_mark {guint64 encoded, decoded;} mark; /* how far its beginning has been passed over, for mime_parts */
	bool is_made; /* put together here: nothing in it can be named as a stretch of the mail */
};

struct mime_leaf {
	char *type; /* "text/plain"; never NULL, like all strings here */
	char *charset, *name, *content_id;
	bool is_attachment, is_inline; /* by its Content-Disposition */
	bool is_flowed, is_delsp; /* RFC 3676 */
	struct mime_content *within; /* what OFFSET counts in; NULL: the raw mail */
	guint64 offset, length;
	enum mime_encoding encoding;
	int alternative; /* number of the multipart/alternative it stands in, anywhere below; 0: in none */
	bool is_resource; /* a child of multipart/related, and not its root */
	const char *protection; /* as the message's, static, of a part that S/MIME made of a mail; NULL: it is none */
	bool is_opened; /* what is in it stands in the list as well */
};

/* A stretch of LEAF, from START to END within it. Owner: caller. */
struct mime_leaf mime_leaf_slice(const struct mime_leaf *leaf, guint64 start, guint64 end);
/* A list of them, which frees what is in it. Owner: caller. */
GArray *mime_leaves_new(void);

/* The octets that LEAF's offset counts in. */
const guint8 *mime_leaf_container(const struct mime_leaf *leaf, const guint8 *raw);

/* The decoded content of LEAF of the mail RAW, at most MAX bytes of it. Owner: caller. */
GByteArray *mime_leaf_decode(const struct mime_leaf *leaf, const guint8 *raw, gsize max);

/* How many bytes that would be without a limit. */
guint64 mime_leaf_size(const struct mime_leaf *leaf, const guint8 *raw);
