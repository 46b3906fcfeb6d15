/* zip: an archive as a stream of pieces, stored, not deflated (attachments hardly shrink). It writes no content: who has it puts each
 * file's octets behind its head. No I/O.
 *
 *   head 0, octets 0, head 1, octets 1, …, end
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct zip zip;

/* WHEN in ms: the time of all files. */
zip *zip_new(gint64 when);
void zip_free(zip *self);
/* A file of SIZE octets. Its name becomes one that is safe and not there yet. FALSE: more than the format holds. */
bool zip_add(zip *self, const char *name, guint64 size);
const char *zip_name(const zip *self, guint file); /* as it stands in the archive */
/* Octets of the whole archive. */
guint64 zip_length(const zip *self);
/* What stands before the octets of FILE, counted from 0 in the order of zip_add; CHECKSUM: zip_checksum of all of them. Owner: caller. */
GBytes *zip_head(zip *self, guint file, guint32 checksum);
/* The directory, once every file had its head. Owner: caller. */
GBytes *zip_end(const zip *self);
/* CRC-32 of what SO_FAR (0 at first) stands for and then OCTETS. */
guint32 zip_checksum(guint32 so_far, const void *octets, size_t size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(zip, zip_free)
