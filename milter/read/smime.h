/* smime: what an application/pkcs7-mime part is (RFC 8551, RFC 5652): whether it was signed or encrypted, and the mail that a signed one
 * holds. Nothing is verified. Reads DER and the BER that programs stream, without recursion. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum smime_kind {SMIME_OTHER, SMIME_SIGNED, SMIME_ENCRYPTED};

struct smime {
	enum smime_kind kind;
	gsize offset, length; /* of the signed content, where it lies in one piece */
	GBytes *pieces;       /* put together, where it lies in several; NULL. Owner: caller */
};

/* FALSE: that is no such thing. */
bool smime_read(struct smime *smime, const guint8 *octets, gsize length);
