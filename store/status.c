#include "store/status.h"

#include <string.h>

#include "store/event.h"

/* A thread as the deeds need it. */
struct target {
	gint64 shop_id, contact_id;
	char status[16], folder[16];
};

/* 1: there and theirs to see. */
static int
find(db *desk, const viewer *who, gint64 thread, struct target *target, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT shop_id, contact_id, status, folder FROM thread WHERE id = :id AND folder <> 'merged' AND "
		VIEWER_SEES("contact_id"), error);
	if (!row)
		return -1;
	query_set_int(row, ":id", thread);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	if (got > 0) {
		*target = (struct target){.shop_id = query_int(row, 0), .contact_id = query_int(row, 1)};
		g_strlcpy(target->status, query_text(row, 2), sizeof target->status);
		g_strlcpy(target->folder, query_text(row, 3), sizeof target->folder);
	}
	return got;
}

/* SQL with :id, :value and :now. */
static bool
change(db *desk, const char *sql, gint64 thread, const char *value, gint64 now, GError **error)
{
	query *update = db_query(desk, sql, error);
	if (!update)
		return false;
	query_set_int(update, ":id", thread);
	query_set_text(update, ":value", value);
	query_set_int(update, ":now", now);
	return query_finish(update, error);
}

static bool
tell(db *desk, const viewer *who, gint64 thread, const struct target *target, const char *kind, const char *data, gint64 now, GError **error)
{
	struct event event = {.created = now, .kind = kind, .shop_id = target->shop_id, .thread_id = thread, .contact_id = target->contact_id,
		.employee_id = who->id, .data = data};
	return event_add(desk, &event, error);
}

int
status_set(db *desk, const viewer *who, gint64 thread, const char *status, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (!strcmp(target.status, status))
		return 2;
	g_autofree char *data = g_strdup_printf("{\"from\":\"%s\",\"to\":\"%s\"}", target.status, status);
	return change(desk,
		"UPDATE thread SET status = :value, status_changed = :now, version = version + 1,"
		" bell_event = iif(:value = 'open', bell_event, NULL) WHERE id = :id", thread, status, now, error) &&
		tell(desk, who, thread, &target, "status", data, now, error) ? 1 : -1;
}

int
status_bin(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (!strcmp(target.folder, "bin"))
		return 2;
	return change(desk, "UPDATE thread SET folder = :value, binned = :now, bell_event = NULL, version = version + 1 WHERE id = :id", thread,
		"bin", now, error) && tell(desk, who, thread, &target, "deleted", NULL, now, error) ? 1 : -1;
}

int
status_restore(db *desk, const viewer *who, gint64 thread, gint64 now, GError **error)
{
	struct target target;
	int got = find(desk, who, thread, &target, error);
	if (got <= 0)
		return got;
	if (strcmp(target.folder, "bin"))
		return 2;
	return change(desk, "UPDATE thread SET folder = :value, binned = NULL, version = version + 1 + 0 * :now WHERE id = :id", thread,
		"normal", now, error) && tell(desk, who, thread, &target, "restored", NULL, now, error) ? 1 : -1;
}
