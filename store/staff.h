/* staff: what an admin does to employees: rights, sessions and tokens go together, and one active admin always stays (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

enum staff_answer {
	STAFF_DONE,
	STAFF_MISSING,     /* no such employee */
	STAFF_STALE,       /* somebody else changed it meanwhile */
	STAFF_TAKEN,       /* the email is another's */
	STAFF_LOGIN_TAKEN, /* so is the log-in at the mail server */
	STAFF_LAST_ADMIN,  /* nobody who can log in would be admin */
	STAFF_HAS_WRITTEN, /* messages would lose their author */
	STAFF_NO_CONTACT,  /* there is no such contact */
};

struct staff_edit {
	const char *firstname, *lastname, *email, *role, *language;
	const char *mail_login;    /* at the mail server; "" = the email */
	const char *password_hash; /* NULL = as it is */
	bool is_active, has_all;
	const GArray *contacts;    /* gint64, when not all */
};

/* Nothing is written unless *ANSWER is STAFF_DONE. FALSE: ERROR of the store. */
bool staff_add(db *desk, const struct staff_edit *edit, gint64 now, gint64 *id, enum staff_answer *answer, GError **error);
/* VERSION 0 = whatever it is. Who is inactive now has no session and no link; a new password ends sessions. */
bool staff_change(db *desk, gint64 id, gint64 version, const struct staff_edit *edit, enum staff_answer *answer, GError **error);
bool staff_remove(db *desk, gint64 id, enum staff_answer *answer, GError **error);
