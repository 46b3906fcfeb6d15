/* milter: the role that takes mail in. Callbacks of libmilter are clerks; what they gather goes to store/capture.
 * A second door, the capture socket, takes mail from `belfry capture`. */
#pragma once

#include "store/conf.h"

/* Runs the role until SIGTERM. Sockets handed down by the supervisor (see sockets.h) are used, else they are opened here. Exit status. */
int milter_run(const struct conf *conf);

/* `belfry capture`: reads a mail from standard input and hands it to the daemon's capture socket. 0 after the commit, else
 * EX_TEMPFAIL (75) with a line on stderr. No store, any user. */
int capture_send(const struct conf *conf, const char *sender, const char *const *recipients);
