/* fill_staff STORE COUNT: adds COUNT agents who see every contact, each logged in once, to a store that `belfry migrate` has made: for rows that need
 * many sessions. Prints the tokens of their sessions, one a line: what the cookie "belfry" holds. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/employee.h"
#include "store/secret.h"
#include "store/session.h"
#include "tests/bench/support/stop.h"

static gint64
add_agent(db *desk, gint64 now)
{
	g_autoptr(GError) error = NULL;
	gint64 id = 0;
	g_autofree char *name = secret_token();
	g_autofree char *email = g_strdup_printf("%s@shop.example", name);
	const struct employee_new agent = {.email = email, .firstname = "Kim", .lastname = "Clerk", .role = "agent", .language = "en", .password_hash = "",
		.created = now};
	employee_add(desk, &agent, &id, &error);
	stop_on(error);
	return id;
}

static void
log_in(db *desk, gint64 agent, gint64 now)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *token = secret_token();
	g_autoptr(GBytes) hash = secret_token_hash(token);
	session_add(desk, &(struct session_new){.token_hash = hash, .employee_id = agent, .now = now, .address = "127.0.0.1", .agent = "fill_staff"}, &error);
	stop_on(error);
	puts(token);
}

int
main(int count, char **words)
{
	g_autoptr(GError) error = NULL;
	if (count != 3)
		return fprintf(stderr, "fill_staff STORE COUNT\n"), 64;
	g_autofree char *path = g_build_filename(words[1], "desk.db", NULL);
	g_autoptr(db) desk = db_open(path, DB_WRITE, &error);
	stop_on(error);
	gint64 now = g_get_real_time() / 1000;
	db_begin(desk, &error);
	stop_on(error);
	for (int i = atoi(words[2]); i > 0; i--)
		log_in(desk, add_agent(desk, now), now);
	db_commit(desk, &error);
	stop_on(error);
	return 0;
}
