/* squeeze: compression of raw mail, frame by frame, and of long texts; libzstd lives here alone. */
#pragma once

#include <glib.h>

#define SQUEEZE_TEXT (64 * 1024 * 1024)
#define SQUEEZE_FRAME (256 * 1024) /* octets of mail in one frame */

/* One frame. Owner: caller. */
GBytes *squeeze_pack(const void *octets, size_t size);
/* The octets of a frame; NULL with DB_SPOILED when it is damaged or holds more than SQUEEZE_FRAME. Owner: caller. */
GBytes *squeeze_unpack(const void *frame, size_t size, GError **error);
/* The same of a text, which may have SQUEEZE_TEXT octets. */
GBytes *squeeze_unpack_text(const void *frame, size_t size, GError **error);
