/* turn: of several processes of one role on one store, one is at work; the others wait until it ends. */
#pragma once

#include <glib.h>

/* Waits for STORE/ROLE.lock. A descriptor to keep open while at work; -1 with ERROR, and without when STOP (a descriptor) has turned readable. */
int turn_take(const char *store, const char *role, int stop, GError **error);
