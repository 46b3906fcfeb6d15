/* contact_read: a contact as a request describes it, over what it was. */
#pragma once

#include "store/contact_edit.h"
#include "web/call.h"
#include "web/json.h"

/* FALSE with the reply set, all that is wrong named. */
bool contact_read(struct call *call, const json_in *in, contact_card *card);
/* Its texts, {"name":{…},"description":{…}} among other members. */
void contact_write_texts(out *json, contact_card *card);
