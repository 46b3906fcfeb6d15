/* api_upload: files for an answer that is being written. */
#pragma once

#include <stdbool.h>

#include "web/call.h"

bool api_upload_admit(struct call *call); /* before the octets: FALSE with the reply set */
void api_upload_add(struct call *call);   /* POST /threads/ID/uploads?name= */
void api_upload_get(struct call *call);   /* GET /threads/ID/uploads/N */
void api_upload_drop(struct call *call);  /* DELETE /threads/ID/uploads/N */
