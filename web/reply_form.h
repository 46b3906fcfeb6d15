/* reply_form: what the form for an answer needs: what it begins with, predefined messages filled, a look at what will leave. */
#pragma once

#include "web/call.h"

void reply_form_get(struct call *call);     /* GET /threads/ID/reply */
void reply_form_preview(struct call *call); /* POST /threads/ID/preview */
void reply_form_fill(struct call *call);    /* POST /threads/ID/fill */
