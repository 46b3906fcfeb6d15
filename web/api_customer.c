#include "web/api_customer.h"

#include <string.h>

#include "store/register.h"
#include "web/crud.h"
#include "web/json.h"
#include "web/order_json.h"
#include "web/thread_json.h"

#define NAME_MAX_LENGTH 255
#define EMAIL_MAX 320
#define LIMIT_DEFAULT 20

static void
write_members(out *json, const struct customer_row *row)
{
	out_int(json, "id", row->id);
	out_text(json, "firstname", row->firstname);
	out_text(json, "lastname", row->lastname);
	out_text(json, "email", row->email);
	thread_json_named(json, "shop", row->shop_id, row->shop_name);
	out_time(json, "registered", row->registered);
	out_int(json, "version", row->version);
}

static bool
write_row(const struct customer_row *row, void *data)
{
	out_object(data, NULL);
	write_members(data, row);
	out_end(data);
	return true;
}

static bool
read_filter(struct call *call, struct customer_filter *filter)
{
	struct crud_page page;
	*filter = (struct customer_filter){.address = call_argument(call, "address"), .name = call_argument(call, "name"), .email = call_argument(call, "email")};
	if (!call_number(call, "shop", 1, G_MAXINT64, 0, &filter->shop_id) || !crud_read_page(call, LIMIT_DEFAULT, customer_sorts, &page))
		return false;
	filter->limit = page.limit;
	filter->page = page.page;
	filter->sort = page.sort;
	return true;
}

void
api_customer_list(struct call *call)
{
	struct customer_filter filter;
	GError *error = NULL;
	if (!read_filter(call, &filter))
		return;
	gint64 total = customer_total(call->desk, call->who, &filter, &error);
	out *json = crud_begin("customers", total, filter.page, filter.limit);
	bool is_whole = total >= 0 && customer_each(call->desk, call->who, &filter, write_row, json, &error);
	crud_end(call, json, is_whole, error);
}

static bool
write_order(const struct order_row *row, void *data)
{
	out_object(data, NULL);
	order_json_row(data, row);
	out_end(data);
	return true;
}

struct page {
	struct call *call;
	out *json;
	gint64 version, limit, orders, threads; /* the latter: which pages of them */
};

static bool
write_head(const struct customer_row *row, void *data)
{
	struct page *page = data;
	page->version = row->version;
	write_members(page->json, row);
	return true;
}

static bool
write_belongings(struct page *page, gint64 id, GError **error)
{
	struct call *call = page->call;
	const struct order_filter orders = {.customer_id = id, .limit = (int)page->limit, .page = (int)page->orders};
	const struct thread_owner owner = {.customer_id = id, .limit = (int)page->limit, .page = (int)page->threads};
	if (!order_json_sums(page->json, call->desk, id, error))
		return false;
	gint64 total = order_total(call->desk, call->who, &orders, error);
	if (total < 0)
		return false;
	out_int(page->json, "order_total", total);
	out_array(page->json, "order_list");
	if (!order_each(call->desk, call->who, &orders, write_order, page->json, error))
		return false;
	out_end(page->json);
	return thread_json_owned(page->json, call->desk, call->who, &owner, error);
}

/* Customer ID with the pages that PAGE names. */
static void
answer_page(struct call *call, int status, gint64 id, struct page page)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	page.call = call;
	page.json = json;
	out_object(json, NULL);
	int got = customer_get(call->desk, call->who, id, write_head, &page, &error);
	if (!got) {
		call_not_found(call);
	} else if (got < 0 || !write_belongings(&page, id, &error)) {
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
	answer_page(call, status, id, (struct page){.limit = LIMIT_DEFAULT, .orders = 1, .threads = 1});
}

void
api_customer_get(struct call *call)
{
	struct page page = {.version = 0};
	if (call_number(call, "limit", 1, 1000, LIMIT_DEFAULT, &page.limit) && call_number(call, "orders", 1, G_MAXINT / 1000, 1, &page.orders) &&
		call_number(call, "threads", 1, G_MAXINT / 1000, 1, &page.threads))
		answer_page(call, 200, call->ids[0], page);
}

/* What is written, with what it was before where the request is silent. */
struct edit {
	gint64 id, version;
	struct customer_new customer;
	char *firstname, *lastname, *email; /* as they were; NULL: a new one */
	int got;
};

