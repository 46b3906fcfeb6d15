/* api_trust: senders whose remote images an employee always wants to see. */
#pragma once

#include "web/call.h"

void api_trust_list(struct call *call); /* GET /profile/trusted-senders */
void api_trust_add(struct call *call);  /* POST {address} */
void api_trust_drop(struct call *call); /* DELETE ? address */
