/* api_reread: a message that came as mail is read again, maybe in another charset ("Wrong letters?"); sort does it. */
#pragma once

#include "web/call.h"

void api_reread_charsets(struct call *call); /* GET /charsets */
void api_reread_ask(struct call *call);      /* POST /messages/ID/reread {charset?} */
