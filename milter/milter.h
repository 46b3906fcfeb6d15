/* milter: the role that takes mail in. Callbacks of libmilter, which lives in milter.c alone, are clerks; what they gather goes to
 * store/capture. A second door, the capture socket, takes mail from `belfry capture`. */
#pragma once

#include <stdbool.h>

#include "store/conf.h"

struct intake_house;

/* Runs the role until SIGTERM. Sockets handed down by the supervisor (see sockets.h) are used, else they are opened here. Exit status. */
int milter_run(const struct conf *conf);

/* `belfry capture`: reads a mail from standard input and hands it to the daemon's capture socket. 0 after the commit; else one
 * line on stderr and EX_DATAERR (larger than size_limit), EX_NOUSER (no recipient is a contact that saves mail) or
 * EX_TEMPFAIL. No store, any user. SENDER may be NULL: then it is taken from a "From " line at the top, which local
 * delivery puts there; that line is never part of the mail. */
int capture_send(const struct conf *conf, const char *sender, const char *const *recipients);

/* Speaks the milter protocol on LISTENER, in threads that must find all signals blocked. Writes to END, an eventfd, should it
 * end by itself. Once per process: libmilter can do no more. */
bool milter_start(const struct intake_house *house, int listener, int end);
/* LISTENER must accept no more (sockets_leave). Sessions in the middle of a mail, or before their first one, get a second for it; mails
 * that wait for their commit get their answer. The process has to end next. FALSE: a mail hangs, HOUSE must stay. */
bool milter_stop(void);
