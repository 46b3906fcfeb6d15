/* api_blocked: senders, and domains, whose mail nobody wants. */
#pragma once

#include "store/blocked.h"
#include "web/call.h"

void api_blocked_list(struct call *call);     /* GET /blocked-senders */
void api_blocked_add(struct call *call);      /* POST /blocked-senders */
void api_blocked_get(struct call *call);      /* GET /blocked-senders/ID */
void api_blocked_change(struct call *call);   /* PATCH /blocked-senders/ID: why */
void api_blocked_drop(struct call *call);     /* DELETE /blocked-senders/ID */
void api_blocked_drop_all(struct call *call); /* DELETE /blocked-senders?ids= */

/* "blocked": what blocks ADDRESS, or null. FALSE: ERROR. */
bool api_blocked_write_of(out *json, db *desk, const char *address, GError **error);
