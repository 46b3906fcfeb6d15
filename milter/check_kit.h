/* check_kit: what the checks of `belfry check` share: the setup they look at, and how they say what they found. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "milter/postfix.h"
#include "store/conf.h"

struct check {
	const struct conf *conf;
	const char *conf_path;
	const postfix *postfix;     /* NULL: none is set up here */
	GPtrArray *addresses;       /* char *: the contacts' addresses, "@domain" ones too */
	const char *name;           /* of the check that is under way */
	bool is_deep;
	int errors, warnings;
};

/* One line each. A warning or an error never stands without MEND: what to do. */
void check_ok(struct check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
void check_skip(struct check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
void check_warn(struct check *check, const char *mend, const char *format, ...) G_GNUC_PRINTF(3, 4);
void check_error(struct check *check, const char *mend, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* check_store.c */
void check_account(struct check *check);
void check_store(struct check *check);
void check_rights(struct check *check);
void check_space(struct check *check);
void check_clock(struct check *check);
void check_backlog(struct check *check);
void check_people(struct check *check);

/* check_role.c */
void check_milter(struct check *check);
void check_capture(struct check *check);
void check_sort(struct check *check);
void check_courier(struct check *check);
void check_relay(struct check *check);
void check_web(struct check *check);

/* check_postfix.c */
void check_smtpd_milters(struct check *check);
void check_other_milters(struct check *check);
void check_protocol(struct check *check);
void check_delimiter(struct check *check);
void check_sizes(struct check *check);
void check_filters(struct check *check);

/* check_smtp.c, check_sendmail.c, check_deep.c */
void check_recipients(struct check *check);
void check_sendmail(struct check *check);
void check_deep(struct check *check);
