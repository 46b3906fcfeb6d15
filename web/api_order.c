#include "web/api_order.h"

#include "web/amount.h"
#include "web/crud.h"
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

static bool
read_filter(struct call *call, struct order_filter *filter)
{
	struct crud_page page;
	*filter = (struct order_filter){.exact = call_argument(call, "exact"), .reference = call_argument(call, "reference"),
		.email = call_argument(call, "email"), .name = call_argument(call, "name"), .state = call_argument(call, "state")};
	if (!call_number(call, "shop", 1, G_MAXINT64, 0, &filter->shop_id) ||
		!call_number(call, "customer", 1, G_MAXINT64, 0, &filter->customer_id) || !crud_read_page(call, LIMIT_DEFAULT, order_sorts, &page) ||
		!thread_filter_days(call, filter->shop_id, &filter->from, &filter->to))
		return false;
	filter->limit = page.limit;
	filter->page = page.page;
	filter->sort = page.sort;
	return true;
}

void
api_order_list(struct call *call)
{
	struct order_filter filter;
	GError *error = NULL;
	if (!read_filter(call, &filter))
		return;
	gint64 total = order_total(call->desk, call->who, &filter, &error);
	out *json = crud_begin("orders", total, filter.page, filter.limit);
	bool is_whole = total >= 0 && order_each(call->desk, call->who, &filter, write_row, json, &error);
	crud_end(call, json, is_whole, error);
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

static bool
is_theirs(const struct order_row *row, void *data)
{
	(void)row, (void)data;
	return true;
}

static int
drop(db *desk, const viewer *who, gint64 id, GError **error)
{
	int got = order_get(desk, who, id, is_theirs, NULL, error);
	enum order_answer answer = got > 0 ? order_drop(desk, id, error) : ORDER_MISSING;
	return got < 0 || answer == ORDER_FAILED ? -1 : answer == ORDER_DONE;
}

static const struct crud_noun noun = {"order", drop};

void
api_order_drop(struct call *call)
{
	crud_drop(call, &noun);
}

void
api_order_drop_all(struct call *call)
{
	crud_drop_all(call, &noun);
}
