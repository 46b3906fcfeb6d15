/* api_reply: answers and notes: sending, taking back. */
#pragma once

#include <stdbool.h>

#include "store/upload.h"
#include "web/api_draft.h"
#include "web/call.h"

#define REPLY_OCTETS_MAX (UPLOAD_OCTETS_MAX + DRAFT_BODY_MAX) /* of an answer with its files */

bool api_reply_admit(struct call *call); /* before a large one is taken: FALSE with the reply set */
void api_reply_send(struct call *call); /* POST /threads/ID/messages */
void api_reply_undo(struct call *call); /* POST /messages/ID/undo */
