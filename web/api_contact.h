/* api_contact: contacts, and their blocks on the Customer Service page. */
#pragma once

#include "web/call.h"

void api_contact_list(struct call *call);    /* GET /contacts */
void api_contact_summary(struct call *call); /* GET /contacts/summary */
