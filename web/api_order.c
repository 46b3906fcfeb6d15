#include "web/api_order.h"

#include "web/amount.h"
#include "web/json.h"
#include "web/order_json.h"
#include "web/order_read.h"
#include "web/thread_filter.h"
#include "web/thread_json.h"

#define LIMIT_DEFAULT 20

static bool
write_row(const struct order_row *row, void *data)
{
	out_object(data, NULL);
	order_json_row(data, row);
	out_end(data);
	return true;
}

static const char *
argument(const struct call *call, const char *name)
{
	const char *text = request_argument(call->request, name);
	return text && *text ? text : NULL;
}

static bool
read_filter(struct call *call, struct order_filter *filter)
{
	gint64 limit, page;
	*filter = (struct order_filter){.exact = argument(call, "exact"), .reference = argument(call, "reference"),
		.email = argument(call, "email"), .name = argument(call, "name"), .state = argument(call, "state")};
	if (!call_number(call, "shop", 1, G_MAXINT64, 0, &filter->shop_id) ||
		!call_number(call, "customer", 1, G_MAXINT64, 0, &filter->customer_id) || !call_number(call, "limit", 1, 1000, LIMIT_DEFAULT, &limit) ||
		!call_number(call, "page", 1, G_MAXINT / 1000, 1, &page) || !thread_filter_days(call, filter->shop_id, &filter->from, &filter->to))
		return false;
	filter->limit = (int)limit;
	filter->page = (int)page;
	return call_sort(call, order_sorts, &filter->sort);
}

