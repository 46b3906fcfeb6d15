/* thread_change: PATCH /threads/ID: status, contact, order, who is in charge, spam; all that is asked for, or nothing.
 * PATCH /threads: status and who is in charge, of several. */
#pragma once

#include "web/call.h"

/* FALSE with the reply set. */
bool thread_change_do(struct call *call);
/* {ids, status?, employee?}: answers {changed: [ids]}. What is not theirs is passed over; an employee who cannot have one of them has none. */
void thread_change_all(struct call *call);
