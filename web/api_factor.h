/* api_factor: a second factor for one's own log-in. */
#pragma once

#include "web/call.h"

void api_factor_begin(struct call *call);    /* POST /profile/totp {password}: {secret, uri, ticket} for an app */
void api_factor_confirm(struct call *call);  /* PUT /profile/totp {ticket, code}: on; {recovery: [codes]}, shown this once */
void api_factor_renew(struct call *call);    /* POST /profile/recovery {password}: {recovery: [codes]}, in place of those before */
void api_factor_end(struct call *call);      /* POST /profile/totp/off {password} */
