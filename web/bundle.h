/* bundle: all attachments of a message as one archive, streamed out of the raw mail in bounded memory. */
#pragma once

#include "web/call.h"

/* Those of message call->ids[0], RECEIVED then, out of mail MAIL. 1: the reply is set; 0: there are none; -1: ERROR. */
int bundle_parts(struct call *call, gint64 mail, gint64 received, GError **error);
