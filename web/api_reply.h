/* api_reply: answers and notes: sending, taking back. */
#pragma once

#include "web/call.h"

void api_reply_send(struct call *call); /* POST /threads/ID/messages */
void api_reply_undo(struct call *call); /* POST /messages/ID/undo */