static bool
note_present(const struct customer_row *row, void *data)
{
	struct edit *edit = data;
	edit->firstname = g_strdup(row->firstname);
	edit->lastname = g_strdup(row->lastname);
	edit->email = g_strdup(row->email);
	edit->customer = (struct customer_new){row->shop_id, row->registered, edit->firstname, edit->lastname, edit->email};
	return true;
}

static void
clear_edit(struct edit *edit)
{
	g_free(edit->firstname);
	g_free(edit->lastname);
	g_free(edit->email);
}

static void
read_name(struct call *call, const json_in *in, const char *field, bool is_needed, const char **name)
{
	if (json_has(in, field))
		*name = json_get_text(in, field);
	if (!*name || (is_needed && !**name))
		reply_refuse(call->reply, field, "required", 0, "%s is needed.", field);
	else if (strlen(*name) > NAME_MAX_LENGTH)
		reply_refuse(call->reply, field, "too_long", NAME_MAX_LENGTH, "%s is longer than %d octets.", field, NAME_MAX_LENGTH);
}

static bool
is_address(const char *text)
{
	const char *at = strrchr(text, '@');
	return at && at > text && at[1] && strlen(text) <= EMAIL_MAX && !strpbrk(text, " \t\r\n<>,");
}

static void
read_email(struct call *call, const json_in *in, const char **email)
{
	if (json_has(in, "email"))
		*email = json_get_text(in, "email");
	if (!*email || !is_address(*email))
		reply_refuse(call->reply, "email", "email", 0, "The email address is invalid.");
}

/* FALSE with the reply set, all that is wrong named. */
static bool
read_edit(struct call *call, const json_in *in, struct edit *edit)
{
	struct customer_new *customer = &edit->customer;
	gint64 shop = customer->shop_id;
	if (json_has(in, "shop") && (!json_get_int(in, "shop", &shop) || (edit->id && shop != customer->shop_id)))
		reply_refuse(call->reply, "shop", "shop", 0, "shop must be the number of one, and stays what it is.");
	customer->shop_id = shop;
	read_name(call, in, "firstname", false, &customer->firstname);
	read_name(call, in, "lastname", true, &customer->lastname);
	read_email(call, in, &customer->email);
	if (json_has(in, "registered") && !json_get_time(in, "registered", &customer->registered))
		reply_refuse(call->reply, "registered", "time", 0, "registered must be a time as in ISO 8601.");
	return !call->reply->wrong;
}

static bool
run_edit(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	edit->got = edit->id ? register_change(desk, edit->id, edit->version, &edit->customer, error)
		: register_customer(desk, &edit->customer, &edit->id, error);
	return edit->got >= 0;
}

static void
answer_edit(struct call *call, const struct edit *edit, int status)
{
	if (edit->got == 1)
		answer(call, status, edit->id);
	else if (edit->got == 2)
		reply_refuse(call->reply, "email", "taken", 0, "The shop has a customer with this email address already.");
	else if (edit->got == 3)
		call_outdated(call);
	else if (status == 201)
		reply_refuse(call->reply, "shop", "shop", 0, "There is no such shop.");
	else
		call_not_found(call);
}

void
api_customer_add(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	struct edit edit = {.customer = {.shop_id = 1, .registered = call->now, .firstname = ""}};
	if (in && read_edit(call, in, &edit) && call_write(call, run_edit, &edit))
		answer_edit(call, &edit, 201);
}

void
api_customer_change(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct edit edit = {.id = call->ids[0]};
	if (!call_version(call, &edit.version))
		return;
	g_autoptr(json_in) in = call_read_json(call);
	int got = in ? customer_get(call->desk, call->who, edit.id, note_present, &edit, &error) : 0;
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (in && !got)
		call_not_found(call);
	else if (in && read_edit(call, in, &edit) && call_write(call, run_edit, &edit))
		answer_edit(call, &edit, 200);
	clear_edit(&edit);
}

static bool
is_theirs(const struct customer_row *row, void *data)
{
	(void)row, (void)data;
	return true;
}

static int
drop(db *desk, const viewer *who, gint64 id, GError **error)
{
	int got = customer_get(desk, who, id, is_theirs, NULL, error);
	return got > 0 ? customer_drop(desk, id, error) : got;
}

static const struct crud_noun noun = {"customer", drop};

void
api_customer_drop(struct call *call)
{
	crud_drop(call, &noun);
}

void
api_customer_drop_all(struct call *call)
{
	crud_drop_all(call, &noun);
}
