/* watcher: the thread that tells the hub what has been committed, and ends the bells of sessions that have ended. */
#pragma once

#include <glib.h>

#include "web/hub.h"

typedef struct watcher watcher;

/* The hub knows the newest events when it returns. STORE: the store's directory. */
watcher *watcher_open(const char *store, hub *bells, GError **error);
void watcher_close(watcher *self);
