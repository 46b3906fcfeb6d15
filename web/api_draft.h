/* api_draft: what an employee is writing, kept. */
#pragma once

#include "web/call.h"

void api_draft_save(struct call *call); /* PUT /threads/ID/draft */
void api_draft_drop(struct call *call); /* DELETE /threads/ID/draft */
