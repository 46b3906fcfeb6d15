/* auth: who asks, and whether they may. Sessions by cookie, log-ins throttled, state changed only from our own pages. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "web/call.h"

enum who {WHO_NOBODY, WHO_ANYBODY, WHO_VIEWER, WHO_AGENT, WHO_ADMIN}; /* needs at least; ANYBODY: call->who may be NULL */

/* Finds the session and who it belongs to; FALSE with the reply set (401, 403) when that is less than WHO. */
bool auth_admit(struct call *call, enum who who);
/* By what somebody is let in: a session's cookie, or a machine's Bearer token, which goes before it. */
struct access {
	gint64 employee;    /* 0: nobody */
	GBytes *token_hash; /* of cookie or token; NULL for nobody */
	gint64 used;        /* when it was last noted as used */
	enum role role;     /* at most */
	bool is_machine;
};
/* FALSE: ERROR. Owner of what is in ACCESS: caller. */
bool auth_find(const struct web *web, db *desk, const struct request *request, gint64 now, struct access *access, GError **error);
/* What the employee may there and then; NULL without ERROR: nothing. Owner: caller. */
viewer *auth_viewer(db *desk, const struct access *access, GError **error);
/* The request comes with a Bearer token, which no page of others can do. */
bool auth_is_machine(const struct request *request);
/* FALSE with the reply set for machines: this is for who has logged in. */
bool auth_needs_person(struct call *call);
/* FALSE: REQUEST names the host of another site. Addresses, names without a dot (an upstream of a proxy's) and none at all are nobody's. */
bool auth_is_own_host(const struct web *web, const struct request *request);
/* TRUE when REQUEST was sent by a page of ours. */
bool auth_is_own_origin(const struct web *web, const struct request *request);

/* Checks email, password and, where the employee has a second factor, CODE (may be NULL): of the app, or a recovery code. 0 with the reply
 * set (401, 429) when they are not right. Takes its time: for the log-in workers. */
gint64 auth_log_in(struct call *call, const char *email, const char *password, const char *code);
/* Who proved to own EMAIL: what was tried with it is forgotten. */
void auth_forgive(struct call *call, const char *email);
/* The password of who has logged in, once more; FALSE with the reply set (422 about FIELD, 429). Takes its time too. */
bool auth_confirm(struct call *call, const char *field, const char *password);
/* Begins a session and sets its cookie; FALSE with the reply set. */
bool auth_begin(struct call *call, gint64 person);
/* Ends the session of the call, if any, everywhere. FALSE with the reply set. */
bool auth_end(struct call *call);

/* "https://Desk.example:443/x" → "https://desk.example", as browsers write it. Owner: caller; NULL: no such URL. */
char *auth_origin(const char *url);
/* What log-ins of an address are counted under: IPv6 by /64. Owner: caller. */
char *auth_address_key(const char *address);
