/* hold: one process has a store for itself while its files are swapped. Roles and migrations look here before they open a
 * store, a role once more after its wake is bound; who takes the hold looks for wakes after taking it: one of both sees the other. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct hold hold;

/* NULL with a sentence that says what to stop when a role runs on STORE or somebody else holds it. */
hold *hold_take(const char *store, GError **error);
/* FALSE when a role has started since. */
bool hold_is_alone(const hold *self, GError **error);
/* The mark outlives this process: nothing starts on a store whose files are swapped by half. */
bool hold_mark(hold *self, GError **error);
bool hold_unmark(hold *self, GError **error);
void hold_drop(hold *self);

/* FALSE with a sentence: STORE is held, or was left with the mark. */
bool hold_is_free(const char *store, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(hold, hold_drop)
