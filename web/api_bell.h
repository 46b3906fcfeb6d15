/* api_bell: what an employee still has to look at. */
#pragma once

#include "web/call.h"

void api_bell_get(struct call *call);         /* GET /notifications */
void api_bell_see(struct call *call);         /* POST /notifications/seen {upto} */
void api_bell_open_thread(struct call *call); /* POST /threads/ID/read {upto} */
