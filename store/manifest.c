#include "store/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/migrate.h"

#define FORMAT 1
#define READ_SIZE (256 * 1024)

const char *const manifest_files[] = {"desk.db", "raw.db", "keys", NULL};

static bool
fail(GError **error, const char *path, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, text);
	return false;
}

/* SHA-256 in hex, and the size. NULL: ERROR. Owner: caller. */
static char *
digest_file(const char *path, gint64 *size, GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree guchar *octets = g_malloc(READ_SIZE);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;
	*size = 0;
	while (file >= 0 && (got = read(file, octets, READ_SIZE)) > 0) {
		g_checksum_update(sum, octets, got);
		*size += got;
	}
	if (got < 0)
		fail(error, path, g_strerror(errno));
	if (file >= 0)
		close(file);
	return got < 0 ? NULL : g_strdup(g_checksum_get_string(sum));
}

static int
schema_of(const char *path, GError **error)
{
	g_autoptr(db) file = db_open(path, DB_READ, error);
	g_autoptr(query) version = file ? db_query(file, "PRAGMA user_version", error) : NULL;
	return version && query_next(version, error) > 0 ? (int)query_int(version, 0) : -1;
}

static bool
describe(GKeyFile *manifest, const char *directory, const char *name, GError **error)
{
	gint64 size;
	g_autofree char *path = g_build_filename(directory, name, NULL), *digest = digest_file(path, &size, error);
	if (!digest)
		return false;
	g_key_file_set_int64(manifest, name, "size", size);
	g_key_file_set_string(manifest, name, "sha256", digest);
	if (!g_str_has_suffix(name, ".db"))
		return true;
	int schema = schema_of(path, error);
	g_key_file_set_integer(manifest, name, "schema", schema);
	return schema >= 0;
}

bool
manifest_write(const char *directory, gint64 taken, gint64 last_mail, GError **error)
{
	g_autoptr(GKeyFile) manifest = g_key_file_new();
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(taken / 1000);
	g_autofree char *path = g_build_filename(directory, MANIFEST_NAME, NULL), *text = g_date_time_format_iso8601(when);
	g_key_file_set_integer(manifest, "backup", "format", FORMAT);
	g_key_file_set_string(manifest, "backup", "program", BELFRY_VERSION);
	g_key_file_set_string(manifest, "backup", "time", text);
	g_key_file_set_int64(manifest, "backup", "taken", taken);
	g_key_file_set_int64(manifest, "backup", "last_mail", last_mail);
	for (const char *const *name = manifest_files; *name; name++)
		if (!describe(manifest, directory, *name, error))
			return false;
	gsize size;
	g_autofree char *octets = g_key_file_to_data(manifest, &size, NULL);
	return g_file_set_contents_full(path, octets, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static GKeyFile *
load(const char *directory, GError **error)
{
	g_autoptr(GKeyFile) manifest = g_key_file_new();
	g_autofree char *path = g_build_filename(directory, MANIFEST_NAME, NULL);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		fail(error, directory, "is no complete backup of Belfry: there is no manifest in it");
		return NULL;
	}
	if (!g_key_file_load_from_file(manifest, path, G_KEY_FILE_NONE, error)) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	if (g_key_file_get_integer(manifest, "backup", "format", NULL) == FORMAT)
		return g_steal_pointer(&manifest);
	fail(error, path, "is of a format that this program does not know: use the version of Belfry that wrote it");
	return NULL;
}

bool
manifest_read(const char *directory, struct manifest *manifest, GError **error)
{
	g_autoptr(GKeyFile) file = load(directory, error);
	if (!file)
		return false;
	g_autofree char *program = g_key_file_get_string(file, "backup", "program", NULL);
	manifest->taken = g_key_file_get_int64(file, "backup", "taken", NULL);
	manifest->last_mail = g_key_file_get_int64(file, "backup", "last_mail", NULL);
	g_strlcpy(manifest->program, program ? program : "", sizeof manifest->program);
	return true;
}

/* Octets first: a file that is not the one that was written is not opened as a database. */
static bool
compare(GKeyFile *manifest, const char *directory, const char *name, GPtrArray *problems, GError **error)
{
	gint64 size;
	g_autofree char *path = g_build_filename(directory, name, NULL);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_ptr_array_add(problems, g_strdup_printf("%s is missing", name));
		return true;
	}
	g_autofree char *digest = digest_file(path, &size, error), *wanted = g_key_file_get_string(manifest, name, "sha256", NULL);
	if (!digest)
		return false;
	gint64 wanted_size = g_key_file_get_int64(manifest, name, "size", NULL);
	if (size != wanted_size)
		g_ptr_array_add(problems, g_strdup_printf("%s has %" G_GINT64_FORMAT " octets, the manifest says %" G_GINT64_FORMAT, name, size,
			wanted_size));
	else if (g_strcmp0(digest, wanted))
		g_ptr_array_add(problems, g_strdup_printf("%s was changed: its SHA-256 is not the manifest's", name));
	return true;
}

static void
compare_schema(GKeyFile *manifest, const char *name, const char *const *steps, GPtrArray *problems)
{
	int schema = g_key_file_get_integer(manifest, name, "schema", NULL), known = (int)g_strv_length((char **)steps);
	if (schema < 1 || schema > known)
		g_ptr_array_add(problems, g_strdup_printf("%s has schema %d, this program knows %d: it is too old for this backup", name, schema, known));
}

bool
manifest_compare(const char *directory, GPtrArray *problems, GError **error)
{
	g_autoptr(GKeyFile) manifest = load(directory, error);
	if (!manifest)
		return false;
	for (const char *const *name = manifest_files; *name; name++)
		if (!compare(manifest, directory, *name, problems, error))
			return false;
	compare_schema(manifest, "desk.db", schema_desk, problems);
	compare_schema(manifest, "raw.db", schema_raw, problems);
	return true;
}
