#include "milter/read/bounce_notice.h"

#include <string.h>

#define TEXT_LOOKED_AT (64 * 1024)
#define STRING_MAX 998

/* What is read of one object of the JSON: the notice is searched, not parsed, for some come as a string of another object, cut off, or with a
 * signature below. */
struct object {
	char *key; /* the last string that a colon followed */
	char *address, *action, *status, *diagnostic, *name;
};

static const struct {const char *type, *action;} types[] = {{"bounce", "failed"}, {"delivery", "delivered"}, {"deliverydelay", "delayed"},
	{"complaint", "complaint"}};

static void
set(char **to, const char *value)
{
	g_free(*to);
	*to = g_strdup(value);
}

static void
object_end(struct object *object, struct bounce_notice *notice, const char *action)
{
	char **const all[] = {&object->address, &object->action, &object->status, &object->diagnostic, &object->name, &object->key};
	if (object->address) {
		g_autofree char *group = g_strdup_printf("%s\nFinal-Recipient: rfc822; %s\nAction: %s\nStatus: %s\nDiagnostic-Code: %s\n", notice->fields,
			object->address, object->action ? object->action : action, object->status ? object->status : "", object->diagnostic ? object->diagnostic : "");
		set(&notice->fields, group);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		g_clear_pointer(all[i], g_free);
}

static const char *
action_of(const char *type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_ascii_strcasecmp(type, types[i].type) == 0)
			return types[i].action;
	return NULL;
}

/* VALUE, a string of OBJECT that its key names. *ACTION: what kind of notice it is. */
static void
value_take(struct object *object, struct bounce_notice *notice, const char *value, const char **action)
{
	static const struct {const char *key; gsize offset;} slots[] = {
		{"emailAddress", offsetof(struct object, address)}, {"action", offsetof(struct object, action)}, {"status", offsetof(struct object, status)},
		{"diagnosticCode", offsetof(struct object, diagnostic)}, {"name", offsetof(struct object, name)},
	};
	const char *key = object->key ? object->key : "";
	for (gsize i = 0; i < G_N_ELEMENTS(slots); i++)
		if (strcmp(key, slots[i].key) == 0)
			set((char **)((char *)object + slots[i].offset), value);
	if (strcmp(key, "notificationType") == 0 || strcmp(key, "eventType") == 0)
		*action = action_of(value) ? action_of(value) : *action;
	if (strcmp(key, "value") == 0 && g_strcmp0(object->name, "Message-ID") == 0) {
		g_autofree char *header = g_strdup_printf("Message-ID: %s\n", value);
		set(&notice->header, header);
	}
}

/* The string behind the quote at *P; *P moves behind the closing one. Owner: caller. */
static char *
take_string(const char **p)
{
	const char *begin = *p + 1, *end = strchr(begin, '"');
	end = end ? end : begin + strlen(begin);
	*p = end + (*end == '"');
	return g_strdelimit(g_strndup(begin, MIN((gsize)(end - begin), STRING_MAX)), "\r\n\t", ' ');
}

static void
scan(struct bounce_notice *notice, const char *text, const char **action)
{
	struct object object = {NULL};
	for (const char *p = text; *p;) {
		if (*p == '"') {
			g_autofree char *string = take_string(&p);
			if (p[strspn(p, " \n")] == ':')
				set(&object.key, string);
			else
				value_take(&object, notice, string, action);
		} else {
			if (*p == '{' || *p == '}')
				object_end(&object, notice, *action ? *action : "");
			p++;
		}
	}
	object_end(&object, notice, *action ? *action : "");
}

bool
bounce_notice_read(struct bounce_notice *notice, const char *text)
{
	*notice = (struct bounce_notice){.fields = g_strdup(""), .header = g_strdup("")};
	text += strspn(text, " \n\t");
	if (*text != '{' || !(strstr(text, "notificationType") || strstr(text, "eventType")))
		return false;
	g_autoptr(GString) plain = g_string_new_len(text, (gssize)strnlen(text, TEXT_LOOKED_AT));
	g_string_replace(plain, "\\n", " ", 0);
	g_string_replace(plain, "\\", "", 0);
	g_string_replace(plain, "\"{", "{", 0); /* an object within a string */
	g_string_replace(plain, "}\"", "}", 0);
	const char *action = NULL;
	scan(notice, plain->str, &action);
	notice->is_complaint = g_strcmp0(action, "complaint") == 0;
	if (action && !*notice->fields) {
		g_autofree char *whole = g_strdup_printf("Action: %s\n", action);
		set(&notice->fields, whole);
	}
	return action != NULL;
}

void
bounce_notice_clear(struct bounce_notice *notice)
{
	g_free(notice->fields);
	g_free(notice->header);
}
