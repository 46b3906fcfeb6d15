#include "web/api_order_message.h"

#include "store/order_message.h"
#include "web/crud.h"
#include "web/texts.h"

static const struct texts_rule name_rule = {"name", "name", 128, .is_needed = true, .code = "too_long", .is_line = true};
static const struct texts_rule text_rule = {"message", "message", 1200, .is_needed = true, .code = "too_long", .has_fields = true};

static bool
write_row(const struct order_message_row *row, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", row->id);
	out_text(json, "name", row->name);
	out_text(json, "message", row->text);
	out_int(json, "version", row->version);
	out_end(json);
	return true;
}

static bool
read_filter(struct call *call, struct order_message_filter *filter)
{
	struct crud_page page;
	*filter = (struct order_message_filter){.name = call_argument(call, "name"), .text = call_argument(call, "message")};
	if (!call_number(call, "id", 1, G_MAXINT64, 0, &filter->id) || !crud_read_page(call, 50, order_message_sorts, &page))
		return false;
	filter->limit = page.limit;
	filter->page = page.page;
	filter->sort = page.sort;
	return true;
}

void
api_order_message_list(struct call *call)
{
	struct order_message_filter filter;
	GError *error = NULL;
	if (!read_filter(call, &filter))
		return;
	gint64 total = order_message_total(call->desk, call->who->language, &filter, &error);
	out *json = crud_begin("order_messages", total, filter.page, filter.limit);
	bool is_whole = total >= 0 && order_message_each(call->desk, call->who->language, &filter, write_row, json, &error);
	crud_end(call, json, is_whole, error);
}

/* One as it is, then as it is to be. */
struct edit {
	struct texts names, texts;
	struct order_message_text rows[LANGUAGE_COUNT];
	struct order_message_edit row;
	int got;
};

static void
edit_init(struct edit *edit, gint64 id)
{
	*edit = (struct edit){.row.id = id};
	texts_init(&edit->names);
	texts_init(&edit->texts);
}

static void
edit_clear(struct edit *edit)
{
	texts_clear(&edit->names);
	texts_clear(&edit->texts);
}

static void
note_text(const struct order_message_text *text, void *data)
{
	struct edit *edit = data;
	texts_set(&edit->names, text->language, text->name);
	texts_set(&edit->texts, text->language, text->text);
}

/* FALSE with the reply set. *VERSION: the present one. */
static bool
load(struct call *call, struct edit *edit, gint64 *version)
{
	GError *error = NULL;
	*version = order_message_get(call->desk, edit->row.id, note_text, edit, &error);
	if (*version < 0)
		call_failed(call, error);
	else if (!*version)
		call_not_found(call);
	return *version > 0;
}

static void
answer(struct call *call, int status, gint64 id)
{
	struct edit edit;
	gint64 version;
	edit_init(&edit, id);
	if (load(call, &edit, &version)) {
		out *json = out_new();
		out_object(json, NULL);
		out_int(json, "id", id);
		out_int(json, "version", version);
		texts_write(json, "name", &edit.names);
		texts_write(json, "message", &edit.texts);
		out_end(json);
		call_tag(call, version);
		call_json(call, status, json);
	}
	edit_clear(&edit);
}

void
api_order_message_get(struct call *call)
{
	answer(call, 200, call->ids[0]);
}

static bool
run_save(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	edit->got = order_message_save(desk, &edit->row, error);
	return edit->got >= 0;
}

/* A language with a half of both gets the other half from the default one. */
static guint
fill(struct edit *edit, int needed)
{
	guint count = 0;
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		const char *name = edit->names.in[i], *text = edit->texts.in[i];
		if (*name || *text)
			edit->rows[count++] = (struct order_message_text){language_codes[i], *name ? name : edit->names.in[needed],
				*text ? text : edit->texts.in[needed]};
	}
	return count;
}

static void
answer_save(struct call *call, const struct edit *edit, int status)
{
	const char *language = edit->row.count ? edit->row.texts[edit->row.taken].language : "en";
	g_autofree char *field = g_strdup_printf("name.%s", language);
	if (edit->got == 1)
		answer(call, status, edit->row.id);
	else if (edit->got == 2)
		reply_refuse(call->reply, field, "order_message_taken", 0, "An order message with the same name already exists in %s. - Language: %s",
			language_names[texts_find(language)], language_names[texts_find(language)]);
	else if (edit->got == 3)
		call_outdated(call);
	else
		call_not_found(call);
}

static void
save(struct call *call, struct edit *edit, int status)
{
	g_autoptr(json_in) in = call_read_json(call);
	int needed = in ? texts_default(call) : -1;
	if (needed < 0)
		return;
	texts_read(call, in, &name_rule, needed, &edit->names);
	texts_read(call, in, &text_rule, needed, &edit->texts);
	edit->row.texts = edit->rows;
	edit->row.count = fill(edit, needed);
	if (!call->reply->wrong && call_write(call, run_save, edit))
		answer_save(call, edit, status);
}

void
api_order_message_add(struct call *call)
{
	struct edit edit;
	edit_init(&edit, 0);
	save(call, &edit, 201);
	edit_clear(&edit);
}

void
api_order_message_change(struct call *call)
{
	struct edit edit;
	gint64 present;
	edit_init(&edit, call->ids[0]);
	if (call_version(call, &edit.row.version) && load(call, &edit, &present))
		save(call, &edit, 200);
	edit_clear(&edit);
}

static int
drop(db *desk, const viewer *who, gint64 id, GError **error)
{
	(void)who;
	return order_message_drop(desk, id, error);
}

static const struct crud_noun noun = {"order_message", drop};

void
api_order_message_drop(struct call *call)
{
	crud_drop(call, &noun);
}

void
api_order_message_drop_all(struct call *call)
{
	crud_drop_all(call, &noun);
}
