/* api_profile: what employees set about themselves. */
#pragma once

#include "web/call.h"

void api_profile_get(struct call *call);          /* GET /profile */
/* PATCH /profile {firstname?, lastname?, language?, theme?, signature?, notify?}, If-Match: the session object. */
void api_profile_change(struct call *call);
void api_profile_password(struct call *call);     /* POST /profile/password {old, password}: other sessions end */
void api_profile_sessions(struct call *call);     /* GET /profile/sessions */
void api_profile_end(struct call *call);          /* DELETE /profile/sessions/ID */
void api_profile_end_others(struct call *call);   /* DELETE /profile/sessions: all but this one */
