/* api_delivery: what staff do about mail that has not arrived, or may not have. */
#pragma once

#include "web/call.h"

void api_delivery_resend(struct call *call); /* POST /messages/ID/resend */
void api_delivery_settle(struct call *call); /* POST /messages/ID/settle */
