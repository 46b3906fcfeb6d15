/* api_draft: what an employee is writing, kept. */
#pragma once

#include <stdbool.h>

#include "web/call.h"

#define DRAFT_BODY_MAX (1024 * 1024) /* octets of a letter in JSON */

/* Before a letter of more than 64 KB is taken, here and for its preview. FALSE with the reply set. */
bool api_draft_admit(struct call *call);
bool api_draft_admit_thread(struct call *call); /* whatever its type */
void api_draft_save(struct call *call); /* PUT /threads/ID/draft */
void api_draft_drop(struct call *call); /* DELETE /threads/ID/draft */
