/* still: while a backup is made nothing is taken out of raw.db: desk.db is copied first, and what that copy names must be there when raw.db's is made.
 * A lock on the store's directory: no file that one account makes and another cannot open. */
#pragma once

#include <glib.h>

/* A descriptor: until it is closed nothing is erased from raw.db. Waits for an erasing that is under way. -1: ERROR. */
int still_keep(const char *store, GError **error);

/* A descriptor to close when the erasing is done; -1: ERROR, or without one, a backup is being made. */
int still_disturb(const char *store, GError **error);
