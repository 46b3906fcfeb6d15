#include "web/api_session.h"

#include <string.h>

#include "store/contact.h"
#include "store/employee.h"
#include "store/shop.h"
#include "web/auth.h"
#include "web/json.h"
#include "web/notify_json.h"

#define EMAIL_MAX 320
#define PASSWORD_MAX 1024
#define CODE_MAX 100

struct listing {
	const viewer *who;
	out *json;
	GPtrArray *languages;
};

static void
write_named(out *json, gint64 id, const char *name)
{
	out_object(json, NULL);
	out_int(json, "id", id);
	out_text(json, "name", name);
	out_end(json);
}

static bool
write_shop(const struct shop_row *shop, void *data)
{
	struct listing *list = data;
	write_named(list->json, shop->id, shop->name);
	g_auto(GStrv) languages = g_strsplit(shop->languages, ",", -1);
	for (char **language = languages; *language; language++)
		if (!g_ptr_array_find_with_equal_func(list->languages, *language, g_str_equal, NULL))
			g_ptr_array_add(list->languages, g_strdup(*language));
	return true;
}

static bool
write_contact(const struct contact_row *contact, void *data)
{
	struct listing *list = data;
	if (viewer_may_see(list->who, contact->id))
		write_named(list->json, contact->id, contact->name);
	return true;
}

static bool
write_lists(out *json, db *desk, const viewer *who, GError **error)
{
	g_autoptr(GPtrArray) languages = g_ptr_array_new_with_free_func(g_free);
	struct listing list = {who, json, languages};
	out_array(json, "shops");
	if (!shop_each(desk, write_shop, &list, error))
		return false;
	out_end(json);
	out_array(json, "languages");
	for (guint i = 0; i < languages->len; i++)
		out_text(json, NULL, languages->pdata[i]);
	out_end(json);
	out_array(json, "contacts");
	if (!contact_each(desk, who->language, write_contact, &list, error))
		return false;
	out_end(json);
	return true;
}

static void
write_person(out *json, const employee *person)
{
	out_int(json, "id", person->id);
	out_text(json, "firstname", person->firstname);
	out_text(json, "lastname", person->lastname);
	out_text(json, "email", person->email);
	out_text(json, "role", person->role);
	out_text(json, "language", person->language);
	out_text(json, "theme", person->theme);
	out_text(json, "signature", person->signature);
	notify_json(json, "notify", person->notify);
	out_int(json, "version", person->version);
	out_object(json, "context");
	out_text(json, "kind", "all");
	out_end(json);
}

/* Where the bell of a page that has just been loaded begins. */
static void
write_bell(out *json, const struct web *web)
{
	g_autofree char *epoch = hub_epoch(web->hub);
	out_object(json, "bell");
	out_int(json, "event", hub_last(web->hub));
	out_text(json, "epoch", epoch);
	out_end(json);
}

void
api_session_get(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_get(call->desk, call->who->id, &error);
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	if (person)
		write_person(json, person);
	write_bell(json, call->web);
	if (error || !write_lists(json, call->desk, call->who, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

void
api_session_look(struct call *call)
{
	if (call->who)
		api_session_get(call);
	else
		call->reply->status = 204;
}

/* The session as PERSON sees it now. */
static void
answer_as(struct call *call, gint64 person)
{
	g_autoptr(GError) error = NULL;
	viewer_free(call->who);
	call->who = viewer_load(call->desk, person, &error);
	if (call->who)
		api_session_get(call);
	else if (error)
		call_failed(call, g_steal_pointer(&error));
	else
		reply_problem(call->reply, 401, "This account is not active.");
}

static bool
is_text_within(const char *text, size_t most)
{
	return text && *text && strlen(text) <= most;
}

void
api_session_open(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	const char *email = json_get_text(in, "email"), *password = json_get_text(in, "password");
	if (!is_text_within(email, EMAIL_MAX) || !is_text_within(password, PASSWORD_MAX)) {
		reply_problem(call->reply, 400, "Email address and password are needed.");
		return;
	}
	const char *code = json_get_text(in, "totp");
	gint64 person = auth_log_in(call, email, password, code && strlen(code) <= CODE_MAX ? code : NULL);
	if (person && auth_begin(call, person))
		answer_as(call, person);
}

void
api_session_close(struct call *call)
{
	if (auth_end(call))
		call->reply->status = 204;
}
