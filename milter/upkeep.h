/* upkeep: what goes on beside sorting, in a thread of its own: the logs of both files are written back into them, and a wait for the
 * writers' lock that does not end is told. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct upkeep upkeep;

upkeep *upkeep_open(const char *store);
void upkeep_close(upkeep *self);
/* The sorter begins to wait for the writers' lock, or has it. */
void upkeep_note_waiting(upkeep *self, bool is_waiting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(upkeep, upkeep_close)
