/* auth: who asks, and whether they may. Sessions by cookie, log-ins throttled, state changed only from our own pages. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "web/call.h"

enum who {WHO_NOBODY, WHO_ANYBODY, WHO_VIEWER, WHO_AGENT, WHO_ADMIN}; /* needs at least; ANYBODY: call->who may be NULL */

/* Finds the session and who it belongs to; FALSE with the reply set (401, 403) when that is less than WHO. */
bool auth_admit(struct call *call, enum who who);
/* The employee of the session REQUEST names; 0: none, -1: ERROR. *TOKEN_HASH (owner: caller) unless 0. *USED as session_find. */
gint64 auth_session(const struct web *web, db *desk, const struct request *request, gint64 now, GBytes **token_hash, gint64 *used,
	GError **error);
/* TRUE when REQUEST was sent by a page of ours. */
bool auth_is_own_origin(const struct web *web, const struct request *request);

/* Checks email and password; 0 with the reply set (401, 429) when they are not right. Takes its time: for the log-in workers. */
gint64 auth_log_in(struct call *call, const char *email, const char *password);
/* Begins a session and sets its cookie; FALSE with the reply set. */
bool auth_begin(struct call *call, gint64 person);
/* Ends the session of the call, if any, everywhere. FALSE with the reply set. */
bool auth_end(struct call *call);

/* "https://Desk.example:443/x" → "https://desk.example", as browsers write it. Owner: caller; NULL: no such URL. */
char *auth_origin(const char *url);
/* What log-ins of an address are counted under: IPv6 by /64. Owner: caller. */
char *auth_address_key(const char *address);
