/* parse_confine: takes from this process all it does not need for reading mail. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Afterwards: no open, no exec, no new process, no socket, no more descriptors, no core, no gain of rights; what a library
 * still tries fails with EPERM, what only an intruder tries (exec, fork, sockets, ptrace) kills the process. Cannot be undone. */
bool parse_confine(GError **error);
