/* squeeze: compression of raw mail, frame by frame, and of long texts; libzstd lives here alone.
 *
 * A frame is one of zstd, or, where much of it is an attachment's lines of base64, what stands around those as one of zstd, and the octets that they
 * stand for as another: no letters are left to be unpacked only to be decoded.
 *
 *   octets of mail   [ before ][ LINES × (LETTERS of base64, CR LF) ][ after ]
 *   frame            "B64\1", header, zstd(before after), zstd(what the letters stand for)
 *
 * All of it has sums: a frame that was changed on the disk is an error, never another mail. (Frames of older programs have none.)
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SQUEEZE_TEXT (64 * 1024 * 1024)
#define SQUEEZE_FRAME (256 * 1024) /* octets of mail in one frame */

/* One frame. Owner: caller. */
GBytes *squeeze_pack(const void *octets, size_t size);
/* The octets of a frame; NULL with DB_SPOILED when it is damaged or holds more than SQUEEZE_FRAME. Owner: caller. */
GBytes *squeeze_unpack(const void *frame, size_t size, GError **error);

/* A frame taken apart: TEXT, whose first BEFORE octets stand before the lines and the rest behind them. */
struct squeeze_parts {
	GBytes *text;
	size_t before;
	guint32 lines, letters; /* letters of each line; 0: there are no lines */
	const void *packed;     /* what the lines stand for, as it lies in the frame; NULL: there are none */
	size_t packed_size;
};
/* FRAME must live as long as PARTS. FALSE with ERROR as above. */
bool squeeze_open(const void *frame, size_t size, struct squeeze_parts *parts, GError **error);
void squeeze_parts_clear(struct squeeze_parts *parts);
/* How much of the mail the lines are. */
size_t squeeze_lines_length(const struct squeeze_parts *parts);
/* What the lines stand for, at the end of OUT. FALSE with ERROR as above. */
bool squeeze_octets(const struct squeeze_parts *parts, GByteArray *out, GError **error);
/* All of it, as it was packed. NULL with ERROR as above. Owner: caller. */
GBytes *squeeze_join(const struct squeeze_parts *parts, GError **error);

/* A text, of SQUEEZE_TEXT octets at most, and back; as above. */
GBytes *squeeze_pack_text(const void *text, size_t size);
GBytes *squeeze_unpack_text(const void *packed, size_t size, GError **error);
