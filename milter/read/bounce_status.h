/* bounce_status: status codes (RFC 3463) and replies of SMTP (RFC 5321 section 4.2) within what servers say. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* "5.1.1 (bad mailbox)" → 5.1.1; NULL when TEXT does not begin with a status. Owner: caller. */
char *bounce_status_at(const char *text);
/* The first status in TEXT that says something, else x.0.0 for the first reply code; of CLASS unless that is NUL. "" when there is none. Owner: caller. */
char *bounce_status_find(const char *text, char class);
/* The status that a server gave along with a reply code of the same class, "550 5.1.1 …": NULL. Owner: caller. */
char *bounce_status_replied(const char *text);
/* It names a class and no more: "", "5.0.0". */
bool bounce_status_is_vague(const char *status);
/* The first line of TEXT that holds a code, "" when none does. Owner: caller. */
char *bounce_status_line(const char *text);
