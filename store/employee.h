/* employee: the staff (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

typedef struct employee {
	gint64 id, bell_seen, version, created, last_used; /* last_used: by session; 0: no session is there */
	char *email, *firstname, *lastname, *password, *role, *language, *theme, *signature;
	char *contacts; /* ids with commas between, of those they may see when not all */
	char *mail_login; /* at the mail server; "" = the email */
	char *notify;   /* JSON as the page gave it; "" = as usual */
	bool is_active, has_all, has_totp;
} employee;

struct employee_new {
	const char *email, *firstname, *lastname, *role, *language;
	const char *password_hash; /* "" = cannot log in yet */
	gint64 created;
};

#define EMPLOYEE_PASSWORD_MIN 12 /* characters */
#define EMPLOYEE_PASSWORD_MAX 1024 /* octets */

/* NULL without ERROR: there is none. Owner: caller. */
employee *employee_get(db *desk, gint64 id, GError **error);
employee *employee_by_email(db *desk, const char *email, GError **error);
void employee_free(employee *person);
bool employee_is_role(const char *role);
/* FALSE with a sentence for people when the email is taken or the role unknown. */
bool employee_add(db *desk, const struct employee_new *person, gint64 *id, GError **error);
/* Ends their sessions too, but BUT (hash of a session's token; may be NULL). */
bool employee_set_password(db *desk, gint64 id, const char *password_hash, GBytes *but, GError **error);

struct employee_profile { /* NULL = as it is */
	const char *firstname, *lastname, *language, *theme, *signature;
	const char *notify, *bell_off, *mail_login;
};
/* What is set in forms (all but language and theme, which one click changes) makes a new version. */
bool employee_set_profile(db *desk, gint64 id, const struct employee_profile *profile, GError **error);

/* 1: somebody else than BUT has this log-in at the mail server, or this email. */
int employee_has_login(db *desk, const char *login, gint64 but, GError **error);

bool employee_each(db *desk, bool (*each)(const employee *person, void *data), void *data, GError **error);
struct employee_filter { /* NULL = any */
	const char *name, *email, *role;
	int active;       /* 0 and 1; -1 = any */
	const char *sort; /* id, name, firstname, lastname, email, role, active, last_used; "-" before it: descending */
	gint64 limit, offset;
};
/* Those on the page; *TOTAL: of all that match. FALSE without ERROR: no such sort. */
bool employee_list(db *desk, const struct employee_filter *filter, gint64 *total, bool (*each)(const employee *person, void *data), void *data,
	GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(employee, employee_free)
