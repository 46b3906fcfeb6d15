/* What an admin does to employees: rules, rights, links, tokens, sessions. */
#include "store/machine.h"
#include "store/reset.h"
#include "store/secret.h"
#include "store/session.h"
#include "store/staff.h"
#include "tests/unit/desk.h"

static const struct staff_edit agent = {.firstname = "Ben", .lastname = "Baker", .email = "ben@shop.example", .role = "agent", .language = "en", .mail_login = "",
	.password_hash = "hash", .is_active = true, .has_all = true};

static void
begin(struct desk *desk)
{
	g_autoptr(GError) error = NULL;
	desk_setup(desk);
	g_assert_true(db_begin(desk->db, &error));
	g_assert_true(db_run(desk->db, "UPDATE employee SET password = 'hash'", &error));
	g_assert_no_error(error);
}

static void
end(struct desk *desk)
{
	db_rollback(desk->db);
	desk_teardown(desk);
}

static gint64
add(struct desk *desk, struct staff_edit edit, enum staff_answer expected)
{
	gint64 id = 0;
	enum staff_answer answer = STAFF_MISSING;
	g_autoptr(GError) error = NULL;
	g_assert_true(staff_add(desk->db, &edit, 5, &id, &answer, &error));
	g_assert_no_error(error);
	g_assert_cmpint(answer, ==, expected);
	return id;
}

static void
change(struct desk *desk, gint64 id, gint64 version, struct staff_edit edit, enum staff_answer expected)
{
	enum staff_answer answer = STAFF_MISSING;
	g_autoptr(GError) error = NULL;
	g_assert_true(staff_change(desk->db, id, version, &edit, &answer, &error));
	g_assert_no_error(error);
	g_assert_cmpint(answer, ==, expected);
}

static void
removal(struct desk *desk, gint64 id, enum staff_answer expected)
{
	enum staff_answer answer = STAFF_MISSING;
	g_autoptr(GError) error = NULL;
	g_assert_true(staff_remove(desk->db, id, &answer, &error));
	g_assert_no_error(error);
	g_assert_cmpint(answer, ==, expected);
}

static struct staff_edit
admin_edit(void)
{
	struct staff_edit edit = agent;
	edit.email = "ada@shop.example";
	edit.role = "admin";
	edit.password_hash = NULL;
	return edit;
}

static void
test_last_admin(void)
{
	struct desk desk;
	begin(&desk);
	struct staff_edit less = admin_edit(), gone = admin_edit(), second = agent;
	less.role = "agent";
	gone.is_active = false;
	second.role = "admin";
	second.password_hash = NULL; /* cannot log in: does not count */
	gint64 other = add(&desk, second, STAFF_DONE);
	change(&desk, 1, 0, less, STAFF_LAST_ADMIN);
	change(&desk, 1, 0, gone, STAFF_LAST_ADMIN);
	removal(&desk, 1, STAFF_LAST_ADMIN);
	change(&desk, 1, 0, admin_edit(), STAFF_DONE);
	second.password_hash = "hash";
	change(&desk, other, 0, second, STAFF_DONE);
	change(&desk, 1, 0, less, STAFF_DONE);
	removal(&desk, other, STAFF_LAST_ADMIN);
	removal(&desk, 1, STAFF_DONE);
	removal(&desk, 1, STAFF_MISSING);
	end(&desk);
}

static void
test_versions_and_emails(void)
{
	struct desk desk;
	begin(&desk);
	gint64 ben = add(&desk, agent, STAFF_DONE);
	struct staff_edit taken = agent, none = agent;
	add(&desk, taken, STAFF_TAKEN);
	taken.email = "ADA@shop.example";
	change(&desk, ben, 1, taken, STAFF_TAKEN);
	change(&desk, ben, 2, agent, STAFF_STALE);
	change(&desk, ben, 1, agent, STAFF_DONE);
	change(&desk, ben, 1, agent, STAFF_STALE);
	change(&desk, 99, 1, agent, STAFF_MISSING);
	g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 nobody = 99;
	g_array_append_val(contacts, nobody);
	none.has_all = false;
	none.contacts = contacts;
	change(&desk, ben, 0, none, STAFF_NO_CONTACT);
	end(&desk);
}

static void
test_contacts(void)
{
	struct desk desk;
	begin(&desk);
	g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 one = 1;
	g_array_append_val(contacts, one);
	g_array_append_val(contacts, one); /* twice is once */
	struct staff_edit some = agent;
	some.has_all = false;
	some.contacts = contacts;
	gint64 ben = add(&desk, some, STAFF_DONE);
	g_autoptr(viewer) who = viewer_load(desk.db, ben, NULL);
	g_assert_true(viewer_may_see(who, 1));
	g_assert_false(viewer_may_see(who, 2));
	g_assert_false(viewer_may_see(who, 0));
	change(&desk, ben, 0, agent, STAFF_DONE);
	g_autoptr(viewer) all = viewer_load(desk.db, ben, NULL);
	g_assert_true(viewer_may_see(all, 2));
	end(&desk);
}

