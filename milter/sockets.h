/* sockets: listening sockets by name. `belfry run` opens them once and hands them down, so that a role can be restarted
 * while new sessions wait; the hand-over is systemd's (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES: sd_listen_fds(3)). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* The descriptor handed down under NAME, -1 when none was. */
int sockets_inherited(const char *name);

/* Opens ADDRESS and listens: "unix:/path", "/path", "inet:host:port", "inet:port@host", "host:port", "[::1]:port". A unix socket gets
 * MODE and, where not "", GROUP; one that is left over is replaced, one that somebody listens on is not. -1 with ERROR. */
int sockets_listen(const char *address, mode_t mode, const char *group, GError **error);

/* Puts DESCRIPTORS under NAMES for the program that this process will exec; between fork and exec. */
void sockets_hand_down(const int *descriptors, const char *const *names, int count);
