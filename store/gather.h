/* gather: the octets of one mail as they arrive, in bounded memory: frames are compressed at once, in the thread that
 * brings the octets, and go to an unlinked spill file when they grow. One thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define GATHER_MEMORY (512 * 1024)      /* compressed octets of a mail that are held in memory, */
#define GATHER_SHARED (8 * 1024 * 1024) /* and so many more of all mails together, for whoever comes first; what is beyond stands in the spill file */

typedef struct gather gather;

/* A file without a name in DIRECTORY; -1 with errno. Owner: caller. */
int gather_open_spill(const char *directory);

/* Spills into DIRECTORY. Beyond LIMIT octets they are counted, not kept, and gather_is_cut turns TRUE. */
gather *gather_new(const char *directory, gint64 limit);
void gather_free(gather *mail);
/* FALSE with ERROR when the spill file cannot be written; the mail cannot be kept then. */
bool gather_add(gather *mail, const void *octets, size_t size, GError **error);
/* Marks that the header ends here: of a mail over the limit only the header is kept. */
void gather_mark_body(gather *mail);
/* No more octets come. Of a mail over the limit all but its header is dropped. */
bool gather_end(gather *mail, GError **error);
gint64 gather_size(const gather *mail); /* octets that came */
bool gather_is_cut(const gather *mail);
/* After gather_end. The frames in order. Owner of a frame: caller; NULL with ERROR when it cannot be read back. */
guint gather_frames(const gather *mail);
GBytes *gather_frame(const gather *mail, guint index, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(gather, gather_free)
