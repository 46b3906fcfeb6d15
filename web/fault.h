/* fault: what the store does to requests, for the log and for /health: said once a minute while it lasts, however many ask. */
#pragma once

#include <glib.h>

/* Begins as {0}. Guards itself. */
struct fault {
	GMutex lock;
	GHashTable *said;    /* text → when, monotonic us; bounded */
	const char *damaged; /* the file that was found damaged; NULL: none. It stays so: what is mended is opened by another process */
};

/* ERROR, whose message names the file, met while PATH was answered. */
void fault_note(struct fault *self, const char *path, const GError *error);
/* "desk.db", "raw.db", or NULL. */
const char *fault_damaged(struct fault *self);
void fault_clear(struct fault *self);
