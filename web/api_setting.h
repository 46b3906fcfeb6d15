/* api_setting: what admins decide for all: the contact options, the bin and how long things are kept. */
#pragma once

#include "web/call.h"

void api_setting_contact_get(struct call *call);      /* GET /settings/contact */
void api_setting_contact_change(struct call *call);   /* PATCH /settings/contact */
void api_setting_retention_get(struct call *call);    /* GET /settings/retention */
void api_setting_retention_change(struct call *call); /* PATCH /settings/retention */
void api_setting_answering_get(struct call *call);    /* GET /settings/answering */
void api_setting_answering_change(struct call *call); /* PATCH /settings/answering */
