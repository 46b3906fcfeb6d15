/* receipt: a read receipt (RFC 8098): who has opened, or thrown away, which mail of ours. Pure: works on the decoded part. */
#pragma once

#include "milter/read/mime.h"

/* FIELDS: message/disposition-notification. As a report whose action is "read", or "delivered" where it was not shown to anybody; its diagnostic is the
 * disposition as it stands. NULL when it names none. Owner: caller. */
struct mime_bounce *receipt_read(const char *fields);
