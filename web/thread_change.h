/* thread_change: PATCH /threads/ID: status, contact, order, who is in charge, spam; all that is asked for, or nothing. */
#pragma once

#include "web/call.h"

/* FALSE with the reply set. */
bool thread_change_do(struct call *call);
