/* capture_socket: the door for mail from pipes and aliases. `belfry capture`, run as any user, speaks to it:
 *
 *   client  belfry-capture 1 LF            protocol and version
 *           from ADDRESS LF                "from " alone: the null sender
 *           to ADDRESS LF                  once or more, CAPTURE_RECIPIENTS_MAX at most
 *           mail LF
 *   server  go LF                          or "no STATUS TEXT" LF, or "wait" LF (too many at once: come again), and the end
 *   client  SIZE OCTETS                    frames: four octets of size, big-endian, CAPTURE_FRAME_MAX at most; the mail as it is
 *           0                              a frame of size 0: that was all of it
 *   server  ok MAIL LF                     stored, on the disk; or "no STATUS TEXT" LF (may come early)
 *
 * STATUS as in sysexits.h: 65 larger than size_limit, 67 none of the recipients is a contact that saves mail, 75 not now,
 * 76 not this protocol. A mail whose last frame does not come is forgotten. */
#pragma once

#include "milter/intake.h"

#define CAPTURE_GREETING "belfry-capture 1"
#define CAPTURE_LINE_MAX 1024
#define CAPTURE_RECIPIENTS_MAX 100
#define CAPTURE_FRAME_MAX 65536

typedef struct capture_socket capture_socket;

/* Serves LISTENER, which stays the caller's, in threads of its own. HOUSE must outlive it. */
capture_socket *capture_socket_open(int listener, const struct intake_house *house);
/* Breaks off what is under way, but for commits, and waits for it. */
void capture_socket_close(capture_socket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture_socket, capture_socket_close)
