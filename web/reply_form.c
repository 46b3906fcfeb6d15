#include "web/reply_form.h"

#include <string.h>

#include "store/draft.h"
#include "store/letter.h"
#include "store/message.h"
#include "store/opening.h"
#include "store/order_message.h"
#include "store/outbox.h"
#include "store/placeholder.h"
#include "store/status.h"
#include "store/upload.h"
#include "web/letter_read.h"
#include "web/thread_json.h"

/* How mail about the call's thread is addressed; NULL with the reply set. Owner: caller. */
static correspondence *
open_thread(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct signer signer = call_signer(call);
	correspondence *about = correspondence_open(call->desk, call->who, &signer, call->ids[0], &error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!about)
		call_not_found(call);
	return about;
}

static void
write_person(out *json, const char *name, const struct correspondent *person)
{
	out_object(json, name);
	out_text(json, "name", person->name);
	out_text(json, "address", person->address);
	out_end(json);
}

static bool
write_people(out *json, db *desk, const correspondence *about, GError **error)
{
	g_autoptr(GPtrArray) people = correspondence_people(desk, about, error);
	if (!people)
		return false;
	out_array(json, "to");
	for (guint i = 0; i < people->len; i++)
		if (((const struct correspondent *)people->pdata[i])->is_default)
			write_person(json, NULL, people->pdata[i]);
	out_end(json);
	out_array(json, "cc");
	out_end(json);
	out_array(json, "people");
	for (guint i = 0; i < people->len; i++)
		write_person(json, NULL, people->pdata[i]);
	out_end(json);
	if (about->sender_id)
		write_person(json, "from", &(struct correspondent){about->sender_name, about->sender, false});
	else
		out_null(json, "from");
	return true;
}

static bool
write_upload(const struct upload *file, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", file->id);
	out_text(json, "name", file->name);
	out_text(json, "type", file->type);
	out_int(json, "size", file->size);
	out_end(json);
	return true;
}

static bool
write_draft(out *json, struct call *call, const correspondence *about, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *draft = draft_get(call->desk, call->who, about->thread, &problem);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	out_stored(json, "draft", draft ? draft : "");
	out_array(json, "uploads");
	bool ok = upload_each(call->desk, call->who, about->thread, write_upload, json, error);
	out_end(json);
	return ok;
}

static bool
write_opening(out *json, struct call *call, const correspondence *about, GError **error)
{
	g_autofree char *text = opening_text(call->desk, call->who, about, error);
	if (!text)
		return false;
	g_autofree char *html = letter_html(text);
	out_text(json, "text", text);
	out_text(json, "html", html);
	out_text(json, "language", about->language);
	return true;
}

static bool
write_employee(gint64 id, const char *firstname, const char *lastname, void *data)
{
	thread_json_person(data, NULL, id, firstname, lastname);
	return true;
}

static bool
write_choices(out *json, struct call *call, const correspondence *about, GError **error)
{
	gint64 seen = message_newest(call->desk, about->thread, error);
	out_int(json, "seen", seen);
	out_array(json, "employees");
	bool ok = seen >= 0 && status_each_assignable(call->desk, call->who, about->thread, write_employee, json, error);
	out_end(json);
	out_object(json, "limits");
	out_int(json, "file", UPLOAD_OCTETS_MAX);
	out_int(json, "total", UPLOAD_OCTETS_MAX);
	out_int(json, "files", UPLOAD_FILES_MAX);
	out_int(json, "letter", LETTER_MAX);
	out_end(json);
	out_int(json, "undo_seconds", OUTBOX_UNDO_MS / 1000);
	return ok;
}

void
reply_form_get(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(correspondence) about = open_thread(call);
	if (!about)
		return;
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	if (!write_draft(json, call, about, &error) || !write_opening(json, call, about, &error) || !write_people(json, call->desk, about, &error) ||
		!write_choices(json, call, about, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

static void
preview(struct call *call, const correspondence *about, const struct letter_in *in)
{
	struct letter letter = correspondence_letter(about, in->text, in->html);
	if (in->is_private)
		letter.quoted = NULL; /* it stays here */
	g_autofree char *subject = in->is_private ? NULL : correspondence_subject(about);
	g_autofree char *text = letter_whole_text(&letter), *html = letter_whole_html(&letter);
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "subject", subject ? subject : "");
	out_text(json, "text", text);
	out_text(json, "html", html);
	out_end(json);
	call_json(call, 200, json);
}

void
reply_form_preview(struct call *call)
{
	struct letter_in letter = {0};
	g_autoptr(json_in) in = call_read_json(call);
	if (in && letter_read(call, in, LETTER_WHOLE, &letter)) {
		g_autoptr(correspondence) about = open_thread(call);
		if (about)
			preview(call, about, &letter);
	}
	letter_in_clear(&letter);
}

struct choosing {
	const char *language;
	char *text, *other; /* in the thread's language; in any */
};

static void
note_text(const struct order_message_text *text, void *data)
{
	struct choosing *choosing = data;
	if (!*text->text)
		return;
	char **kept = strcmp(text->language, choosing->language) ? &choosing->other : &choosing->text;
	if (!*kept)
		*kept = g_strdup(text->text);
}

static void
write_names(out *json, const char *member, const GPtrArray *names)
{
	out_array(json, member);
	for (guint i = 0; i < names->len; i++)
		out_text(json, NULL, names->pdata[i]);
	out_end(json);
}

static void
fill(struct call *call, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) empty = NULL, unknown = placeholder_unknown(text);
	g_autofree char *filled = placeholder_fill(call->desk, call->who, call->ids[0], text, &empty, &error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!filled)
		call_not_found(call);
	if (!filled)
		return;
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "text", filled);
	write_names(json, "unknown", unknown);
	write_names(json, "empty", empty);
	out_end(json);
	call_json(call, 200, json);
}

/* The predefined message in the thread's language, where it has it. */
void
reply_form_fill(struct call *call)
{
	gint64 id = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_in) in = call_read_json(call);
	if (in && (!json_get_int(in, "order_message", &id) || id < 1))
		reply_refuse(call->reply, "order_message", "number", 0, "order_message must be the number of a predefined message.");
	g_autoptr(correspondence) about = in && id > 0 ? open_thread(call) : NULL;
	if (!about)
		return;
	struct choosing choosing = {.language = about->language};
	gint64 got = order_message_get(call->desk, id, note_text, &choosing, &error);
	if (got < 0)
		call_failed(call, g_steal_pointer(&error));
	else if (!got)
		reply_refuse(call->reply, "order_message", "gone", 0, "This predefined message does not exist any more.");
	else
		fill(call, choosing.text ? choosing.text : choosing.other ? choosing.other : "");
	g_free(choosing.text);
	g_free(choosing.other);
}
