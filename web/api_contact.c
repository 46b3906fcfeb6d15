#include "web/api_contact.h"

#include "store/contact.h"
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
	const struct listing *list = data;
	if (!viewer_may_see(list->who, row->id))
		return true;
	out_object(list->json, NULL);
	write_named(list->json, row);
	out_text(list->json, "address", row->address);
	out_array(list->json, "addresses");
	g_auto(GStrv) addresses = g_strsplit(row->addresses, ",", -1);
	for (char **address = addresses; *address; address++)
		out_text(list->json, NULL, *address);
	out_end(list->json);
	out_bool(list->json, "saving", row->is_saving);
	out_bool(list->json, "taking", row->is_taking);
	out_int(list->json, "position", row->position);
	out_end(list->json);
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

void
api_contact_list(struct call *call)
{
	GError *error = NULL;
	struct listing list = {call->who, out_new()};
	out_array(list.json, NULL);
	bool is_whole = contact_each(call->desk, call->who->language, write_contact, &list, &error);
	answer(call, list.json, is_whole, error);
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
