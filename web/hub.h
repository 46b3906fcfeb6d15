/* hub: who listens to the bell since which event, and who looks at which thread. A listener
 * is a place in the backlog of events, so an idle one costs a few hundred octets; who is further behind than that reloads. No sockets, no store. From any thread.
 *
 *   frames   [ 4711 | 4712 | 4715 | 4716 ]      the backlog
 *   listeners   ^a               ^b      ^c,d: nothing to send
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/viewer.h"
#include "web/backlog.h"

typedef struct hub hub;

/* WAKE is called, from whatever thread, when a listener may have something to send. */
hub *hub_new(void (*wake)(void *data), void *data);
void hub_free(hub *self);

/* Forgets all and ends every listener: events are numbered anew under EPOCH; those up to FLOOR are not held. */
void hub_restart(hub *self, const char *epoch, gint64 floor);
char *hub_epoch(hub *self); /* owner: caller */
gint64 hub_last(hub *self); /* the newest event it knows */

/* Ascending. Wakes once for all. */
void hub_publish(hub *self, const struct frame_new *frames, guint count);

struct hub_listener {
	viewer *who;        /* the hub takes it */
	char *firstname, *lastname; /* taken */
	GBytes *token_hash; /* of the session; taken */
	gint64 since;       /* the last event it has seen; -1: begins now */
	void *data;         /* the caller's */
};
/* Its id. The first frame it gets is hello. */
guint64 hub_add(hub *self, struct hub_listener listener);
void hub_remove(hub *self, guint64 id);
guint hub_count(hub *self);
guint hub_count_of(hub *self, gint64 employee); /* their listeners */

enum hub_state {HUB_NOTHING, HUB_FRAME, HUB_OVER};
/* The next frame for a listener, in *FRAME (owner: caller); HUB_OVER: its connection is to be closed. */
enum hub_state hub_next(hub *self, guint64 id, GBytes **frame);
/* Calls EACH with the data of every listener for which hub_next has something. */
void hub_each_due(hub *self, void (*each)(void *listener));

/* An employee's bell changed: all their listeners get a "seen" frame. */
void hub_seen(hub *self, gint64 employee);
/* Their bell leaves out the kinds BELL_OFF from now on; counts as a change of it. */
void hub_set_bell(hub *self, gint64 employee, const char *bell_off);
/* The listener looks at THREAD, of CONTACT, 0 = at none; others who do are told, and lists that may show it. */
void hub_view(hub *self, guint64 id, gint64 thread, gint64 contact);
/* It writes in the thread it looks at; goes for HUB_WRITES. */
void hub_write(hub *self, guint64 id, gint64 thread);
#define HUB_WRITES (G_GINT64_CONSTANT(8) * G_USEC_PER_SEC)
/* It shows a list: is told who looks at the threads it may see, now and later, until it looks at one, or at none. */
void hub_list(hub *self, guint64 id);
/* To be called about once a second: who has not written for a while writes no more. */
void hub_tick(hub *self);
struct hub_person {
	gint64 id;
	const char *firstname, *lastname;
	bool is_writing;
};
/* Calls EACH once for each employee but EXCEPT who looks at THREAD; within the hub's lock. */
void hub_each_viewer(hub *self, gint64 thread, gint64 except, void (*each)(const struct hub_person *person, void *data), void *data);
/* Such an EACH: as an object of the array that JSON (DATA, an out *) is in. */
void hub_write_person(const struct hub_person *person, void *json);
/* The threads that anybody looks at (gint64 *), as a set; owner: caller. */
GHashTable *hub_viewed(hub *self);

/* A session has ended. */
void hub_end_session(hub *self, GBytes *token_hash);
/* All of an employee's are over, but those of BUT (hash of a token; may be NULL): their pages come back with what they may now. */
void hub_end_employee(hub *self, gint64 employee, GBytes *but);
/* For the look whether sessions still hold: what is found out of each listener. */
struct hub_session {
	guint64 id;
	gint64 employee;
	GBytes *token_hash;
};
GArray *hub_sessions(hub *self); /* of struct hub_session, hashes referenced; owner: caller */
/* What the listener may see from now on; NULL: it is over. Takes WHO. */
void hub_set_viewer(hub *self, guint64 id, viewer *who);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(hub, hub_free)
