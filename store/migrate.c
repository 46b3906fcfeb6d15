#include "store/migrate.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "store/durable.h"
#include "store/hold.h"
#include "store/secret.h"

static int
last_step(const char *const *steps)
{
	return (int)g_strv_length((char **)steps);
}

static int
version_of(db *connection, GError **error)
{
	g_autoptr(query) statement = db_query(connection, "PRAGMA user_version", error);
	return statement && query_next(statement, error) > 0 ? (int)query_int(statement, 0) : -1;
}

static bool
check_not_newer(const char *path, int version, int known, GError **error)
{
	if (version <= known)
		return true;
	g_set_error(error, DB_ERROR, DB_FAILED, "%s has schema %d, this program knows %d: it is too old for this store", path, version, known);
	return false;
}

static bool
run_step(db *connection, const char *sql, int version, GError **error)
{
	g_autofree char *mark = g_strdup_printf("PRAGMA user_version=%d", version);
	return db_begin(connection, error) && db_run(connection, sql, error) && db_run(connection, mark, error) &&
		db_commit(connection, error);
}

static bool
is_made(const char *path)
{
	GStatBuf file;
	return !g_stat(path, &file) && file.st_size > 0;
}

static bool
migrate_file(const char *path, const char *const *steps, enum db_page page, GError **error)
{
	if (!is_made(path) && !db_create(path, page, error))
		return false;
	g_autoptr(db) connection = db_open(path, DB_WRITE, error);
	int version = connection ? version_of(connection, error) : -1;
	if (version < 0 || !check_not_newer(path, version, last_step(steps), error))
		return false;
	for (; version < last_step(steps); version++)
		if (!run_step(connection, steps[version], version + 1, error)) {
			g_prefix_error(error, "%s: step %d: ", path, version + 1);
			return false;
		}
	return true;
}

/* TRUE when RAW holds mail, or held some. */
static bool
was_used(const char *path, bool *is_used, GError **error)
{
	g_autoptr(db) raw = db_open(path, DB_READ, error);
	g_autoptr(query) row = raw ? db_query(raw, "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'", error) : NULL;
	int has_table = row ? query_next(row, error) : -1;
	g_autoptr(query) given = has_table > 0 ? db_query(raw, "SELECT 1 FROM sqlite_sequence WHERE name = 'mail'", error) : NULL;
	int got = given ? query_next(given, error) : has_table;
	*is_used = got > 0;
	return got >= 0;
}

/* raw.db is made first: what has desk.db, or mail, once had both. */
static bool
check_whole(const char *raw, const char *desk, GError **error)
{
	bool has_raw = is_made(raw), is_used = is_made(desk);
	if (has_raw == is_used)
		return true;
	if (has_raw && !was_used(raw, &is_used, error))
		return false;
	if (!is_used)
		return true;
	g_set_error(error, DB_ERROR, DB_GONE, "%s is gone, %s beside it is not: put it back, or bring both back from a backup (belfry restore)",
		has_raw ? desk : raw, has_raw ? raw : desk);
	return false;
}

static char *
boot_id(void)
{
	char *id = NULL;
	if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &id, NULL, NULL))
		return g_strdup("unknown");
	return g_strstrip(id);
}

static bool
set_fact(db *desk, const char *name, const char *value, GError **error)
{
	query *statement = db_query(desk, "INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT DO UPDATE SET value = excluded.value",
		error);
	if (!statement)
		return false;
	query_set_text(statement, ":name", name);
	query_set_text(statement, ":value", value);
	return query_finish(statement, error);
}

bool
migrate_new_epoch(db *desk, GError **error)
{
	g_autofree char *boot = boot_id();
	g_autofree char *token = secret_token();
	token[16] = '\0';
	return set_fact(desk, "boot", boot, error) && set_fact(desk, "epoch", token, error);
}

static bool
is_booted_anew(db *desk)
{
	g_autofree char *boot = boot_id();
	g_autoptr(query) statement = db_query(desk, "SELECT value FROM fact WHERE name = 'boot'", NULL);
	return !statement || query_next(statement, NULL) <= 0 || strcmp(query_text(statement, 0), boot);
}

/* The first shop with the original's two contacts, in the four languages. */
static const char first_rows[] =
	"INSERT INTO shop_group (id, name) VALUES (1, 'Default');"
	"INSERT INTO shop (id, group_id, name) VALUES (1, 1, 'My shop');"
	"INSERT INTO contact (id, shop_id, address, position) VALUES (1, 1, '', 0), (2, 1, '', 1);"
	"INSERT INTO contact_shop VALUES (1, 1), (2, 1);"
	"INSERT INTO contact_text VALUES"
	" (1, 'en', 'Webmaster', 'If a technical problem occurs on this website'),"
	" (1, 'fr', 'Webmaster', 'En cas de problème technique sur ce site'),"
	" (1, 'nl', 'Webmaster', 'Als er zich een technisch probleem voordoet op deze website'),"
	" (1, 'pl', 'Webmaster', 'Jeśli pojawił się problem techniczny na tej stronie'),"
	" (2, 'en', 'Customer service', 'For any question about a product, an order'),"
	" (2, 'fr', 'Service client', 'Pour toute question sur un produit ou une commande'),"
	" (2, 'nl', 'Klantenservice', 'Voor vragen over een product, een bestelling'),"
	" (2, 'pl', 'Serwis klienta', 'Wszelkie pytania dotyczące produktów i zamówień');";

static bool
is_empty(db *desk)
{
	g_autoptr(query) statement = db_query(desk, "SELECT 1 FROM shop", NULL);
	return statement && query_next(statement, NULL) == 0;
}

static bool
settle_desk(const char *path, GError **error)
{
	g_autoptr(db) desk = db_open(path, DB_WRITE, error);
	return desk && db_begin(desk, error) && (!is_empty(desk) || db_run(desk, first_rows, error)) &&
		(!is_booted_anew(desk) || migrate_new_epoch(desk, error)) && db_commit(desk, error);
}

bool
migrate_run(const char *directory, GError **error)
{
	g_autofree char *raw = g_build_filename(directory, "raw.db", NULL);
	g_autofree char *desk = g_build_filename(directory, "desk.db", NULL);
	g_autofree char *keys = g_build_filename(directory, "keys", NULL);
	g_autofree char *wake = g_build_filename(directory, "wake", NULL);
	return durable_directory(directory, 0700, error) && hold_is_free(directory, error) && durable_directory(wake, 0700, error) &&
		check_whole(raw, desk, error) && (g_file_test(keys, G_FILE_TEST_EXISTS) || keyring_create(keys, error)) && migrate_file(raw, schema_raw, DB_PAGE_FRAMES, error) &&
		migrate_file(desk, schema_desk, DB_PAGE_ROWS, error) && settle_desk(desk, error);
}

static bool
is_file_current(const char *directory, const char *name, const char *const *steps, GError **error)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, DB_ERROR, DB_FAILED, "%s does not exist: run belfry migrate", path);
		return false;
	}
	g_autoptr(db) connection = db_open(path, DB_READ, error);
	int version = connection ? version_of(connection, error) : -1;
	if (version < 0 || !check_not_newer(path, version, last_step(steps), error))
		return false;
	if (version == last_step(steps))
		return true;
	g_set_error(error, DB_ERROR, DB_FAILED, "%s has schema %d, this program needs %d: run belfry migrate", path, version, last_step(steps));
	return false;
}

bool
migrate_is_current(const char *directory, GError **error)
{
	return hold_is_free(directory, error) && is_file_current(directory, "raw.db", schema_raw, error) &&
		is_file_current(directory, "desk.db", schema_desk, error);
}
