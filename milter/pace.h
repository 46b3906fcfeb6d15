/* pace: which mail goes next: oldest first, but no domain may take all sessions, and one that was slow or refused for now gets few. No I/O; one
 * thread at a time (the caller's lock). */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct pace pace;

pace *pace_new(guint sessions);
void pace_free(pace *self);
/* A mail for DOMAIN waits. ITEM is the caller's. */
void pace_add(pace *self, const char *domain, void *item);
/* The item to go now, for its domain may; NULL: none. NOW in ms. pace_end for each. */
void *pace_next(pace *self, gint64 now);
/* What a session did for DOMAIN since STARTED: IS_GOOD unless it was put off. TRUE: little waits for it now. */
bool pace_end(pace *self, const char *domain, gint64 started, gint64 now, bool is_good);
guint pace_waiting(const pace *self);
/* How many more are wanted; those that wait for a slow domain do not count much. */
guint pace_room(const pace *self);
/* Domains of which enough waits, as a JSON array. Owner: caller. */
char *pace_busy(const pace *self);
/* All that waits, in order; nothing waits any more. Owner: caller. */
GPtrArray *pace_take_all(pace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(pace, pace_free)
