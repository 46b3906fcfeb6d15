/* employee: the staff (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

typedef struct employee {
	gint64 id, bell_seen, version;
	char *email, *firstname, *lastname, *password, *role, *language, *theme;
	bool is_active, has_all;
} employee;

struct employee_new {
	const char *email, *firstname, *lastname, *role, *language;
	const char *password_hash; /* "" = cannot log in yet */
	gint64 created;
};

#define EMPLOYEE_PASSWORD_MIN 12 /* characters */

/* NULL without ERROR: there is none. Owner: caller. */
employee *employee_get(db *desk, gint64 id, GError **error);
employee *employee_by_email(db *desk, const char *email, GError **error);
void employee_free(employee *person);
/* FALSE with a sentence for people when the email is taken or the role unknown. */
bool employee_add(db *desk, const struct employee_new *person, gint64 *id, GError **error);
/* Ends their sessions too. */
bool employee_set_password(db *desk, gint64 id, const char *password_hash, GError **error);
/* NULL = as it is. */
bool employee_set_profile(db *desk, gint64 id, const char *language, const char *theme, GError **error);
bool employee_each(db *desk, bool (*each)(const employee *person, void *data), void *data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(employee, employee_free)
