/* spam, blocked: what makes a mail spam, whose mail nobody wants. */
#include "store/blocked.h"
#include "store/spam.h"
#include "tests/unit/desk.h"

static struct desk desk;

static int
save(struct spam_rule rule, gint64 *id)
{
	g_autoptr(GError) error = NULL;
	int got = spam_save(desk.db, &rule, &error);
	g_assert_no_error(error);
	*id = rule.id;
	return got;
}

static void
rules(void)
{
	g_autoptr(GError) error = NULL;
	gint64 id, other, first = desk_number(&desk, "SELECT count(*) FROM spam_rule");
	g_assert_cmpint(save((struct spam_rule){0, 0, "X-Junk", "is", "1", "above"}, &id), ==, 1);
	g_assert_cmpint(save((struct spam_rule){0, 0, "x-junk", "is", "1", "above"}, &other), ==, 2); /* case makes no difference */
	g_assert_cmpint(save((struct spam_rule){0, 0, "x-junk", "is", "1", "anywhere"}, &other), ==, 1);
	g_assert_cmpint(save((struct spam_rule){id, 1, "X-Junk", "contains", "yes", "above"}, &id), ==, 1);
	g_assert_cmpint(save((struct spam_rule){id, 1, "X-Junk", "contains", "no", "above"}, &id), ==, 3);
	g_assert_cmpint(save((struct spam_rule){other, 1, "X-Junk", "contains", "YES", "above"}, &other), ==, 2);
	g_assert_cmpint(save((struct spam_rule){999, 1, "X-Junk", "is", "no", "above"}, &(gint64){0}), ==, 0);
	g_assert_cmpint(spam_drop(desk.db, id, &error), ==, 1);
	g_assert_cmpint(spam_drop(desk.db, id, &error), ==, 0);
	g_assert_cmpint(spam_drop(desk.db, other, &error), ==, 1);
	for (gint64 i = first; i < SPAM_RULES_MAX; i++) {
		g_autofree char *value = g_strdup_printf("%d", (int)i);
		g_assert_cmpint(save((struct spam_rule){0, 0, "X-Many", "is", value, "above"}, &id), ==, 1);
	}
	g_assert_cmpint(save((struct spam_rule){0, 0, "X-Many", "is", "more", "above"}, &id), ==, 4);
	db_run(desk.db, "DELETE FROM spam_rule WHERE header = 'x-many'", &error);
	g_assert_no_error(error);
}

/* What filters write, and what only looks like it. */
static void
table(void)
{
	static const struct {
		const char *name, *value;
		bool is_above, is_spam;
	} cases[] = {
		{"x-spam-flag", "YES", false, true}, {"X-SPAM-FLAG", " yes ", true, true}, {"X-Spam-Flag", "NO", true, false},
		{"X-Spam-Flag", "YES but no", true, false}, {"X-Spam-Status", "Yes, score=15.4 required=5.0 tests=…", false, true},
		{"X-Spam-Status", "No, score=-0.1 (Yes)", false, false}, {"X-Rspamd-Action", "add header", false, true},
		{"X-Rspamd-Action", "no action", false, false}, {"X-Spam", "Yes", false, true}, {"Subject", "YES", false, false},
		{"X-House", "sure it is junk", true, true}, {"X-House", "sure it is junk", false, false}, {"X-House", "clean", true, false},
	};
	g_autoptr(GError) error = NULL;
	gint64 id;
	g_assert_cmpint(save((struct spam_rule){0, 0, "X-House", "contains", "JUNK", "above"}, &id), ==, 1);
	g_autoptr(spam_table) loaded = spam_table_load(desk.db, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct spam_rule *found = spam_table_find(loaded, cases[i].name, cases[i].value, cases[i].is_above);
		if (!found != !cases[i].is_spam)
			g_error("%s: %s", cases[i].name, cases[i].value);
	}
	g_assert_null(spam_table_find(NULL, "X-Spam-Flag", "YES", true));
}

