/* role_confine: what each role keeps when it begins, and no more: a way into one of them is to lead nowhere else. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/conf.h"

/* Confines this process, which has one thread yet and its listening sockets open, as ROLE ("milter", "sort", "courier", "web"); what is none of
 * these stays as it is. Afterwards: no capability, no gain of rights, no core file; files of the system to read, those of the store to
 * write; no program but, for sort, this one (and what its loader can be made to load: whatever sort starts is confined as it is); no new TCP
 * port, connections only to what the configuration names; what a role's code never does fails with EPERM, what only an intruder tries
 * (exec, fork, ptrace, mount…) ends it by SIGSYS. FALSE with ERROR. */
bool role_confine(const struct conf *conf, const char *role, GError **error);