/* A session, a link and a token for WHOSE, all by the name NAME. */
static GBytes *
let_in(struct desk *desk, gint64 whose, const char *name)
{
	gint64 id;
	g_autoptr(GError) error = NULL;
	GBytes *hash = secret_token_hash(name);
	struct session_new session = {.token_hash = hash, .employee_id = whose, .now = 1000, .address = "", .agent = ""};
	struct machine_new token = {.name = name, .role = "viewer", .token_hash = hash, .employee_id = whose, .now = 1000};
	g_assert_true(session_add(desk->db, &session, &error) && reset_add(desk->db, hash, whose, 1000 + RESET_MS, &error) &&
		machine_add(desk->db, &token, &id, &error));
	g_assert_no_error(error);
	return hash;
}

static gint64
machine_of(struct desk *desk, GBytes *hash)
{
	gint64 used;
	g_autofree char *role = NULL;
	return machine_find(desk->db, hash, &role, &used, NULL);
}

static void
test_deactivated(void)
{
	struct desk desk;
	begin(&desk);
	gint64 ben = add(&desk, agent, STAFF_DONE), used;
	g_autoptr(GBytes) hash = let_in(&desk, ben, "t"), hers = let_in(&desk, 1, "a");
	struct staff_edit gone = agent;
	gone.password_hash = NULL;
	gone.is_active = false;
	change(&desk, ben, 0, gone, STAFF_DONE);
	g_assert_cmpint(session_find(desk.db, hash, 2000, &used, NULL), ==, 0);
	g_assert_cmpint(reset_find(desk.db, hash, 2000, NULL), ==, 0);
	g_assert_cmpint(machine_of(&desk, hash), ==, 0);
	g_assert_cmpint(session_find(desk.db, hers, 2000, &used, NULL), ==, 1);
	gone.is_active = true; /* sessions and links stay gone, the token is theirs still */
	change(&desk, ben, 0, gone, STAFF_DONE);
	g_assert_cmpint(session_find(desk.db, hash, 2000, &used, NULL), ==, 0);
	g_assert_cmpint(reset_find(desk.db, hash, 2000, NULL), ==, 0);
	g_assert_cmpint(machine_of(&desk, hash), ==, ben);
	removal(&desk, ben, STAFF_DONE);
	g_assert_cmpint(machine_of(&desk, hash), ==, 0);
	end(&desk);
}

static void
test_author_stays(void)
{
	struct desk desk;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .text = "Hello"});
	g_assert_true(db_begin(desk.db, NULL));
	gint64 ben = add(&desk, agent, STAFF_DONE);
	g_autofree char *sql = g_strdup_printf("UPDATE message SET employee_id = %" G_GINT64_FORMAT, ben);
	g_assert_true(db_run(desk.db, sql, NULL));
	removal(&desk, ben, STAFF_HAS_WRITTEN);
	end(&desk);
}

static bool
is_scanned(struct desk *desk, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
	g_autoptr(query) rows = db_query(desk->db, explain, &error);
	int steps = 0;
	g_assert_no_error(error);
	while (query_next(rows, &error) > 0) {
		g_test_message("%s", query_text(rows, 3));
		steps++;
		if (g_str_has_prefix(query_text(rows, 3), "SCAN ") && !strstr(query_text(rows, 3), "CONSTANT ROW"))
			return true;
	}
	g_assert_cmpint(steps, >, 0);
	return false;
}

/* Neither the look whether they wrote something nor what goes with them reads a table from end to end. */
static void
test_no_scan(void)
{
	struct desk desk;
	desk_setup(&desk);
	g_assert_false(is_scanned(&desk, "DELETE FROM employee WHERE id = 1"));
	g_assert_false(is_scanned(&desk, "SELECT EXISTS (SELECT 1 FROM message WHERE employee_id = 1)"));
	g_assert_true(is_scanned(&desk, "SELECT count(*) FROM message WHERE text = ''"));
	desk_teardown(&desk);
}

static void
test_links(void)
{
	struct desk desk;
	begin(&desk);
	g_autoptr(GBytes) first = secret_token_hash("1"), second = secret_token_hash("2");
	g_assert_true(reset_add(desk.db, first, 1, 1000 + RESET_MS, NULL));
	g_assert_cmpint(reset_find(desk.db, first, 1000, NULL), ==, 1);
	g_assert_cmpint(reset_find(desk.db, first, 999 + RESET_MS, NULL), ==, 1);
	g_assert_cmpint(reset_find(desk.db, first, 1000 + RESET_MS, NULL), ==, 0); /* too old */
	g_assert_true(reset_add(desk.db, second, 1, 1000 + RESET_MS, NULL));
	g_assert_cmpint(reset_find(desk.db, first, 1000, NULL), ==, 0); /* the newer one replaces it */
	g_assert_true(reset_drop(desk.db, 1, NULL));
	g_assert_cmpint(reset_find(desk.db, second, 1000, NULL), ==, 0);
	end(&desk);
}

static bool
note_session(const struct session_row *session, void *data)
{
	g_assert_cmpint(session->id, >, 0);
	g_assert_cmpint(session->id, <, G_GINT64_CONSTANT(1) << 48);
	g_string_append_printf(data, "%d ", (int)session->used);
	return true;
}

