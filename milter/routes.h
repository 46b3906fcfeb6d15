/* routes: which recipients are ours, as the contacts stand now. A thread of its own follows desk.db; who asks never waits for it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/contact.h"

typedef struct routes routes;

/* Loads the contacts and the keys of STORE and follows their changes: at once when nudged, else within a second. DELIMITER: 0 = none. */
routes *routes_open(const char *store, char delimiter, GError **error);
void routes_close(routes *self);

/* The contact that takes mail for RECIPIENT into the store, in a copy; one whose "Save messages?" is off takes only what is
 * addressed to a signed plus-address. FALSE: none. */
struct route_match {
	gint64 contact_id;
	bool is_taking;
};
bool routes_match(routes *self, const char *recipient, struct route_match *match);

/* The employee whose log-in at the mail server this is, while answers from employees' own mail programs count (colleague_logins); 0: nobody. */
gint64 routes_employee(routes *self, const char *login);
/* TRUE while it may be that routes_employee finds somebody. */
bool routes_has_employees(routes *self);
/* TRUE when SENDER, with or without <>, or its domain is blocked. */
bool routes_blocks(routes *self, const char *sender);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(routes, routes_close)
