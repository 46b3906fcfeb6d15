/* mime_tree: the parts of a mail, from GMime's tree to a flat list of leaves, in order. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/mime.h"
#include "milter/mime_scan.h"

struct mime_leaf {
	char *type; /* "text/plain"; never NULL, like all strings here */
	char *charset, *name, *content_id;
	bool is_attachment, is_inline; /* by its Content-Disposition */
	bool is_flowed, is_delsp; /* RFC 3676 */
	guint64 offset, length;
	enum mime_encoding encoding;
	int alternative; /* number of the multipart/alternative it stands in, anywhere below; 0: in none */
	bool is_resource; /* a child of multipart/related, and not its root */
};

struct mime_tree {
	GArray *leaves; /* struct mime_leaf */
	char *type; /* of the whole mail; a multipart that has no parts is one leaf of text */
	char *report_type; /* of a multipart/report; "" */
};

void mime_tree_read(struct mime_tree *tree, const struct mime_scan *scan);
void mime_tree_clear(struct mime_tree *tree);

/* The decoded content of LEAF in RAW, at most MAX bytes of it. Owner: caller. */
GByteArray *mime_leaf_decode(const struct mime_leaf *leaf, const guint8 *raw, gsize max);

/* How many bytes that would be without a limit. */
guint64 mime_leaf_size(const struct mime_leaf *leaf, const guint8 *raw);
