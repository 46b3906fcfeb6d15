/* confine: takes from a process, for good, what it does not need: system calls, rights, cores. What remains to whom stands in parse_confine and
 * role_confine; files and ports are landlock's. libseccomp lives in these alone. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Of one argument of a call: (argument & MASK) == VALUE; MASK 0: any. */
struct confine_call {
	int number;        /* SCMP_SYS(…) */
	unsigned argument; /* 0 is the first */
	guint64 mask, value;
};

/* Calls that may be made, and calls that end the process by SIGSYS: only an intruder tries them. All others fail with EPERM; those that
 * libc tries first and does without fail with ENOSYS. A call may stand several times, with other values. */
struct confine_calls {
	const struct confine_call *calls;
	size_t count;
	enum {CONFINE_ALLOW, CONFINE_KILL, CONFINE_ABSENT} verdict;
};

/* COUNT groups of calls. Holds for this thread, and for the threads and programs it starts. */
bool confine_calls(const struct confine_calls *groups, size_t count, GError **error);

/* No capability is left, and none can be gained by exec. FALSE with ERROR. */
bool confine_rights(GError **error);

/* Before root becomes somebody else: takes what may be taken of the capabilities that any program started from here could ever have. */
void confine_bounds(void);

/* FALSE and ERROR: "cannot confine: WHAT: text of NUMBER". */
bool confine_fail(GError **error, const char *what, int number);
