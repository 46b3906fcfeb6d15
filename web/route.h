/* route: which handler answers a request; one table: method, path, who may, handler. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "web/auth.h"

typedef void handler(struct call *call);

struct route {
	enum http_method method;
	const char *path; /* "/a/#/b/#": # stands for a whole number from 1 */
	enum who who;
	handler *handle;
	bool is_slow;     /* hashes a password: for the log-in workers */
};

/* A route that takes more than HTTP_BODY_MAX octets: they are stored as they come. */
struct route_large {
	handler *handle;
	gint64 most;
	bool (*admit)(struct call *call); /* before any octet is taken; FALSE with the reply set */
};

/* NULL: bodies of ROUTE are small. */
const struct route_large *route_large(const struct route *route);
/* Whether the request's body may come: who asks, from where, and what the route says. FALSE with the reply set. */
bool route_admit(struct call *call, const struct route_large *large);
/* NULL: 404, or, when *ALLOW (owner: caller) is not NULL, 405 with it. IDS gets the path's numbers. */
const struct route *route_find(enum http_method method, const char *path, gint64 ids[2], char **allow);
/* The table, one by one from 0; NULL behind the last. */
const struct route *route_at(size_t index);
/* TRUE for paths of the table; all others are pages and files of the UI. */
bool route_is_api(const char *path);
/* Does everything for a request: finds, admits, handles. The reply is set afterwards. */
void route_answer(struct call *call);
