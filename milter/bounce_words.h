/* bounce_words: how programs that follow no standard say that a mail was not delivered. */
#pragma once

#include <stdbool.h>

enum bounce_verdict {BOUNCE_NONE, BOUNCE_DELAYED, BOUNCE_FAILED};

/* FROM: the sender as the header has it, name and address. The words alone are no proof, customers write them too ("my parcel could
 * not be delivered"): they count from a program's address, or when the mail IS_RETURNED: came from the null sender. */
enum bounce_verdict bounce_words_judge(const char *from, const char *subject, const char *text, bool is_returned);
