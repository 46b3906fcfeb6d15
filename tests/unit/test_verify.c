/* Each rule finds what it is for, and nothing in a store that is well. */
#include "store/verify.h"
#include "tests/unit/whole.h"

static const struct verify_rule *
rule_named(const char *name)
{
	for (const struct verify_rule *rule = verify_rules; rule->name; rule++)
		if (!strcmp(rule->name, name))
			return rule;
	g_error("no rule %s", name);
}

static db *
open_raw(struct whole *whole)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(whole->desk.directory, "raw.db", NULL);
	db *raw = db_open(path, DB_WRITE, &error);
	g_assert_no_error(error);
	return raw;
}

/* What the rule finds, joined by "; ". Owner: caller. */
static char *
find(struct whole *whole, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(db) raw = open_raw(whole);
	g_assert_true(verify_rule_run(rule_named(name), raw, whole->desk.db, problems, &error));
	g_assert_no_error(error);
	g_ptr_array_add(problems, NULL);
	return g_strjoinv("; ", (char **)problems->pdata);
}

/* One of everything the rules look at: open, closed, binned and merged threads, automatic mail, mail that was not sorted yet. */
static void
fill(struct whole *whole)
{
	gint64 first = whole_mail(whole, "One").thread;
	whole_mail(whole, "Two");
	gint64 third = whole_mail(whole, "Three").thread;
	gint64 fourth = whole_mail(whole, "Four").thread;
	g_autofree char *sql = g_strdup_printf(
		"UPDATE thread SET status = 'closed', bell_event = NULL WHERE id = %d; UPDATE thread SET folder = 'bin', bell_event = NULL WHERE id = %d;",
		(int)first, (int)third);
	whole_run(whole, sql);
	g_autoptr(GError) error = NULL;
	db_begin(whole->desk.db, &error);
	filing_merge(whole->desk.db, fourth - 2, fourth, 5000, &error);
	db_commit(whole->desk.db, &error);
	g_assert_no_error(error);
	whole_capture(whole, "Subject: not sorted yet\r\n\r\n");
}

static void
nothing_in_a_healthy_store(void)
{
	struct whole whole;
	whole_setup(&whole);
	fill(&whole);
	for (const struct verify_rule *rule = verify_rules; rule->name; rule++) {
		g_autofree char *found = find(&whole, rule->name);
		g_test_message("%s", rule->name);
		g_assert_cmpstr(found, ==, "");
	}
	whole_teardown(&whole);
}

static const struct {
	const char *rule, *damage, *found;
} cases[] = {
	{"rows refer to rows that are there", "PRAGMA foreign_keys=OFF; DELETE FROM contact WHERE id = 2; UPDATE contact_text SET contact_id = 9 WHERE contact_id = 2",
		"*refers to a row of contact that is not there*"},
	{"counters agree with the rows", "UPDATE counter SET value = value + 3 WHERE name = 'open'",
		"counter open of contact 2 in shop 1 is 4, the rows say 1"},
	{"counters agree with the rows", "DELETE FROM counter WHERE name = 'customer'",
		"counter customer of contact 2 in shop 1 is 0, the rows say 3"},
	{"every thread has a message", "PRAGMA foreign_keys=OFF; DELETE FROM message WHERE thread_id = 1", "thread 1 has no message"},
	{"merged threads lead somewhere", "UPDATE thread SET merged_into = NULL WHERE id = 4", "thread 4 is merged, but leads to none"},
	{"what waits for an answer is there", "UPDATE thread SET waiting_message = 2 WHERE id = 1",
		"thread 1 waits since message 2, which is no customer's message in it"},
	{"what waits for an answer is there", "UPDATE thread SET waiting_message = NULL WHERE id = 1",
		"thread 1 waits since message none, which is no customer's message in it"},
	{"the last message of each thread is in it", "UPDATE thread SET last_message_id = 3 WHERE id = 1",
		"the last message of thread 1 is 3, which is not in it"},
	{"what rings has an event that rings", "UPDATE thread SET bell_event = 1 WHERE id = 1", "thread 1 (normal, closed) rings for event 1"},
	{"what rings has an event that rings", "UPDATE thread SET bell_event = 99 WHERE id = 2", "thread 2 (normal, open) rings for event 99"},
	{"the full-text index agrees with the messages", "INSERT INTO message_text (message_text, rowid, subject, text, from_name, from_address)"
		" SELECT 'delete', id, subject, text, from_name, from_address FROM message WHERE id = 2", "searching finds other words than the messages have"},
	{"sorting has not passed the last raw mail", "UPDATE fact SET value = '12' WHERE name = 'sorted'",
		"desk.db is sorted up to raw mail 12, raw.db ends at 5"},
	{"every message's raw mail is there", "UPDATE message SET mail_id = 77 WHERE id = 2", "a message's raw mail is not in raw.db: 77"},
	{"every raw mail became something", "UPDATE fact SET value = '5' WHERE name = 'sorted'",
		"a raw mail became neither a message nor a repeat: 5"},
	{"every raw mail became something", "INSERT INTO message_repeat VALUES (1, 5); UPDATE fact SET value = '5' WHERE name = 'sorted'", ""},
	{"no mail was put aside", "INSERT INTO unsorted VALUES (5, 1, 'too odd')", "raw mail 5 was put aside: too odd"},
};

