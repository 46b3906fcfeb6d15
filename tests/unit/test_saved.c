/* Saved filters: an employee's own, names once each, and no more than is sensible. */
#include "store/saved.h"
#include "tests/unit/desk.h"

static bool
take(const struct saved_filter *filter, void *data)
{
	g_string_append_printf(data, "%s=%s;", filter->name, filter->query);
	return true;
}

static void
assert_saved(struct desk *desk, gint64 owner, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) said = g_string_new(NULL);
	g_assert_true(saved_each(desk->db, owner, take, said, &error));
	g_assert_cmpstr(said->str, ==, wanted);
}

static enum saved_result
put_version(struct desk *desk, gint64 owner, gint64 id, const char *name, const char *text, gint64 version)
{
	g_autoptr(GError) error = NULL;
	gint64 made;
	enum saved_result result = saved_put(desk->db, owner, &(struct saved_filter){id, name, text, version}, &made, &error);
	g_assert_no_error(error);
	return result;
}

static enum saved_result
put(struct desk *desk, gint64 owner, gint64 id, const char *name, const char *text)
{
	return put_version(desk, owner, id, name, text, id ? 1 : 0);
}

static void
add_second_employee(struct desk *desk)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	struct employee_new person = {.email = "ben@shop.example", .firstname = "Ben", .lastname = "B", .role = "agent", .language = "en",
		.password_hash = "", .created = 1};
	employee_add(desk->db, &person, &id, &error);
	g_assert_no_error(error);
}

static void
kept(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	add_second_employee(&desk);
	g_assert_cmpint(put(&desk, 1, 0, "late", "status=open"), ==, SAVED_DONE);
	g_assert_cmpint(put(&desk, 1, 0, "Early", "status=closed"), ==, SAVED_DONE);
	g_assert_cmpint(put(&desk, 1, 0, "LATE", ""), ==, SAVED_TAKEN);
	g_assert_cmpint(put(&desk, 2, 0, "late", ""), ==, SAVED_DONE);
	assert_saved(&desk, 1, "Early=status=closed;late=status=open;");
	g_assert_cmpint(put(&desk, 1, 1, "LATE", NULL), ==, SAVED_DONE);
	g_assert_cmpint(put(&desk, 1, 1, NULL, "q=y"), ==, SAVED_STALE);
	g_assert_cmpint(put_version(&desk, 1, 1, NULL, "q=x", 2), ==, SAVED_DONE);
	g_assert_cmpint(put(&desk, 2, 1, "mine", NULL), ==, SAVED_MISSING);
	assert_saved(&desk, 1, "Early=status=closed;LATE=q=x;");
	g_assert_cmpint(saved_drop(desk.db, 2, 1, &error), ==, SAVED_MISSING);
	g_assert_cmpint(saved_drop(desk.db, 1, 1, &error), ==, SAVED_DONE);
	assert_saved(&desk, 1, "Early=status=closed;");
	desk_teardown(&desk);
}

static void
bounded(void)
{
	struct desk desk;
	desk_setup(&desk);
	for (int i = 0; i < SAVED_MAX; i++) {
		g_autofree char *name = g_strdup_printf("filter %d", i);
		g_assert_cmpint(put(&desk, 1, 0, name, ""), ==, SAVED_DONE);
	}
	g_assert_cmpint(put(&desk, 1, 0, "one more", ""), ==, SAVED_TOO_MANY);
	g_assert_cmpint(put(&desk, 1, 1, "other name", NULL), ==, SAVED_DONE);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/saved/kept", kept);
	g_test_add_func("/saved/bounded", bounded);
	return g_test_run();
}
