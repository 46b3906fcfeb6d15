/* A directory for a test, or a store with nothing in it but its first rows; gone at ground_free. */
#pragma once

#include <glib.h>
#include <stdlib.h>

#include "store/db.h"
#include "store/migrate.h"

static inline char *
ground_directory(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = g_dir_make_tmp("belfry-test-XXXXXX", &error);
	g_assert_no_error(error);
	return directory;
}

static inline char *
ground_store(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = ground_directory();
	migrate_run(directory, &error);
	g_assert_no_error(error);
	return directory;
}

static inline void
ground_free(char *directory)
{
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", directory);
	g_assert_cmpint(system(remove), ==, 0);
	g_free(directory);
}

static inline db *
ground_open(const char *directory, const char *file, enum db_mode mode)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(directory, file, NULL);
	db *connection = db_open(path, mode, &error);
	g_assert_no_error(error);
	return connection;
}

/* One number; -1 when there is no row. */
static inline gint64
ground_number(db *connection, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) row = db_query(connection, sql, &error);
	g_assert_no_error(error);
	int got = query_next(row, &error);
	g_assert_no_error(error);
	return got ? query_int(row, 0) : -1;
}

static inline void
ground_run(db *connection, const char *sql)
{
	g_autoptr(GError) error = NULL;
	if (db_begin(connection, &error) && db_run(connection, sql, &error))
		db_commit(connection, &error);
	g_assert_no_error(error);
}
