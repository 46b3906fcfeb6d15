/* api_token: Bearer tokens, by which programs use the API. */
#pragma once

#include "web/call.h"

void api_token_list(struct call *call);   /* GET /tokens ?everyone=1 (admins) */
void api_token_add(struct call *call);    /* POST /tokens {name, role}: with `token`, which is shown this once */
void api_token_revoke(struct call *call); /* DELETE /tokens/ID */
