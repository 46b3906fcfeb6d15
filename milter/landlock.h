/* landlock: the files and TCP ports that this process may still reach, judged by the kernel (landlock(7), Linux 5.13; ports 6.7; signals 6.12).
 * What the kernel does not know is not taken away: modes, owners and units hold there. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum landlock_may {
	LANDLOCK_READ = 1,    /* the file, or all that is below the directory */
	LANDLOCK_WRITE = 2,   /* make, change and remove, too */
	LANDLOCK_EXECUTE = 4,
};
struct landlock_place {
	const char *path; /* NULL, "" and what is not there are passed over */
	unsigned may;
};
struct landlock_plan {
	const struct landlock_place *places;
	size_t place_count;
	const guint16 *ports; /* that TCP may connect to; none may be bound */
	size_t port_count;
};

/* What the kernel knows of it: the version of its interface, 0: nothing. */
int landlock_version(void);

/* Afterwards only what PLAN lists, for this thread and what it starts, and signals only to those. TRUE, too, where the kernel does not know
 * it. Needs no_new_privs. FALSE with ERROR. */
bool landlock_restrict(const struct landlock_plan *plan, GError **error);
