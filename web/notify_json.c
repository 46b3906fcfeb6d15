#include "web/notify_json.h"

#include <string.h>

static const char *const kinds[] = {"message", "assigned", "undelivered", NULL};
static const char *const ways[] = {"bell", "sound", "desktop", NULL};

static void
write_usual(out *json, const char *name)
{
	out_object(json, name);
	for (const char *const *way = ways; *way; way++) {
		out_array(json, *way);
		for (const char *const *kind = kinds; *kind; kind++)
			out_text(json, NULL, *kind);
		out_end(json);
	}
	out_null(json, "quiet");
	out_end(json);
}

void
notify_json(out *json, const char *name, const char *stored)
{
	if (*stored)
		out_stored(json, name, stored);
	else
		write_usual(json, name);
}

/* "22:30" */
static bool
is_time(const char *text)
{
	return text && strlen(text) == 5 && text[2] == ':' && g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[3]) &&
		g_ascii_isdigit(text[4]) && strncmp(text, "24", 2) < 0 && text[3] < '6';
}

static bool
are_kinds(GPtrArray *list)
{
	for (guint i = 0; list && i < list->len; i++)
		if (!g_strv_contains(kinds, list->pdata[i]))
			return false;
	return list != NULL;
}

static bool
has(GPtrArray *list, const char *kind)
{
	return g_ptr_array_find_with_equal_func(list, kind, g_str_equal, NULL);
}

static bool
read_way(struct call *call, const json_in *notify, const char *way, out *json)
{
	g_autoptr(GPtrArray) given = json_get_texts(notify, way);
	if (!are_kinds(given)) {
		reply_wrong_field(call->reply, "notify", "%s must be a list of message, assigned and undelivered.", way);
		return false;
	}
	out_array(json, way);
	for (const char *const *kind = kinds; *kind; kind++)
		if (has(given, *kind))
			out_text(json, NULL, *kind);
	out_end(json);
	return true;
}

static bool
read_quiet(struct call *call, const json_in *notify, out *json)
{
	const json_in *quiet = json_get_object(notify, "quiet");
	if (!quiet) {
		out_null(json, "quiet");
		return true;
	}
	const char *from = json_get_text(quiet, "from"), *to = json_get_text(quiet, "to");
	bool ok = is_time(from) && is_time(to);
	out_object(json, "quiet");
	out_text(json, "from", from);
	out_text(json, "to", to);
	out_end(json);
	if (!ok)
		reply_refuse(call->reply, "quiet", "time", 0, "Quiet hours must be times such as 22:30.");
	return ok;
}

static char *
kinds_without(GPtrArray *bell)
{
	g_autoptr(GString) off = g_string_new(NULL);
	for (const char *const *kind = kinds; *kind; kind++)
		if (!has(bell, *kind))
			g_string_append_printf(off, "%s%s", off->len ? " " : "", *kind);
	return g_strdup(off->str);
}

bool
notify_json_read(struct call *call, const json_in *in, char **stored, char **bell_off)
{
	const json_in *notify = json_get_object(in, "notify");
	*stored = *bell_off = NULL;
	if (!notify && json_has(in, "notify"))
		reply_wrong_field(call->reply, "notify", "notify must be an object.");
	if (!notify)
		return !json_has(in, "notify");
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	bool ok = true;
	for (const char *const *way = ways; *way && ok; way++)
		ok = read_way(call, notify, *way, json);
	if (!ok || !read_quiet(call, notify, json))
		return false;
	out_end(json);
	g_autoptr(GPtrArray) bell = json_get_texts(notify, "bell");
	*bell_off = kinds_without(bell);
	*stored = out_done_text(g_steal_pointer(&json));
	return true;
}
