/* closing: how the role milter ends. Sessions in the middle of a mail get a while for it; after that callbacks that run are waited for, and
 * those that come later find everything over, as what they could touch is going away. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Begins as {0}; from any thread. */
struct closing {
	gint running, due, is_over; /* atomic: callbacks; sessions that have a mail under way or have come for one */
};

/* A callback begins. FALSE: all is over, and it has not begun. */
bool closing_enter(struct closing *self);
void closing_leave(struct closing *self);
/* CHANGE of the sessions that are waited for: 1 or -1. */
void closing_add_due(struct closing *self, int change);
/* Once, and waits. FALSE: a callback hangs. */
bool closing_end(struct closing *self);