static void
test_sessions(void)
{
	struct desk desk;
	begin(&desk);
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GBytes) one = secret_token_hash("1"), two = secret_token_hash("2"), old = secret_token_hash("3");
	GBytes *const hashes[] = {one, two, old};
	const gint64 starts[] = {SESSION_IDLE_MS + 10, SESSION_IDLE_MS + 20, 5};
	for (size_t i = 0; i < G_N_ELEMENTS(hashes); i++) {
		struct session_new session = {.token_hash = hashes[i], .employee_id = 1, .now = starts[i], .address = "", .agent = ""};
		g_assert_true(session_add(desk.db, &session, &error));
	}
	g_assert_true(session_each(desk.db, 1, SESSION_IDLE_MS + 30, note_session, seen, &error));
	g_assert_cmpstr(seen->str, ==, "43200020 43200010 "); /* the idle one is over */
	g_assert_true(session_end_all(desk.db, 1, two, &error));
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM session"), ==, 1);
	g_assert_true(session_end_all(desk.db, 1, NULL, &error));
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM session"), ==, 0);
	g_assert_no_error(error);
	end(&desk);
}

static bool
note_machine(const struct machine *token, void *data)
{
	g_string_append_printf(data, "%s:%s:%s:%d ", token->name, token->role, token->firstname, (int)token->used);
	return true;
}

static void
test_machines(void)
{
	struct desk desk;
	begin(&desk);
	g_autoptr(GString) seen = g_string_new(NULL);
	gint64 ben = add(&desk, agent, STAFF_DONE);
	g_autoptr(GBytes) hers = let_in(&desk, 1, "hers"), his = let_in(&desk, ben, "his"), gone = NULL;
	g_assert_true(machine_touch(desk.db, his, 7, NULL));
	g_assert_true(machine_each(desk.db, 0, note_machine, seen, NULL));
	g_assert_cmpstr(seen->str, ==, "his:viewer:Ben:7 hers:viewer:Ada:0 ");
	g_assert_true(machine_revoke(desk.db, 1, ben, &gone, NULL));
	g_assert_null(gone); /* not his */
	g_assert_true(machine_revoke(desk.db, 1, 1, &gone, NULL));
	g_assert_true(gone && g_bytes_equal(gone, hers));
	g_assert_cmpint(machine_of(&desk, hers), ==, 0);
	g_assert_cmpint(machine_of(&desk, his), ==, ben);
	end(&desk);
}

static bool
note_employee(const employee *person, void *data)
{
	g_string_append_printf(data, "%s ", person->firstname);
	return true;
}

static void
assert_list(struct desk *desk, struct employee_filter filter, gint64 total, const char *names)
{
	gint64 all = -1;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	filter.limit = filter.limit ? filter.limit : 20;
	g_assert_true(employee_list(desk->db, &filter, &all, note_employee, seen, &error));
	g_assert_no_error(error);
	g_assert_cmpint(all, ==, total);
	g_assert_cmpstr(seen->str, ==, names);
}

static void
test_list(void)
{
	struct desk desk;
	begin(&desk);
	gint64 total;
	struct staff_edit zoe = agent;
	zoe.firstname = "Zoë";
	zoe.lastname = "Ärlig";
	zoe.email = "zoe@other.example";
	zoe.is_active = false;
	add(&desk, agent, STAFF_DONE);
	add(&desk, zoe, STAFF_DONE);
	assert_list(&desk, (struct employee_filter){.active = -1, .sort = "id"}, 3, "Ada Ben Zoë ");
	assert_list(&desk, (struct employee_filter){.active = -1, .sort = "-name", .limit = 2}, 3, "Zoë Ben ");
	assert_list(&desk, (struct employee_filter){.active = -1, .sort = "id", .limit = 2, .offset = 2}, 3, "Zoë ");
	assert_list(&desk, (struct employee_filter){.active = -1, .sort = "id", .name = "arl zoe"}, 1, "Zoë ");
	assert_list(&desk, (struct employee_filter){.active = 1, .sort = "email", .email = "SHOP"}, 2, "Ada Ben ");
	assert_list(&desk, (struct employee_filter){.active = 0, .sort = "role", .role = "agent"}, 1, "Zoë ");
	g_assert_false(employee_list(desk.db, &(struct employee_filter){.active = -1, .sort = "password", .limit = 1}, &total, note_employee, NULL, NULL));
	end(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/staff/last-admin", test_last_admin);
	g_test_add_func("/staff/versions-and-emails", test_versions_and_emails);
	g_test_add_func("/staff/contacts", test_contacts);
	g_test_add_func("/staff/deactivated", test_deactivated);
	g_test_add_func("/staff/author-stays", test_author_stays);
	g_test_add_func("/staff/no-scan", test_no_scan);
	g_test_add_func("/staff/list", test_list);
	g_test_add_func("/staff/links", test_links);
	g_test_add_func("/staff/sessions", test_sessions);
	g_test_add_func("/staff/machines", test_machines);
	return g_test_run();
}
