/* guests: who is connected, from which network, and who has let us wait for longest. Where there is no room for one more, that one must go:
 * who speaks at once is let in however many others are slow. No sockets. One thread. */
#pragma once

#include <glib.h>

typedef struct guests guests;
typedef struct guest guest;

enum guest_state {
	GUEST_HEAD, /* we wait for a request, or for more of its head */
	GUEST_BODY, /* we wait for more of a request's body */
	GUEST_BUSY, /* we are at work for it, or it listens to the bell: it is not sent away */
};

struct guests_limits {
	guint all, network, bodies; /* connections; those of one network; those in GUEST_BODY */
	void (*send_away)(void *data); /* must lead to guest_leave before it returns */
};

guests *guests_new(struct guests_limits limits);
/* Sends all away. */
void guests_free(guests *self);
/* NETWORK: a key; "": one that is not counted, as many others stand behind it. NULL: there is no room. */
guest *guest_enter(guests *self, const char *network, void *data, gint64 now);
void guest_leave(guest *one);
/* NOW, us: it waits since then, unless it is in that state already. */
void guest_be(guest *one, enum guest_state state, gint64 now);
guint guests_count(const guests *self);
/* Calls EACH with the data of those in STATE since before THEN, the longest first; each may leave. */
void guests_each_late(guests *self, enum guest_state state, gint64 then, void (*each)(void *data));
