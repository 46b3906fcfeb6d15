/* api_customer: registered customers of the shops. */
#pragma once

#include "web/call.h"

void api_customer_list(struct call *call);
void api_customer_get(struct call *call);
void api_customer_add(struct call *call);
void api_customer_change(struct call *call); /* what is not named stays */
void api_customer_drop(struct call *call);
void api_customer_drop_all(struct call *call);
