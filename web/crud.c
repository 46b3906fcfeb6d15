#include "web/crud.h"

#include "store/log.h"

#define LIMIT_MAX 1000

bool
crud_read_page(struct call *call, int limit, const char *const *sorts, struct crud_page *page)
{
	gint64 rows, number;
	if (!call_number(call, "limit", 1, LIMIT_MAX, limit, &rows) || !call_number(call, "page", 1, G_MAXINT / LIMIT_MAX, 1, &number))
		return false;
	page->limit = (int)rows;
	page->page = (int)number;
	return call_sort(call, sorts, &page->sort);
}

out *
crud_begin(const char *name, gint64 total, int page, int limit)
{
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "total", total);
	out_int(json, "page", page);
	out_int(json, "limit", limit);
	out_array(json, name);
	return json;
}

void
crud_end(struct call *call, out *json, bool is_whole, GError *error)
{
	if (!is_whole) {
		out_free(json);
		call_failed(call, error);
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}

struct dropping {
	const struct crud_noun *noun;
	const viewer *who;
	const gint64 *ids;
	guint count;
	GArray *gone;
};

static bool
run_drop(db *desk, void *data, GError **error)
{
	struct dropping *dropping = data;
	for (guint i = 0; i < dropping->count; i++) {
		int got = dropping->noun->drop(desk, dropping->who, dropping->ids[i], error);
		if (got < 0)
			return false;
		if (got)
			g_array_append_val(dropping->gone, dropping->ids[i]);
	}
	return true;
}

/* Those that are gone; NULL with the reply set. Owner: caller. */
static GArray *
drop(struct call *call, const struct crud_noun *noun, const gint64 *ids, guint count)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(gint64));
	struct dropping dropping = {noun, call->who, ids, count, gone};
	if (!call_write(call, run_drop, &dropping))
		return NULL;
	for (guint i = 0; i < gone->len; i++)
		log_line(LOG_INFO, "%s deleted %s=%" G_GINT64_FORMAT " by=%" G_GINT64_FORMAT, noun->name, noun->name, g_array_index(gone, gint64, i), call->who->id);
	return g_steal_pointer(&gone);
}

void
crud_drop(struct call *call, const struct crud_noun *noun)
{
	g_autoptr(GArray) gone = drop(call, noun, call->ids, 1);
	if (gone && gone->len)
		call->reply->status = 204;
	else if (gone)
		call_not_found(call);
}

void
crud_drop_all(struct call *call, const struct crud_noun *noun)
{
	g_autoptr(GArray) ids = call_ids(call);
	g_autoptr(GArray) gone = ids ? drop(call, noun, (const gint64 *)(const void *)ids->data, ids->len) : NULL;
	if (gone)
		call_ids_json(call, "deleted", gone);
}
