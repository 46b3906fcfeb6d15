/* api_spam: the table of headers that make a mail spam. */
#pragma once

#include "web/call.h"

void api_spam_list(struct call *call);     /* GET /spam-rules */
void api_spam_add(struct call *call);      /* POST /spam-rules */
void api_spam_get(struct call *call);      /* GET /spam-rules/ID */
void api_spam_change(struct call *call);   /* PATCH /spam-rules/ID */
void api_spam_drop(struct call *call);     /* DELETE /spam-rules/ID */
void api_spam_drop_all(struct call *call); /* DELETE /spam-rules?ids= */
