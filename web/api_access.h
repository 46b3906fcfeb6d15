/* api_access: how employees get in, as admins see to it: sessions, links for a new password, second factors. */
#pragma once

#include "web/call.h"

void api_access_sessions(struct call *call);    /* GET /employees/ID/sessions */
void api_access_end(struct call *call);         /* DELETE /employees/ID/sessions/ID */
void api_access_end_all(struct call *call);     /* DELETE /employees/ID/sessions */
void api_access_link(struct call *call);        /* POST /employees/ID/reset: {url, expires} */
void api_access_drop_factor(struct call *call); /* DELETE /employees/ID/totp */
void api_access_look(struct call *call);        /* POST /reset/look {token}: whose link it is */
void api_access_reset(struct call *call);       /* POST /reset {token, password} */
