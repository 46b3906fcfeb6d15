/* kicker: libmilter's thread pool can lose a wake-up while its threads wait, for the disk or for the rest of what a peer has begun to say, and leave
 * other sessions standing for as long. A new connection makes it start a thread, which then also takes up what stands: so the kicker knocks, often
 * while mails wait for their commit, less while anybody is connected, and a few times a second always, since of a session that has not yet said
 * its first word nobody knows. */
#pragma once

typedef struct kicker kicker;

/* Knocks on LISTENER. */
kicker *kicker_open(int listener);
void kicker_close(kicker *self);
/* A session has begun, and has ended; the latter never waits. */
void kicker_enter(kicker *self);
void kicker_leave(kicker *self);
/* A mail waits for its commit, until kicker_end. */
void kicker_begin(kicker *self);
void kicker_end(kicker *self);
