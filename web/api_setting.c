#include "web/api_setting.h"

#include <string.h>

#include "store/setting.h"
#include "web/texts.h"

#define VALUES_MAX 8

enum kind {SWITCH, DAYS, TEXT};

/* A member of a page: the setting's name is the field's, but a text's language stands behind it. */
struct item {
	const char *name;
	enum kind kind;
	gint64 least, most;
};

static const struct item contact_items[] = {
	{"file_upload", SWITCH, 0, 0}, {"default_message.en", TEXT, 0, 0}, {"default_message.fr", TEXT, 0, 0},
	{"default_message.nl", TEXT, 0, 0}, {"default_message.pl", TEXT, 0, 0}, {0}};
static const struct item retention_items[] = {{"bin_days", DAYS, 1, 3650}, {"spam_days", DAYS, 1, 3650}, {0}};
static const struct item answering_items[] = {
	{"reopen_days", DAYS, 0, 3650}, {"plus_address", SWITCH, 0, 0}, {"subject_marker", SWITCH, 0, 0}, {"quote", SWITCH, 0, 0},
	{"new_sender_new_thread", SWITCH, 0, 0}, {"employee_clients", SWITCH, 0, 0}, {0}};

static const struct texts_rule message_rule = {"default_message", "default message", 4000, .code = "longer", .has_fields = true};

/* A page's settings as they are, then as they are to be. */
struct page {
	const struct item *items;
	const char *names[VALUES_MAX + 1];
	char *values[VALUES_MAX + 1];
	gint64 version;
	int got;
};

static void
page_clear(struct page *page)
{
	for (size_t i = 0; i < VALUES_MAX; i++)
		g_free(page->values[i]);
}

/* FALSE with the reply set. */
static bool
load(struct call *call, const struct item *items, struct page *page)
{
	GError *error = NULL;
	*page = (struct page){.items = items};
	for (size_t i = 0; items[i].name; i++) {
		page->names[i] = items[i].name;
		if (!error)
			page->values[i] = setting_get(call->desk, 0, items[i].name, &error);
	}
	page->version = error ? -1 : setting_version(call->desk, page->names, &error);
	if (error)
		call_failed(call, error);
	return page->version > 0;
}

static void
load_texts(const struct page *page, struct texts *texts)
{
	texts_init(texts);
	for (size_t i = 0; page->names[i]; i++)
		if (page->items[i].kind == TEXT)
			texts_set(texts, strchr(page->names[i], '.') + 1, page->values[i]);
}

static bool
has_texts(const struct page *page)
{
	return page->items == contact_items;
}

static void
answer(struct call *call, const struct item *items)
{
	struct page page;
	if (load(call, items, &page)) {
		out *json = out_new();
		out_object(json, NULL);
		out_int(json, "version", page.version);
		for (size_t i = 0; items[i].name; i++) {
			if (items[i].kind == SWITCH)
				out_bool(json, items[i].name, *page.values[i] == '1');
			else if (items[i].kind == DAYS)
				out_int(json, items[i].name, g_ascii_strtoll(page.values[i], NULL, 10));
		}
		if (has_texts(&page)) {
			struct texts texts;
			load_texts(&page, &texts);
			texts_write(json, "default_message", &texts);
			texts_clear(&texts);
		}
		out_end(json);
		call_tag(call, page.version);
		call_json(call, 200, json);
	}
	page_clear(&page);
}

static void
read_item(struct call *call, const json_in *in, const struct item *item, char **value)
{
	bool is_on;
	gint64 days;
	if (item->kind == TEXT || !json_has(in, item->name))
		return;
	if (item->kind == SWITCH && json_get_bool(in, item->name, &is_on)) {
		g_free(*value);
		*value = g_strdup(is_on ? "1" : "0");
	} else if (item->kind == DAYS && json_get_int(in, item->name, &days) && days >= item->least && days <= item->most) {
		g_free(*value);
		*value = g_strdup_printf("%" G_GINT64_FORMAT, days);
	} else if (item->kind == SWITCH) {
		reply_refuse(call->reply, item->name, "switch", 0, "%s must be true or false.", item->name);
	} else {
		reply_refuse(call->reply, item->name, item->least ? "days" : "days0", item->most,
			"%s must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", item->name, item->least, item->most);
	}
}

static void
read_texts(struct call *call, const json_in *in, struct page *page)
{
	struct texts texts;
	load_texts(page, &texts);
	texts_read(call, in, &message_rule, 0, &texts);
	for (size_t i = 0; page->names[i]; i++) {
		if (page->items[i].kind != TEXT)
			continue;
		g_free(page->values[i]);
		page->values[i] = g_strdup(texts.in[texts_find(strchr(page->names[i], '.') + 1)]);
	}
	texts_clear(&texts);
}

static bool
run_save(db *desk, void *data, GError **error)
{
	struct page *page = data;
	page->got = setting_save(desk, page->version, page->names, (const char *const *)page->values, error);
	return page->got > 0;
}

static void
save(struct call *call, const json_in *in, struct page *page)
{
	for (size_t i = 0; page->names[i]; i++)
		read_item(call, in, &page->items[i], &page->values[i]);
	if (has_texts(page))
		read_texts(call, in, page);
	if (call->reply->wrong || !call_write(call, run_save, page))
		return;
	if (page->got == 1)
		answer(call, page->items);
	else
		call_outdated(call);
}

static void
change(struct call *call, const struct item *items)
{
	gint64 version;
	if (!call_version(call, &version))
		return;
	g_autoptr(json_in) in = call_read_json(call);
	struct page page = {0};
	if (in && load(call, items, &page)) {
		page.version = version;
		save(call, in, &page);
	}
	page_clear(&page);
}

void
api_setting_contact_get(struct call *call)
{
	answer(call, contact_items);
}

void
api_setting_contact_change(struct call *call)
{
	change(call, contact_items);
}

void
api_setting_retention_get(struct call *call)
{
	answer(call, retention_items);
}

void
api_setting_retention_change(struct call *call)
{
	change(call, retention_items);
}

void
api_setting_answering_get(struct call *call)
{
	answer(call, answering_items);
}

void
api_setting_answering_change(struct call *call)
{
	change(call, answering_items);
}
