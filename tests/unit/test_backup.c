/* Copies of a store and their way back. */
#include <sys/stat.h>
#include <unistd.h>

#include "store/backup.h"
#include "store/hold.h"
#include "store/outbox.h"
#include "store/wake.h"
#include "tests/unit/whole.h"

struct fixture {
	struct whole whole;
	char *store, *place, *backup; /* PLACE: a directory for all else; BACKUP, in it, is not there yet */
};

static void
setup(struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	whole_setup(&f->whole);
	f->store = f->whole.desk.directory;
	f->place = g_dir_make_tmp("belfry-test-XXXXXX", &error);
	g_assert_no_error(error);
	f->backup = g_build_filename(f->place, "backup", NULL);
}

static void
teardown(struct fixture *f)
{
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", f->place);
	g_assert_cmpint(system(remove), ==, 0);
	whole_teardown(&f->whole);
	g_free(f->place);
	g_free(f->backup);
}

static void
make(struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	backup_make(f->store, f->backup, 0, &error);
	g_assert_no_error(error);
}

/* What is wrong with the backup, joined by "; ". Owner: caller. */
static char *
verify(const char *directory)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) problems = backup_verify(directory, &error);
	if (!problems)
		return g_strdup(error->message);
	g_ptr_array_add(problems, NULL);
	return g_strjoinv("; ", (char **)problems->pdata);
}

/* A number out of a database of DIRECTORY. */
static gint64
number(const char *directory, const char *name, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autoptr(db) file = db_open(path, DB_READ, &error);
	g_assert_no_error(error);
	g_autoptr(query) row = db_query(file, sql, &error);
	g_assert_no_error(error);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	return query_int(row, 0);
}

static int
mode_of(const char *directory, const char *name)
{
	struct stat now;
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_assert_cmpint(stat(path, &now), ==, 0);
	return now.st_mode & 0777;
}

/* Roles off: nothing has the store open. */
static void
stop(struct fixture *f)
{
	g_clear_pointer(&f->whole.door, capture_close);
	g_clear_pointer(&f->whole.desk.db, db_close);
}

static void
damage(struct fixture *f, const char *command)
{
	g_autofree char *line = g_strdup_printf("cd '%s' && %s", f->backup, command);
	g_assert_cmpint(system(line), ==, 0);
}

static void
test_complete(void)
{
	struct fixture f;
	setup(&f);
	whole_mail(&f.whole, "One");
	whole_mail(&f.whole, "Two");
	make(&f);
	g_autofree char *problems = verify(f.backup), *left = g_build_filename(f.backup, "incomplete", NULL);
	g_assert_cmpstr(problems, ==, "");
	g_assert_cmpint(number(f.backup, "raw.db", "SELECT count(*) FROM mail"), ==, 2);
	g_assert_cmpint(number(f.backup, "desk.db", "SELECT count(*) FROM message"), ==, 2);
	g_assert_cmpint(mode_of(f.backup, ""), ==, 0700);
	g_assert_cmpint(mode_of(f.backup, "keys"), ==, 0600);
	g_assert_cmpint(mode_of(f.backup, "raw.db"), ==, 0600);
	g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
	g_autoptr(GDir) directory = g_dir_open(f.backup, 0, NULL);
	int files = 0;
	while (g_dir_read_name(directory))
		files++;
	g_assert_cmpint(files, ==, 4); /* three and the manifest, nothing beside them */
	teardown(&f);
}

static void
test_only_into_an_empty_place(void)
{
	struct fixture f;
	setup(&f);
	g_assert_cmpint(mkdir(f.backup, 0755), ==, 0);
	make(&f);
	g_assert_cmpint(mode_of(f.backup, ""), ==, 0700);
	g_autoptr(GError) error = NULL;
	g_assert_false(backup_make(f.store, f.backup, 0, &error));
	g_assert_nonnull(strstr(error->message, "is not empty"));
	g_autofree char *problems = verify(f.backup);
	g_assert_cmpstr(problems, ==, ""); /* what is there stays as it is */
	teardown(&f);
}

