/* parse_wire: the frames between the sorter and its parse child. Both are one program, so numbers go in the machine's order. */
#pragma once

#include <glib.h>
#include <sys/uio.h>

#define PARSE_READY 0x62656c66u /* the child's first words */
#define PARSE_MAGIC 0x6d61696cu
#define PARSE_OPTIONS_MAX (64 * 1024)
#define PARSE_MAIL_MAX (1024u * 1024 * 1024)
#define PARSE_ANSWER_MAX (128u * 1024 * 1024)

/* A mail: this, then the chosen charset ("": none) and the trusted ids, each ended by NUL, then the raw mail. An answer: this, then the packed message. */
struct parse_frame {
	guint32 magic;
	guint32 options_size; /* of the charset and the ids; 0 in answers */
	guint32 is_null_sender, reserved;
	guint64 size;
};

/* What is still to be sent, in order. */
struct parse_pieces {
	struct iovec *next;
	gsize count;
};

/* SENT octets of them have left. */
static inline void
parse_pieces_pass(struct parse_pieces *pieces, gsize sent)
{
	while (pieces->count > 0 && sent >= pieces->next->iov_len) {
		sent -= pieces->next->iov_len;
		pieces->next++, pieces->count--;
	}
	if (pieces->count > 0) {
		pieces->next->iov_base = (char *)pieces->next->iov_base + sent;
		pieces->next->iov_len -= sent;
	}
}
