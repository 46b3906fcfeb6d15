/* part_decode: the encodings that parts of mail come in (RFC 2045 section 6, POSIX uuencode, yEnc), undone a block at a time. Whoever
 * counts the octets of a part and whoever streams them use this one, so that both find as many, however the blocks fall. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum part_encoding {PART_IDENTITY, PART_BASE64, PART_QUOTED_PRINTABLE, PART_UUENCODE, PART_YENC};
#define PART_ENCODINGS (PART_YENC + 1)

typedef struct part_decoder part_decoder;

part_decoder *part_decoder_new(enum part_encoding encoding);
void part_decoder_free(part_decoder *decoder);
/* Appends to OUT what the next encoded OCTETS give; what cannot be decoded stands as it is, or is passed over where no letters can be. */
void part_decoder_step(part_decoder *decoder, const guint8 *octets, size_t size, GByteArray *out);
/* TRUE: of whole lines of base64 that come next, somebody may append to OUT what they stand for instead. */
bool part_decoder_takes_octets(const part_decoder *decoder);
/* No more is to come: what was held back goes to OUT. */
void part_decoder_end(part_decoder *decoder, GByteArray *out);

/* How many octets a line of uuencode holds; 0: it is none. */
size_t part_uu_octets(const guint8 *line, size_t size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(part_decoder, part_decoder_free)