static void
test_leaves_room_for_mail(void)
{
	struct fixture f;
	setup(&f);
	g_autoptr(GError) error = NULL;
	g_assert_false(backup_make(f.store, f.backup, G_MAXINT64 / 2, &error));
	g_assert_nonnull(strstr(error->message, "must stay free for mail"));
	g_assert_false(g_file_test(f.backup, G_FILE_TEST_EXISTS));
	teardown(&f);
}

static gpointer
write_mails(gpointer data)
{
	struct fixture *f = data;
	for (int i = 0; i < 400; i++)
		whole_mail(&f->whole, "While a backup runs");
	return NULL;
}

static void
test_while_roles_write(void)
{
	struct fixture f;
	setup(&f);
	whole_mail(&f.whole, "First");
	GThread *writing = g_thread_new("writing", write_mails, &f);
	for (int i = 0; i < 5; i++) {
		g_autofree char *name = g_strdup_printf("%s.%d", f.backup, i);
		g_autoptr(GError) error = NULL;
		backup_make(f.store, name, 0, &error);
		g_assert_no_error(error);
		g_autofree char *problems = verify(name);
		g_assert_cmpstr(problems, ==, "");
	}
	g_thread_join(writing);
	teardown(&f);
}

static void
test_finds_what_was_changed(void)
{
	static const struct {
		const char *command, *found;
	} cases[] = {
		{"printf X | dd of=raw.db bs=1 seek=4000 conv=notrunc 2>/dev/null", "raw.db was changed: its SHA-256 is not the manifest's"},
		{"printf X >>desk.db", "desk.db has * octets, the manifest says *"},
		{"rm keys", "keys is missing"},
		{"rm manifest", "*is no complete backup of Belfry: there is no manifest in it"},
		{"sed -i 's/^format=.*/format=99/' manifest", "*is of a format that this program does not know*"},
		{"sed -i 's/^schema=.*/schema=99/' manifest", "desk.db has schema 99, this program knows *: it is too old for this backup; raw.db *"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture f;
		setup(&f);
		whole_mail(&f.whole, "One");
		make(&f);
		damage(&f, cases[i].command);
		g_autofree char *found = verify(f.backup);
		if (!g_pattern_match_simple(cases[i].found, found))
			g_assert_cmpstr(found, ==, cases[i].found);
		teardown(&f);
	}
}

/* The store was wrong already when it was copied. */
static void
test_finds_what_was_wrong_before(void)
{
	struct fixture f;
	setup(&f);
	whole_mail(&f.whole, "One");
	whole_run(&f.whole, "UPDATE message SET mail_id = 5; UPDATE counter SET value = 9 WHERE name = 'open'");
	make(&f);
	g_autofree char *found = verify(f.backup);
	g_assert_nonnull(strstr(found, "a message's raw mail is not in raw.db: 5"));
	g_assert_nonnull(strstr(found, "counter open of contact 2 in shop 1 is 9, the rows say 1"));
	teardown(&f);
}

static char *
epoch_of(const char *store)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(store, "desk.db", NULL);
	g_autoptr(db) desk = db_open(path, DB_READ, &error);
	g_assert_no_error(error);
	return fact_get(desk, "epoch", &error);
}

