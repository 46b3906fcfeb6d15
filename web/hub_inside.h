/* hub_inside: what the parts of the hub share: hub (listeners and events), hub_presence (who looks and writes where). */
#pragma once

#include "store/out.h"
#include "web/hub.h"

struct listener {
	guint64 id, place; /* place: number of the next frame to look at */
	struct hub_listener of;
	gint64 thread, contact; /* that it looks at, and whose that is */
	gint64 writes;          /* until then (monotonic, us) it counts as writing there */
	bool is_listing;        /* it shows a list: hears who looks at what it may see */
	GArray *presence;       /* gint64: threads of which it is to be told who looks at them; NULL = none */
	bool is_hello_due, is_reload_due, is_seen_due, is_over;
};

struct hub {
	GMutex lock; /* over all below */
	void (*wake)(void *);
	void *wake_data;
	char *epoch;
	backlog *frames;
	GHashTable *listeners; /* guint64 id → struct listener * */
	guint64 last_id;
};

#define EACH_LISTENER(self, one) \
	GHashTableIter each_listener; \
	struct listener *one; \
	g_hash_table_iter_init(&each_listener, (self)->listeners); \
	while (g_hash_table_iter_next(&each_listener, NULL, (void **)&(one)))

void hub_unlock_and_wake(hub *self);
out *hub_begin_frame(const hub *self, const char *kind);
GBytes *hub_end_frame(out *json);

/* Whoever looks at THREAD, and every list that may show it, is to be told who does. Within the lock. */
void hub_mark_presence(hub *self, gint64 thread, gint64 contact);
/* The next presence frame of LISTENER; NULL: none is due. Within the lock. */
GBytes *hub_take_presence(hub *self, struct listener *listener);
