#include "web/api_contact.h"

#include "store/contact_edit.h"
#include "store/wake.h"
#include "web/contact_read.h"
#include "web/crud.h"
#include "web/thread_json.h"

struct listing {
	const viewer *who;
	out *json;
};

static void
write_named(out *json, const struct contact_row *row)
{
	out_int(json, "id", row->id);
	out_text(json, "name", row->name);
	out_text(json, "description", row->description);
	thread_json_named(json, "shop", row->shop_id, row->shop_name);
}

static bool
write_contact(const struct contact_row *row, void *data)
{
	out *json = data;
	out_object(json, NULL);
	write_named(json, row);
	out_text(json, "address", row->address);
	out_array(json, "addresses");
	g_auto(GStrv) addresses = g_strsplit(row->addresses, ",", -1);
	for (char **address = addresses; *address; address++)
		out_text(json, NULL, *address);
	out_end(json);
	out_bool(json, "saving", row->is_saving);
	out_bool(json, "taking", row->is_taking);
	out_int(json, "position", row->position);
	out_int(json, "version", row->version);
	out_end(json);
	return true;
}

static void
write_number_or_null(out *json, const char *name, gint64 number)
{
	if (number)
		out_int(json, name, number);
	else
		out_null(json, name);
}

static bool
write_block(const struct contact_block *block, void *data)
{
	const struct listing *list = data;
	if (!block->contact.is_saving || !viewer_may_see(list->who, block->contact.id))
		return true;
	out_object(list->json, NULL);
	write_named(list->json, &block->contact);
	out_int(list->json, "open", block->open);
	write_number_or_null(list->json, "thread", block->thread);
	write_number_or_null(list->json, "message", block->message);
	out_end(list->json);
	return true;
}

static void
answer(struct call *call, out *json, bool is_whole, GError *error)
{
	if (is_whole) {
		out_end(json);
		call_json(call, 200, json);
	} else {
		out_free(json);
		call_failed(call, error);
	}
}

static bool
read_filter(struct call *call, struct contact_filter *filter)
{
	struct crud_page page;
	*filter = (struct contact_filter){.name = call_argument(call, "name"), .address = call_argument(call, "address"),
		.description = call_argument(call, "description")};
	if (!call_number(call, "id", 1, G_MAXINT64, 0, &filter->id) || !crud_read_page(call, 50, contact_sorts, &page))
		return false;
	filter->limit = page.limit;
	filter->page = page.page;
	filter->sort = page.sort;
	return true;
}

void
api_contact_list(struct call *call)
{
	struct contact_filter filter;
	GError *error = NULL;
	if (!read_filter(call, &filter))
		return;
	gint64 total = contact_total(call->desk, call->who, &filter, &error);
	out *json = crud_begin("contacts", total, filter.page, filter.limit);
	bool is_whole = total >= 0 && contact_each_filtered(call->desk, call->who, &filter, write_contact, json, &error);
	crud_end(call, json, is_whole, error);
}

void
api_contact_summary(struct call *call)
{
	GError *error = NULL;
	struct listing list = {call->who, out_new()};
	out_array(list.json, NULL);
	bool is_whole = contact_each_block(call->desk, call->who->language, write_block, &list, &error);
	answer(call, list.json, is_whole, error);
}

static void
write_list(out *json, const char *name, char **texts)
{
	out_array(json, name);
	for (char **text = texts; *text; text++)
		out_text(json, NULL, *text);
	out_end(json);
}

static void
write_card(out *json, contact_card *card)
{
	out_object(json, NULL);
	out_int(json, "id", card->id);
	out_int(json, "version", card->version);
	contact_write_texts(json, card);
	write_list(json, "addresses", card->addresses);
	out_bool(json, "saving", card->is_saving);
	out_bool(json, "taking", card->is_taking);
	out_array(json, "shops");
	for (guint i = 0; i < card->shops->len; i++)
		out_int(json, NULL, g_array_index(card->shops, gint64, i));
	out_end(json);
	out_int(json, "position", card->position);
	out_int(json, "threads", card->threads);
	out_end(json);
}

