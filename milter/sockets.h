/* sockets: listening sockets by name. `belfry run` opens them once and hands them down, so that a role can be restarted
 * while new sessions wait; the hand-over is systemd's (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES: sd_listen_fds(3)). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* The descriptor handed down under NAME, -1 when none was. */
int sockets_inherited(const char *name);

/* Opens ADDRESS and listens: "unix:/path", "/path", "inet:host:port", "inet:port@host", "host:port", "[::1]:port". A unix socket gets
 * MODE and, where not "", GROUP; one that is left over is replaced, one that somebody listens on is not. Missing parent
 * directories are made, open to all. -1 with ERROR. */
int sockets_listen(const char *address, mode_t mode, const char *group, GError **error);

/* The path in ADDRESS when it is a unix socket's, else NULL. Lives as long as ADDRESS. */
const char *sockets_path(const char *address);

/* "inet:host:port", "inet:port@host" and "host:port" → host and port, without the brackets of an IPv6 address. FALSE: it is none
 * of these. Owner: caller, in any case. */
bool sockets_split(const char *address, char **host, char **port);

/* Connects to what the listening DESCRIPTOR listens on, without waiting, and closes again: whoever accepts there wakes.
 * FALSE when it cannot be reached. */
bool sockets_knock(int descriptor);

/* From now on this process accepts nothing at the listening DESCRIPTOR, whoever is just at it: who comes waits for the next process
 * that has the socket. The descriptor stays one to poll and accept at. */
void sockets_leave(int descriptor);

/* Puts DESCRIPTORS under NAMES for the program that this process is or will exec; as a child between fork and exec, or
 * before anything else is open: they take the places from 3 on, and are closed where they stood. */
void sockets_hand_down(const int *descriptors, const char *const *names, int count);
