/* api_order: customers' orders. */
#pragma once

#include "web/call.h"

void api_order_list(struct call *call);
void api_order_get(struct call *call);
void api_order_add(struct call *call);
void api_order_change(struct call *call); /* what is not named stays */
void api_order_drop(struct call *call);
void api_order_drop_all(struct call *call);