/* NULL with the reply set. */
static contact_card *
load(struct call *call, gint64 id)
{
	GError *error = NULL;
	contact_card *card = contact_card_load(call->desk, id, &error);
	if (!card && error)
		call_failed(call, error);
	else if (!card)
		call_not_found(call);
	return card;
}

static void
answer_card(struct call *call, int status, gint64 id)
{
	g_autoptr(contact_card) card = load(call, id);
	if (!card)
		return;
	out *json = out_new();
	write_card(json, card);
	call_tag(call, card->version);
	call_json(call, status, json);
}

void
api_contact_get(struct call *call)
{
	answer_card(call, 200, call->ids[0]);
}

struct save {
	contact_card *card;
	enum contact_outcome outcome;
	guint wrong;
};

static bool
run_save(db *desk, void *data, GError **error)
{
	struct save *save = data;
	save->outcome = contact_save(desk, save->card, &save->wrong, error);
	return save->outcome != CONTACT_FAILED;
}

static void
answer_save(struct call *call, const struct save *save, int status)
{
	switch (save->outcome) {
	case CONTACT_SAVED:
		answer_card(call, status, save->card->id);
		break;
	case CONTACT_STALE:
		call_outdated(call);
		break;
	case CONTACT_TAKEN:
		reply_refuse(call->reply, "addresses", "address_taken", 0, "\"%s\" belongs to another contact already.",
			save->card->addresses[save->wrong]);
		break;
	case CONTACT_NO_SHOP:
		reply_refuse(call->reply, "shops", "shops", 0, "There is no such shop.");
		break;
	default:
		call_not_found(call);
	}
}

/* The milter follows at once. */
static void
tell_milter(const struct call *call)
{
	wake_send(call->web->conf->belfry.store, "milter");
}

static void
save(struct call *call, contact_card *card, int status)
{
	g_autoptr(json_in) in = call_read_json(call);
	struct save job = {.card = card};
	if (!in || !contact_read(call, in, card) || !call_write(call, run_save, &job))
		return;
	tell_milter(call);
	answer_save(call, &job, status);
}

void
api_contact_add(struct call *call)
{
	g_autoptr(contact_card) card = contact_card_new();
	save(call, card, 201);
}

void
api_contact_change(struct call *call)
{
	gint64 version;
	if (!call_version(call, &version))
		return;
	g_autoptr(contact_card) card = load(call, call->ids[0]);
	if (!card)
		return;
	card->version = version;
	save(call, card, 200);
}

struct drop {
	gint64 id, to, employee, now;
	int got;
};

static bool
run_drop(db *desk, void *data, GError **error)
{
	struct drop *drop = data;
	drop->got = contact_drop(desk, drop->id, drop->to, drop->employee, drop->now, error);
	return drop->got >= 0;
}

void
api_contact_drop(struct call *call)
{
	struct drop drop = {.id = call->ids[0], .employee = call->who->id, .now = call->now};
	if (!call_number(call, "threads", 0, G_MAXINT64, 0, &drop.to) || !call_write(call, run_drop, &drop))
		return;
	tell_milter(call);
	if (drop.got == 1)
		call->reply->status = 204;
	else if (drop.got == 2)
		reply_refuse(call->reply, "threads", "no_target", 0, "Its threads cannot move there: choose another contact that serves their shops.");
	else
		call_not_found(call);
}

struct order {
	const GArray *ids;
	bool is_whole;
};

static bool
run_order(db *desk, void *data, GError **error)
{
	struct order *order = data;
	GError *problem = NULL;
	order->is_whole = contact_set_order(desk, (const gint64 *)(const void *)order->ids->data, order->ids->len, &problem);
	if (problem)
		g_propagate_error(error, problem);
	return !problem;
}

void
api_contact_order(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	g_autoptr(GArray) ids = in ? json_get_ints(in, "ids") : NULL;
	struct order order = {.ids = ids};
	if (in && !ids)
		reply_refuse(call->reply, "ids", "ids", 0, "ids must be a list of all contacts' numbers.");
	if (!ids || !call_write(call, run_order, &order))
		return;
	if (order.is_whole)
		call_ids_json(call, "ids", ids);
	else
		call_outdated(call);
}
