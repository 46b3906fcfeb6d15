/* api_contact: contacts, and their blocks on the Customer Service page. */
#pragma once

#include "web/call.h"

void api_contact_list(struct call *call);    /* GET /contacts */
void api_contact_summary(struct call *call); /* GET /contacts/summary */
void api_contact_add(struct call *call);     /* POST /contacts */
void api_contact_get(struct call *call);     /* GET /contacts/ID */
void api_contact_change(struct call *call);  /* PATCH /contacts/ID */
void api_contact_drop(struct call *call);    /* DELETE /contacts/ID?threads=CONTACT (theirs then; without: nobody's) */
void api_contact_order(struct call *call);   /* PUT /contacts/order {ids} */