static void
normal(void)
{
	static const struct {
		const char *typed, *kept;
	} cases[] = {
		{"Spam@EVIL.example", "spam@evil.example"}, {" <a@b.example> ", "a@b.example"}, {"Evil.Example", "evil.example"},
		{"@evil.example.", "evil.example"}, {"*@evil.example", "evil.example"}, {"a@BÜCHER.example", "a@xn--bcher-kva.example"},
		{"bücher.example", "xn--bcher-kva.example"}, {"com", NULL}, {"a@com", NULL}, {"", NULL}, {"@", NULL}, {"two words.example", NULL},
		{"a..example", NULL}, {".example", NULL}, {"a@b@c.example", "a@b@c.example"}, {"x%.example", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *kept = blocked_normal(cases[i].typed);
		g_assert_cmpstr(kept, ==, cases[i].kept);
	}
}

static int
block(struct blocked_row row, gint64 *id)
{
	g_autoptr(GError) error = NULL;
	int got = blocked_save(desk.db, &row, &error);
	g_assert_no_error(error);
	*id = row.id;
	return got;
}

static bool
note_row(const struct blocked_row *row, void *data)
{
	g_string_append_printf(data, "%s|%s|%s|%d ", row->sender, row->reason, row->firstname, (int)row->created);
	return true;
}

static void
blocked(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) rows = g_string_new(NULL);
	gint64 id, other;
	g_assert_cmpint(block((struct blocked_row){.sender = "a@evil.example", .reason = "rude", .created = 5, .employee_id = desk.admin->id}, &id), ==, 1);
	g_assert_cmpint(block((struct blocked_row){.sender = "a@evil.example", .reason = "again"}, &other), ==, 2);
	g_assert_cmpint(block((struct blocked_row){.sender = "worse.example", .reason = "all of it", .created = 6}, &other), ==, 1);
	g_assert_cmpint(block((struct blocked_row){.id = id, .version = 1, .reason = "very rude"}, &id), ==, 1);
	g_assert_cmpint(block((struct blocked_row){.id = id, .version = 1, .reason = "late"}, &id), ==, 3);
	struct blocked_filter filter = {.sort = "-created", .limit = 10, .page = 1};
	g_assert_true(blocked_each(desk.db, &filter, note_row, rows, &error));
	g_assert_cmpstr(rows->str, ==, "worse.example|all of it||6 a@evil.example|very rude|Ada|5 ");
	filter.sender = "EVIL";
	g_assert_cmpint(blocked_total(desk.db, &filter, &error), ==, 1);
	g_string_truncate(rows, 0);
	g_assert_cmpint(blocked_get_of(desk.db, "Anybody@deep.below.Worse.example", note_row, rows, &error), ==, 1);
	g_assert_cmpint(blocked_get_of(desk.db, "a@betterworse.example", note_row, rows, &error), ==, 0);
	g_assert_cmpint(blocked_get_of(desk.db, "nonsense", note_row, rows, &error), ==, 0);
	g_assert_cmpstr(rows->str, ==, "worse.example|all of it||6 ");
	g_assert_cmpint(blocked_drop(desk.db, id, &error), ==, 1);
	g_assert_cmpint(blocked_drop(desk.db, id, &error), ==, 0);
}

static void
list(void)
{
	static const struct {
		const char *address, *by;
	} cases[] = {
		{"<X@worse.example>", "worse.example"}, {"x@mail.worse.example", "worse.example"}, {"b@c.example", "b@c.example"}, {"B@C.EXAMPLE", "b@c.example"},
		{"c@c.example", NULL}, {"x@notworse.example", NULL}, {"", NULL}, {"worse.example", NULL}, {"x@example", NULL},
	};
	g_autoptr(GError) error = NULL;
	gint64 id;
	block((struct blocked_row){.sender = "b@c.example", .reason = ""}, &id);
	g_autoptr(blocked_list) loaded = blocked_list_load(desk.db, NULL, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(blocked_list_find(loaded, cases[i].address), ==, cases[i].by);
	g_autoptr(blocked_list) same = blocked_list_load(desk.db, loaded, &error);
	g_assert_true(same == loaded);
	blocked_drop(desk.db, id, &error);
	g_autoptr(blocked_list) after = blocked_list_load(desk.db, loaded, &error);
	g_assert_true(after != loaded);
	g_assert_null(blocked_list_find(after, "b@c.example"));
	g_autofree char *dots = g_strnfill(50000, '.'), *long_one = g_strconcat("x@", dots, NULL);
	g_assert_null(blocked_list_find(after, long_one));
	g_assert_null(blocked_list_find(NULL, "b@c.example"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	desk_setup(&desk);
	g_test_add_func("/spam/rules", rules);
	g_test_add_func("/spam/table", table);
	g_test_add_func("/blocked/normal", normal);
	g_test_add_func("/blocked/rows", blocked);
	g_test_add_func("/blocked/list", list);
	int status = g_test_run();
	desk_teardown(&desk);
	return status;
}
