/* kicker: libmilter's thread pool can lose a wake-up while its threads wait for the disk, and leave other sessions standing for
 * seconds. A new connection makes it start a thread, which then also takes up what stands: while mails wait for their
 * commit, the kicker knocks. */
#pragma once

typedef struct kicker kicker;

/* Knocks on LISTENER, every 20 ms, between a kicker_begin and its kicker_end. */
kicker *kicker_open(int listener);
void kicker_close(kicker *self);
void kicker_begin(kicker *self);
void kicker_end(kicker *self);
