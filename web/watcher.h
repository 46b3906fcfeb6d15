/* watcher: the thread that tells the hub what has been committed, and ends the bells of sessions that have ended. */
#pragma once

#include <glib.h>

#include "web/hub.h"

typedef struct watcher watcher;

/* The hub knows the newest events when it returns. STORE: the store's directory. ON_REPLACED is called once, in the watcher's thread, when
 * another desk.db or raw.db stands where the one was that is open here; while none does, what is open is read on. */
watcher *watcher_open(const char *store, hub *bells, void (*on_replaced)(void *data), void *data, GError **error);
void watcher_close(watcher *self);
