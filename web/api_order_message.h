/* api_order_message: predefined messages ("Order messages"). */
#pragma once

#include "web/call.h"

void api_order_message_list(struct call *call);     /* GET /order-messages */
void api_order_message_add(struct call *call);      /* POST /order-messages */
void api_order_message_get(struct call *call);      /* GET /order-messages/ID */
void api_order_message_change(struct call *call);   /* PATCH /order-messages/ID */
void api_order_message_drop(struct call *call);     /* DELETE /order-messages/ID */
void api_order_message_drop_all(struct call *call); /* DELETE /order-messages?ids= */
