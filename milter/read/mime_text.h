/* mime_text: the text of one leaf, whatever its encoding and charset say and are. */
#pragma once

#include "milter/read/mime_leaf.h"

struct mime_source { /* where the leaves are decoded from */
	const guint8 *raw;
	const char *charset; /* staff's choice for all texts; NULL: each by what it says and is */
	const char *hint;    /* for those that say nothing: what the header is written in; "" when that is unknown */
};

/* LEAF as clean text, LF line ends; HTML remains HTML. What it takes of the octets LEFT is taken off; IS_CUT: it would have needed
 * more. Owner: caller. */
char *mime_text_read(const struct mime_leaf *leaf, const struct mime_source *source, gsize *left, bool *is_cut);

bool mime_text_is_html(const struct mime_leaf *leaf);

/* Octets of TEXT, which calls itself base64, that are it: 0 when the first line is plain words, and not what a mailing list or a virus
 * scanner wrote below. Linear. */
gsize mime_text_base64_length(const guint8 *text, gsize length);
