#include "milter/queue_commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "store/migrate.h"
#include "store/outbox_courier.h"
#include "store/wake.h"

#define USAGE 64 /* EX_USAGE, sysexits.h */

static int
complain(const GError *error)
{
	fprintf(stderr, "belfry: %s\n", error->message);
	return 1;
}

static db *
open_desk(const struct conf *conf, enum db_mode mode, GError **error)
{
	g_autofree char *path = g_build_filename(conf->belfry.store, "desk.db", NULL);
	return migrate_is_current(conf->belfry.store, error) ? db_open(path, mode, error) : NULL;
}

static char *
local_time(gint64 ms)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(ms / 1000);
	return g_date_time_format(when, "%F %T");
}

/* One line: number, state, tries, when it was written, when it is tried next, thread, to whom, what was said last. */
static bool
print_row(const struct outbox_waiting *row, void *data)
{
	int *count = data;
	bool is_tried = !strcmp(row->state, "queued") || !strcmp(row->state, "delayed");
	g_autofree char *created = local_time(row->created), *due = is_tried ? local_time(row->due) : g_strdup("-");
	printf("%" G_GINT64_FORMAT "\t%s\t%d\t%s\t%s\t%s %" G_GINT64_FORMAT "\t%s\t%s\n", row->id, row->state, row->tries, created, due, row->kind,
		row->thread_id, row->recipients, row->answer);
	++*count;
	return true;
}

static int
list(const struct conf *conf)
{
	int count = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = open_desk(conf, DB_READ, &error);
	if (!desk || !outbox_each_waiting(desk, print_row, &count, &error))
		return complain(error);
	if (!count)
		fprintf(stderr, "nothing waits\n");
	return 0;
}

/* 1: done; 0: none such; -1: ERROR. */
typedef int deed(db *desk, gint64 id, gint64 now, GError **error);

/* What is in doubt may have arrived, and who failed has been told: they are named one by one. */
static bool
note_id(const struct outbox_waiting *row, void *data)
{
	if (!strcmp(row->state, "queued") || !strcmp(row->state, "delayed"))
		g_array_append_val((GArray *)data, row->id);
	return true;
}

/* The numbers that WORDS name; "all": each that waits. NULL: ERROR. */
static GArray *
read_ids(db *desk, int count, char **words, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	if (count == 1 && !strcmp(words[0], "all"))
		return outbox_each_waiting(desk, note_id, ids, error) ? g_steal_pointer(&ids) : NULL;
	for (int i = 0; i < count; i++) {
		gint64 id;
		if (!g_ascii_string_to_signed(words[i], 10, 1, G_MAXINT64, &id, error))
			return NULL;
		g_array_append_val(ids, id);
	}
	return g_steal_pointer(&ids);
}

static int
change_each(db *desk, const GArray *ids, deed *change, GError **error)
{
	int missing = 0;
	for (guint i = 0; i < ids->len; i++) {
		gint64 id = g_array_index(ids, gint64, i);
		int got = change(desk, id, g_get_real_time() / 1000, error);
		if (got < 0)
			return -1;
		if (!got)
			fprintf(stderr, "belfry: %" G_GINT64_FORMAT " does not wait: it has left, is being handed over, or is not there\n", id);
		missing += !got;
	}
	return missing;
}

static int
change(const struct conf *conf, int count, char **words, deed *change_one)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = open_desk(conf, DB_WRITE, &error);
	g_autoptr(GArray) ids = desk ? read_ids(desk, count, words, &error) : NULL;
	if (!ids || !db_begin(desk, &error))
		return complain(error);
	int missing = change_each(desk, ids, change_one, &error);
	if (missing < 0 || !db_commit(desk, &error)) {
		db_rollback(desk);
		return complain(error);
	}
	wake_send(conf->belfry.store, NULL);
	return missing ? 1 : 0;
}

int
command_queue(const struct conf *conf, int count, char **words)
{
	if (!count || (count == 1 && !strcmp(words[0], "list")))
		return list(conf);
	if (count > 1 && !strcmp(words[0], "retry"))
		return change(conf, count - 1, words + 1, outbox_retry);
	if (count > 1 && !strcmp(words[0], "remove"))
		return change(conf, count - 1, words + 1, outbox_give_up);
	fprintf(stderr, "belfry: queue [list], queue retry NUMBER… or all, queue remove NUMBER… or all\n");
	return USAGE;
}
