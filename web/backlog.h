/* backlog: the newest events as pre-made frames, each with its place: 0, 1, 2, … as long as the process lives. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define BACKLOG_MAX 5000 /* frames held */

struct frame_new {
	gint64 event, contact;
	gint64 target;    /* employee it rings for; 0: for all, -1: for nobody */
	const char *text; /* a JSON object without its end: "ring" is added, and the end */
	gint64 former;    /* the contact it belonged to before; 0: the same */
	const char *kind; /* interned; an employee may have switched its ring off */
};

struct frame {
	gint64 event, contact, target, former;
	const char *kind;         /* interned */
	GBytes *silent, *ringing; /* ringing NULL: it rings for nobody */
};

typedef struct backlog backlog;

/* Events up to FLOOR are not held. */
backlog *backlog_new(gint64 floor);
void backlog_free(backlog *self);
/* FALSE: an event as old as the last one, or older. */
bool backlog_add(backlog *self, const struct frame_new *frame);
gint64 backlog_last(const backlog *self);  /* the newest event */
gint64 backlog_floor(const backlog *self); /* the newest event that is no longer held */
guint64 backlog_first(const backlog *self); /* place of the oldest frame held */
guint64 backlog_end(const backlog *self);   /* the place after the newest */
guint64 backlog_after(const backlog *self, gint64 event); /* place of the first frame after EVENT */
/* PLACE from first to before end. */
const struct frame *backlog_at(const backlog *self, guint64 place);