static void
what_is_broken(gconstpointer data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	struct whole whole;
	whole_setup(&whole);
	fill(&whole);
	g_autoptr(GError) error = NULL;
	db_run(whole.desk.db, cases[i].damage, &error);
	g_assert_no_error(error);
	g_autofree char *found = find(&whole, cases[i].rule);
	if (!g_pattern_match_simple(cases[i].found, found))
		g_assert_cmpstr(found, ==, cases[i].found);
	whole_teardown(&whole);
}

static void
many_are_cut_short(void)
{
	struct whole whole;
	whole_setup(&whole);
	whole_run(&whole, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO unsorted SELECT i, 1, 'x' FROM n");
	g_autofree char *found = find(&whole, "no mail was put aside");
	g_auto(GStrv) sentences = g_strsplit(found, "; ", -1);
	g_assert_cmpuint(g_strv_length(sentences), ==, VERIFY_PROBLEMS_MAX + 1);
	g_assert_cmpstr(sentences[VERIFY_PROBLEMS_MAX], ==, "… and more of this kind");
	whole_teardown(&whole);
}

/* A file of ours that no row names; not one made just now, nor one that is to go already. */
static void
strays(void)
{
	struct whole whole;
	whole_setup(&whole);
	for (int i = 0; i < 4; i++)
		whole_capture(&whole, "x");
	g_autoptr(GError) error = NULL;
	g_autoptr(db) raw = open_raw(&whole);
	g_autofree char *sql = g_strdup_printf("UPDATE mail SET door = 'upload', captured = iif(id = 2, %" G_GINT64_FORMAT ", 1) WHERE id > 1",
		g_get_real_time() / 1000);
	g_assert_true(db_run(raw, sql, &error));
	whole_run(&whole, "INSERT INTO erasing (mail_id) VALUES (4)");
	g_autofree char *found = find(&whole, "every file and mail of our own making belongs to something");
	g_assert_cmpstr(found, ==, "a raw mail of our own belongs to nothing: 3");
	whole_teardown(&whole);
}

/* Octets of the file itself, as a failing disk would change them. */
static void
damaged_file(void)
{
	struct whole whole;
	whole_setup(&whole);
	for (int i = 0; i < 50; i++)
		whole_capture(&whole, "Subject: test\r\n\r\nSome words that take room.\r\n");
	g_clear_pointer(&whole.door, capture_close); /* the last one out writes the log back into the file */
	g_autofree char *path = g_build_filename(whole.desk.directory, "raw.db", NULL);
	FILE *file = fopen(path, "r+");
	g_assert_nonnull(file);
	fseek(file, -DB_PAGE_FRAMES, SEEK_END);
	for (int i = 0; i < 4000; i++)
		fputc(0xff, file);
	fclose(file);
	g_autofree char *found = find(&whole, "raw.db is sound");
	g_assert_cmpstr(found, !=, "");
	whole_teardown(&whole);
}

static void
recount_mends(void)
{
	struct whole whole;
	whole_setup(&whole);
	fill(&whole);
	whole_run(&whole, "UPDATE counter SET value = 7; INSERT INTO counter VALUES (1, 9, 'open', 4)");
	whole_run(&whole, cases[10].damage);
	g_autoptr(GError) error = NULL;
	g_assert_true(db_begin(whole.desk.db, &error) && verify_recount(whole.desk.db, &error) && db_commit(whole.desk.db, &error));
	g_autofree char *counters = find(&whole, "counters agree with the rows"), *words = find(&whole, "the full-text index agrees with the messages");
	g_assert_cmpstr(counters, ==, "");
	g_assert_cmpstr(words, ==, "");
	whole_teardown(&whole);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/verify/nothing_in_a_healthy_store", nothing_in_a_healthy_store);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/verify/broken/%zu %s", i, cases[i].rule);
		g_test_add_data_func(path, GSIZE_TO_POINTER(i), what_is_broken);
	}
	g_test_add_func("/verify/many_are_cut_short", many_are_cut_short);
	g_test_add_func("/verify/strays", strays);
	g_test_add_func("/verify/damaged_file", damaged_file);
	g_test_add_func("/verify/recount_mends", recount_mends);
	return g_test_run();
}
