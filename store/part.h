/* part: attachments and inline images: rows (desk.db), and their octets streamed out of the raw mail (raw.db), never whole in
 * memory. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/part_decode.h"

/* A stretch of what a part decodes to, and how that is encoded in turn: a file in a winmail.dat, a file written into a text. */
struct part_inner {
	bool is_there; /* or the whole of it is meant */
	guint64 start, length;
	enum part_encoding encoding;
};

struct part_row { /* strings live during the callback, or with their owner */
	int position;
	const char *name, *type, *charset, *content_id;
	bool is_inline;
	guint64 start, length, size; /* size: decoded */
	enum part_encoding encoding;
	struct part_inner inner;
	const char *role;    /* what it is besides a file: "", "mail", "event", "signature", "control" */
	const char *reading; /* what a mail or an event says, as JSON; "" */
	gint64 mail_id; /* the raw mail that holds it; 0 = the message's own */
};

bool part_add(db *desk, gint64 message, const struct part_row *part, GError **error);
/* The same file under the same name, wherever it is listed. */
bool part_is_same(const struct part_row *one, const struct part_row *other);
bool part_each(db *desk, gint64 message, bool (*each)(const struct part_row *part, void *data), void *data, GError **error);

/* The columns of an inner part, for a SELECT of one's own, and what they hold from column FIRST on. */
#define PART_INNER "inner_start, inner_length, inner_encoding"
struct part_inner part_inner_of(query *row, int first);

/* A decoder's state over the encoded octets, a block at a time. */
typedef struct part_stream part_stream;
/* MAIL: the message's own raw mail. */
part_stream *part_stream_new(gint64 mail, const struct part_row *part);
void part_stream_free(part_stream *stream);
/* The next decoded octets (some 64 KiB to 256 KiB); empty at the end; NULL with ERROR. Owner: caller. RAW may be another connection at each call. */
GBytes *part_stream_read(part_stream *stream, db *raw, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(part_stream, part_stream_free)
