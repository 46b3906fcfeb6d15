/* viewer: who asks, what they may see, and what their bell leaves out. Every read and write on behalf of an employee names one. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

enum role {ROLE_VIEWER, ROLE_AGENT, ROLE_ADMIN};

typedef struct viewer {
	gint64 id; /* employee */
	enum role role;
	bool has_all;         /* every contact */
	GHashTable *contacts; /* ids of those they may see, when not all */
	char *language;
	char *bell_off; /* kinds of events that do not ring, with blanks between; NULL = none */
} viewer;

/* A role by its name in the store; what is unknown may least. */
enum role viewer_role(const char *name);
/* NULL without ERROR: no such active employee. Owner: caller. */
viewer *viewer_load(db *desk, gint64 employee, GError **error);
void viewer_free(viewer *who);
/* CONTACT 0 = a thread without one: only who has all sees it. */
bool viewer_may_see(const viewer *who, gint64 contact);
bool viewer_wants(const viewer *who, const char *kind);

/* "(…)": to stand in a WHERE over a table with a column contact_id; binds :viewer. */
#define VIEWER_SEES(column) \
	"((SELECT has_all FROM employee WHERE id = :viewer) OR " column " IN (SELECT contact_id FROM employee_contact WHERE employee_id = :viewer))"

/* The same over a column of shops: those that their contacts serve. */
#define VIEWER_SEES_SHOP(column) \
	"((SELECT has_all FROM employee WHERE id = :viewer) OR " column " IN (SELECT cs.shop_id FROM contact_shop cs" \
	" JOIN employee_contact ec ON ec.contact_id = cs.contact_id WHERE ec.employee_id = :viewer))"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(viewer, viewer_free)
