/* --deep: the store recounted, on a copy of desk.db, so that nobody who works at the desk waits for it. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "milter/check_kit.h"
#include "store/durable.h"
#include "store/migrate.h"
#include "store/verify.h"

struct copy {
	char *directory, *path; /* PATH: its desk.db */
};

/* Beside the store, where there is room for it. FALSE: ERROR. */
static bool
make_copy(const char *store, struct copy *copy, GError **error)
{
	g_autofree char *from = g_build_filename(store, "desk.db", NULL);
	g_autoptr(db) desk = db_open(from, DB_READ, error);
	char *name = g_build_filename(store, "check-XXXXXX", NULL);
	copy->directory = g_mkdtemp(name);
	if (!copy->directory) {
		g_clear_error(error);
		durable_fail(name, error);
		g_free(name);
		return false;
	}
	copy->path = g_build_filename(copy->directory, "desk.db", NULL);
	int file = open(copy->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file >= 0)
		close(file);
	return desk && db_backup(desk, copy->path, error);
}

static void
remove_copy(struct copy *copy)
{
	static const char *const suffixes[] = {"", "-journal", "-wal", "-shm", ".lock", ".gate"};
	for (size_t i = 0; copy->path && i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *path = g_strconcat(copy->path, suffixes[i], NULL);
		unlink(path);
	}
	if (copy->directory)
		rmdir(copy->directory);
	g_free(copy->path);
	g_free(copy->directory);
}

static void
follow(struct check *check, const struct verify_rule *rule, db *raw, db *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	if (!verify_rule_run(rule, raw, desk, problems, &error))
		check_error(check, "see what the message says", "whether %s cannot be looked at: %s", rule->name, error->message);
	else if (!problems->len)
		check_ok(check, "%s", rule->name);
	for (guint i = 0; i < problems->len; i++)
		if (rule->is_warning)
			check_warn(check, rule->mend, "%s", (char *)problems->pdata[i]);
		else
			check_error(check, rule->mend, "%s", (char *)problems->pdata[i]);
}

static bool
follow_all(struct check *check, const char *copy, GError **error)
{
	g_autofree char *path = g_build_filename(check->conf->belfry.store, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_READ, error), desk = raw ? db_open(copy, DB_WRITE, error) : NULL;
	for (const struct verify_rule *rule = verify_rules; desk && rule->name; rule++)
		follow(check, rule, raw, desk);
	return desk;
}

void
check_deep(struct check *check)
{
	g_autoptr(GError) error = NULL;
	struct copy copy = {0};
	if (!migrate_is_current(check->conf->belfry.store, NULL))
		check_skip(check, "the store cannot be read");
	else if (!make_copy(check->conf->belfry.store, &copy, &error) || !follow_all(check, copy.path, &error))
		check_error(check, "the copy needs as much room as desk.db, and the store's owner or root to make it", "%s", error->message);
	remove_copy(&copy);
}
