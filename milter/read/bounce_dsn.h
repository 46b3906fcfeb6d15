/* bounce_dsn: the fields of a delivery status report, RFC 3464, and of programs that write something like it. */
#pragma once

#include "milter/read/bounce.h"

/* Reads FIELDS, one group for the mail and one for each recipient, into BOUNCE: of several recipients the worst decides action and status. */
void bounce_dsn_read(struct mime_bounce *bounce, const char *fields);

/* Where fields of such a report begin in TEXT, which some write among their sentences; NULL. */
const char *bounce_dsn_find(const char *text);

/* The value of the field NAME when LINE is one, without the blanks before it; NULL. */
const char *bounce_dsn_value(const char *line, const char *name);
/* "rfc822; <user@example.org>" → user@example.org. Owner: caller. */
char *bounce_dsn_address(const char *value);