void
api_order_list(struct call *call)
{
	struct order_filter filter;
	g_autoptr(GError) error = NULL;
	if (!read_filter(call, &filter))
		return;
	gint64 total = order_total(call->desk, call->who, &filter, &error);
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	out_int(json, "total", total);
	out_int(json, "page", filter.page);
	out_int(json, "limit", filter.limit);
	out_array(json, "orders");
	if (total < 0 || !order_each(call->desk, call->who, &filter, write_row, json, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

struct page {
	out *json;
	gint64 version, limit, number; /* the latter: which page of its threads */
};

static bool
write_head(const struct order_row *row, void *data)
{
	struct page *page = data;
	page->version = row->version;
	order_json_row(page->json, row);
	return true;
}

static bool
write_state(const struct order_state *state, void *data)
{
	order_json_state(data, NULL, state);
	return true;
}

static bool
write_line(const struct order_line *line, void *data)
{
	out *json = data;
	g_autofree char *price = amount_text(line->price);
	out_object(json, NULL);
	out_text(json, "name", line->name);
	out_int(json, "quantity", line->quantity);
	out_text(json, "price", price);
	out_end(json);
	return true;
}

static bool
write_parts(out *json, db *desk, gint64 id, GError **error)
{
	out_array(json, "states");
	if (!order_each_state(desk, id, write_state, json, error))
		return false;
	out_end(json);
	out_array(json, "lines");
	if (!order_each_line(desk, id, write_line, json, error))
		return false;
	out_end(json);
	return true;
}

/* Order ID with the page of its threads that PAGE names. */
static void
answer_page(struct call *call, int status, gint64 id, struct page page)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	const struct thread_owner owner = {.order_id = id, .limit = (int)page.limit, .page = (int)page.number};
	page.json = json;
	out_object(json, NULL);
	int got = order_get(call->desk, call->who, id, write_head, &page, &error);
	if (!got) {
		call_not_found(call);
	} else if (got < 0 || !write_parts(json, call->desk, id, &error) || !thread_json_owned(json, call->desk, call->who, &owner, &error)) {
		call_failed(call, g_steal_pointer(&error));
	} else {
		out_end(json);
		call_tag(call, page.version);
		call_json(call, status, g_steal_pointer(&json));
	}
}

static void
answer(struct call *call, int status, gint64 id)
{
	answer_page(call, status, id, (struct page){.limit = LIMIT_DEFAULT, .number = 1});
}

void
api_order_get(struct call *call)
{
	struct page page = {.version = 0};
	if (call_number(call, "limit", 1, 1000, LIMIT_DEFAULT, &page.limit) && call_number(call, "threads", 1, G_MAXINT / 1000, 1, &page.number))
		answer_page(call, 200, call->ids[0], page);
}

static bool
note_present(const struct order_row *row, void *data)
{
	struct order_edit *edit = data;
	edit->reference = g_strdup(row->reference);
	edit->currency = g_strdup(row->currency);
	edit->order = (struct order_new){.shop_id = row->shop_id, .customer_id = row->customer_id, .total = row->total, .created = row->created,
		.reference = edit->reference, .currency = edit->currency};
	return true;
}

static bool
run_edit(db *desk, void *data, GError **error)
{
	struct order_edit *edit = data;
	edit->answer = edit->id ? order_set(desk, edit->id, edit->version, &edit->order, error)
		: order_add(desk, &edit->order, &edit->id, error);
	return edit->answer != ORDER_FAILED;
}

static void
answer_edit(struct call *call, const struct order_edit *edit, int status)
{
	switch (edit->answer) {
	case ORDER_DONE:
		answer(call, status, edit->id);
		break;
	case ORDER_TAKEN:
		reply_refuse(call->reply, "reference", "taken", 0, "The shop has an order with this reference already.");
		break;
	case ORDER_NO_CUSTOMER:
		reply_refuse(call->reply, "customer", "customer", 0, "The shop has no such customer.");
		break;
	case ORDER_OLD:
		call_outdated(call);
		break;
	default:
		reply_refuse(call->reply, "shop", "shop", 0, "There is no such shop.");
	}
}

void
api_order_add(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	struct order_edit edit = {.order = {.shop_id = 1, .created = call->now}};
	if (in && order_read(call, in, &edit) && call_write(call, run_edit, &edit))
		answer_edit(call, &edit, 201);
	order_edit_clear(&edit);
}

void
api_order_change(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct order_edit edit = {.id = call->ids[0]};
	if (!call_version(call, &edit.version))
		return;
	g_autoptr(json_in) in = call_read_json(call);
	int got = in ? order_get(call->desk, call->who, edit.id, note_present, &edit, &error) : 0;
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (in && !got)
		call_not_found(call);
	else if (in && order_read(call, in, &edit) && call_write(call, run_edit, &edit))
		answer_edit(call, &edit, 200);
	order_edit_clear(&edit);
}

struct drop {
	const struct call *call;
	const gint64 *ids;
	guint count;
	GArray *done;
};

static bool
is_theirs(const struct order_row *row, void *data)
{
	(void)row, (void)data;
	return true;
}

static bool
run_drop(db *desk, void *data, GError **error)
{
	struct drop *drop = data;
	for (guint i = 0; i < drop->count; i++) {
		int got = order_get(desk, drop->call->who, drop->ids[i], is_theirs, NULL, error);
		enum order_answer answer = got > 0 ? order_drop(desk, drop->ids[i], error) : ORDER_MISSING;
		if (got < 0 || answer == ORDER_FAILED)
			return false;
		if (answer == ORDER_DONE)
			g_array_append_val(drop->done, drop->ids[i]);
	}
	return true;
}

void
api_order_drop(struct call *call)
{
	g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(gint64));
	struct drop drop = {call, call->ids, 1, done};
	if (!call_write(call, run_drop, &drop))
		return;
	if (done->len)
		call->reply->status = 204;
	else
		call_not_found(call);
}

void
api_order_drop_all(struct call *call)
{
	g_autoptr(GArray) ids = call_ids(call), done = g_array_new(FALSE, FALSE, sizeof(gint64));
	if (!ids)
		return;
	struct drop drop = {call, (const gint64 *)(const void *)ids->data, ids->len, done};
	if (call_write(call, run_drop, &drop))
		call_ids_json(call, "deleted", done);
}
