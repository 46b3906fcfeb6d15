/* api_session: log in and out, and who one is. */
#pragma once

#include "web/call.h"

void api_session_get(struct call *call);    /* GET /session */
void api_session_look(struct call *call);   /* GET /session/look: the same, 204 to who is not logged in */
void api_session_open(struct call *call);   /* POST /session {email, password, totp?} */
void api_session_close(struct call *call);  /* DELETE /session */
