/* wake: a nudge from whoever has committed to every role that may care. Rows are the truth: a lost nudge costs at most
 * the second until the role's next look. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Binds STORE/wake/ROLE.PID: a descriptor that turns readable after wake_send; -1 with ERROR, also while the store is
 * being restored. Close with wake_close. */
int wake_open(const char *store, const char *role, GError **error);
/* "ROLE.PID" of a process of ROLE, NULL = of any, that has its wake open; NULL: there is none. Owner: caller. */
char *wake_find(const char *store, const char *role);
void wake_close(int wake, const char *store, const char *role);
/* Takes what has come, so that the descriptor waits again. */
void wake_clear(int wake);
/* Waits until nudged, or until MILLISECONDS have passed, or until STOP (a descriptor, -1 = none) turns readable; then clears. */
void wake_wait(int wake, int stop, int milliseconds);
/* Nudges every process of ROLE, NULL = of all roles. Never blocks. */
void wake_send(const char *store, const char *role);
