/* bounce_words: how programs that follow no standard say that a mail was not delivered. */
#pragma once

#include <stdbool.h>

enum bounce_verdict {BOUNCE_NONE, BOUNCE_DELAYED, BOUNCE_FAILED};

/* FROM: the sender's address, SUBJECT, TEXT: of the report, any may be NULL. Two clues of different kinds are wanted: the
 * words alone are also what customers quote. */
enum bounce_verdict bounce_words_judge(const char *from, const char *subject, const char *text, bool has_failed_recipients);