static void
test_restores(void)
{
	struct fixture f;
	setup(&f);
	whole_mail(&f.whole, "Before");
	make(&f);
	whole_mail(&f.whole, "After");
	whole_capture(&f.whole, "Subject: also after\r\n\r\n");
	stop(&f);
	g_autofree char *old_epoch = epoch_of(f.store);
	struct backup_restored restored;
	g_autoptr(GError) error = NULL;
	backup_restore(f.backup, f.store, &restored, &error);
	g_assert_no_error(error);
	g_autofree char *new_epoch = epoch_of(f.store), *aside = restored.aside;
	g_assert_cmpstr(old_epoch, !=, new_epoch);
	g_assert_cmpint(number(f.store, "raw.db", "SELECT count(*) FROM mail"), ==, 1);
	g_assert_cmpint(number(f.store, "desk.db", "SELECT count(*) FROM thread WHERE subject = 'Before'"), ==, 1);
	g_assert_cmpint(number(aside, "raw.db", "SELECT count(*) FROM mail"), ==, 3);
	g_assert_cmpint(restored.left_count, ==, 2);
	g_assert_cmpint(restored.left_first, ==, 2);
	g_assert_cmpint(restored.left_last, ==, 3);
	g_assert_cmpint(mode_of(f.store, "keys"), ==, 0600);
	g_assert_cmpint(number(f.store, "raw.db", "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), ==, 1);
	g_assert_true(migrate_is_current(f.store, &error));
	teardown(&f);
}

/* A reply of STATE; its number. */
static gint64
add_reply(struct fixture *f, gint64 message, const char *ref, const char *state)
{
	g_autoptr(GError) error = NULL;
	const struct outbox_recipient to = {"to", "Kim", "kim@customer.example"};
	const struct outbox_new mail = {.kind = "reply", .shop_id = 1, .thread_id = 1, .message_id = message, .employee_id = 1, .created = 1, .due = 1,
		.message_ref = ref, .sender = "support@shop.example", .head = "{}", .text = "", .undo = "{}", .recipients = &to, .recipient_count = 1};
	gint64 id;
	db_begin(f->whole.desk.db, &error);
	outbox_add(f->whole.desk.db, &mail, &id, &error);
	db_commit(f->whole.desk.db, &error);
	g_assert_no_error(error);
	g_autofree char *sql = g_strdup_printf("UPDATE outbox SET state = '%s' WHERE id = %" G_GINT64_FORMAT, state, id);
	whole_run(&f->whole, sql);
	return id;
}

/* What waited may have left since; customers hold the numbers that were given out since. */
static void
test_the_world_went_on(void)
{
	struct fixture f;
	setup(&f);
	gint64 message = whole_mail(&f.whole, "Before").message;
	const char *const states[] = {"queued", "delayed", "handing", "sent", "failed", "doubtful"};
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		add_reply(&f, message, states[i], states[i]);
	make(&f);
	for (int i = 0; i < 300; i++)
		whole_mail(&f.whole, "After");
	stop(&f);
	g_autofree char *elsewhere = g_build_filename(f.place, "elsewhere", NULL);
	const char *const stores[] = {f.store, elsewhere};
	for (size_t i = 0; i < G_N_ELEMENTS(stores); i++) {
		struct backup_restored restored;
		g_autoptr(GError) error = NULL;
		backup_restore(f.backup, stores[i], &restored, &error);
		g_assert_no_error(error);
		g_assert_cmpint(restored.doubtful, ==, 3);
		g_assert_cmpint(number(stores[i], "desk.db", "SELECT count(*) FROM outbox WHERE state = 'doubtful'"), ==, 4);
		g_assert_cmpint(number(stores[i], "desk.db", "SELECT count(*) FROM outbox WHERE state = 'sent' OR state = 'failed'"), ==, 2);
		g_assert_cmpint(number(stores[i], "desk.db", "SELECT count(*) FROM outbox WHERE state = 'doubtful' AND answer LIKE '%brought back%' AND undo = ''"), ==, 3);
		g_assert_cmpint(number(stores[i], "desk.db", "SELECT count(*) FROM event WHERE kind = 'delivery'"), ==, 3);
		g_assert_cmpint(number(stores[i], "desk.db", "SELECT min(seq) > 100 FROM sqlite_sequence WHERE name IN ('thread', 'message')"), ==, 1);
		gint64 beyond = number(stores[i], "desk.db", "SELECT min(seq) >= 301 FROM sqlite_sequence WHERE name IN ('thread', 'message')");
		g_assert_cmpint(beyond, ==, !i); /* what was there before knows them all */
		g_free(restored.aside);
	}
	teardown(&f);
}

/* The machine is gone; another one gets the backup. */
static void
test_restores_into_nothing(void)
{
	struct fixture f;
	setup(&f);
	whole_mail(&f.whole, "Before");
	make(&f);
	g_autofree char *elsewhere = g_build_filename(f.place, "new", "store", NULL);
	struct backup_restored restored;
	g_autoptr(GError) error = NULL;
	backup_restore(f.backup, elsewhere, &restored, &error);
	g_assert_no_error(error);
	g_assert_null(restored.aside);
	g_assert_cmpint(restored.left_count, ==, 0);
	g_assert_true(migrate_is_current(elsewhere, &error));
	g_autofree char *old_keys = g_build_filename(f.store, "keys", NULL), *new_keys = g_build_filename(elsewhere, "keys", NULL);
	g_autofree char *old = NULL, *new = NULL;
	g_assert_true(g_file_get_contents(old_keys, &old, NULL, NULL) && g_file_get_contents(new_keys, &new, NULL, NULL));
	g_assert_cmpstr(old, ==, new);
	teardown(&f);
}

static void
test_not_while_a_role_runs(void)
{
	struct fixture f;
	setup(&f);
	make(&f);
	g_autoptr(GError) error = NULL;
	int wake = wake_open(f.store, "sort", &error);
	g_assert_no_error(error);
	struct backup_restored restored;
	g_assert_false(backup_restore(f.backup, f.store, &restored, &error));
	g_assert_nonnull(strstr(error->message, "sort."));
	g_assert_nonnull(strstr(error->message, "stop Belfry first"));
	g_assert_true(migrate_is_current(f.store, NULL));
	close(wake); /* dies without wake_close: its socket stays, and nobody is there */
	g_clear_error(&error);
	stop(&f);
	backup_restore(f.backup, f.store, &restored, &error);
	g_assert_no_error(error);
	g_free(restored.aside);
	teardown(&f);
}

static void
test_no_role_starts_meanwhile(void)
{
	struct fixture f;
	setup(&f);
	g_autoptr(GError) error = NULL;
	g_autoptr(hold) alone = hold_take(f.store, &error);
	g_assert_no_error(error);
	g_assert_cmpint(wake_open(f.store, "web", &error), ==, -1);
	g_assert_nonnull(strstr(error->message, "is being restored"));
	g_assert_false(migrate_run(f.store, NULL));
	g_assert_true(hold_is_alone(alone, NULL));
	g_assert_null(hold_take(f.store, NULL));
	hold_drop(g_steal_pointer(&alone));
	g_assert_true(migrate_run(f.store, NULL));
	teardown(&f);
}

/* Power lost while files were swapped: nothing makes an empty store in that place; the same command again ends it well. */
static void
test_goes_on_after_a_break(void)
{
	struct fixture f;
	setup(&f);
	whole_mail(&f.whole, "Before");
	make(&f);
	stop(&f);
	g_autoptr(GError) error = NULL;
	g_autoptr(hold) alone = hold_take(f.store, &error);
	g_assert_true(hold_mark(alone, &error));
	g_autofree char *desk = g_build_filename(f.store, "desk.db", NULL), *aside = g_build_filename(f.place, "desk.db", NULL);
	g_assert_cmpint(rename(desk, aside), ==, 0);
	hold_drop(g_steal_pointer(&alone));
	g_assert_false(migrate_run(f.store, &error));
	g_assert_nonnull(strstr(error->message, "run belfry restore again"));
	g_assert_false(g_file_test(desk, G_FILE_TEST_EXISTS));
	struct backup_restored restored;
	g_clear_error(&error);
	backup_restore(f.backup, f.store, &restored, &error);
	g_assert_no_error(error);
	g_free(restored.aside);
	g_assert_cmpint(number(f.store, "desk.db", "SELECT count(*) FROM message"), ==, 1);
	teardown(&f);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backup/complete", test_complete);
	g_test_add_func("/backup/only_into_an_empty_place", test_only_into_an_empty_place);
	g_test_add_func("/backup/leaves_room_for_mail", test_leaves_room_for_mail);
	g_test_add_func("/backup/while_roles_write", test_while_roles_write);
	g_test_add_func("/backup/finds_what_was_changed", test_finds_what_was_changed);
	g_test_add_func("/backup/finds_what_was_wrong_before", test_finds_what_was_wrong_before);
	g_test_add_func("/backup/restores", test_restores);
	g_test_add_func("/backup/the_world_went_on", test_the_world_went_on);
	g_test_add_func("/backup/restores_into_nothing", test_restores_into_nothing);
	g_test_add_func("/backup/not_while_a_role_runs", test_not_while_a_role_runs);
	g_test_add_func("/backup/no_role_starts_meanwhile", test_no_role_starts_meanwhile);
	g_test_add_func("/backup/goes_on_after_a_break", test_goes_on_after_a_break);
	return g_test_run();
}
