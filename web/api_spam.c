#include "web/api_spam.h"

#include <string.h>

#include "store/spam.h"
#include "web/crud.h"
#include "web/json.h"

static bool
write_rule(const struct spam_rule *rule, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", rule->id);
	out_text(json, "header", rule->header);
	out_text(json, "match", rule->match);
	out_text(json, "value", rule->value);
	out_text(json, "where", rule->place);
	out_int(json, "version", rule->version);
	out_end(json);
	return true;
}

/* There are few: all of them are one page. */
void
api_spam_list(struct call *call)
{
	GError *error = NULL;
	gint64 total = spam_total(call->desk, &error);
	out *json = crud_begin("rules", total, 1, SPAM_RULES_MAX);
	bool is_whole = total >= 0 && spam_each(call->desk, write_rule, json, &error);
	crud_end(call, json, is_whole, error);
}

/* A rule as it is, then as it is to be; its texts are owned. */
struct edit {
	gint64 id, version;
	char *header, *match, *value, *where;
	int got;
};

static void
edit_clear(struct edit *edit)
{
	g_free(edit->header);
	g_free(edit->match);
	g_free(edit->value);
	g_free(edit->where);
}

static bool
keep(const struct spam_rule *rule, void *data)
{
	struct edit *edit = data;
	*edit = (struct edit){rule->id, rule->version, g_strdup(rule->header), g_strdup(rule->match), g_strdup(rule->value), g_strdup(rule->place), 0};
	return true;
}

/* FALSE with the reply set. EDIT gets the present rule. */
static bool
load(struct call *call, gint64 id, struct edit *edit)
{
	GError *error = NULL;
	int got = spam_get(call->desk, id, keep, edit, &error);
	if (got < 0)
		call_failed(call, error);
	else if (!got)
		call_not_found(call);
	return got > 0;
}

static void
answer(struct call *call, int status, gint64 id)
{
	struct edit edit = {0};
	if (load(call, id, &edit)) {
		out *json = out_new();
		write_rule(&(struct spam_rule){edit.id, edit.version, edit.header, edit.match, edit.value, edit.where}, json);
		call_tag(call, edit.version);
		call_json(call, status, json);
	}
	edit_clear(&edit);
}

void
api_spam_get(struct call *call)
{
	answer(call, 200, call->ids[0]);
}

static void
read_text(const json_in *in, const char *name, char **text)
{
	const char *given = json_get_text(in, name);
	if (given) {
		g_free(*text);
		*text = g_strstrip(g_strdup(given));
	}
}

/* A field name of RFC 5322 section 3.6.8. */
static bool
is_field_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (!g_ascii_isgraph(*c) || *c == ':')
			return false;
	return true;
}

static void
check_texts(struct call *call, const struct edit *edit)
{
	const struct {
		const char *name, *text;
		int most;
	} fields[] = {{"header", edit->header, SPAM_HEADER_MAX}, {"value", edit->value, SPAM_VALUE_MAX}};
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (!*fields[i].text)
			reply_refuse(call->reply, fields[i].name, "required", 0, "The field %s is required.", fields[i].name);
		else if (strlen(fields[i].text) > (size_t)fields[i].most)
			reply_refuse(call->reply, fields[i].name, "too_long", fields[i].most, "This value is too long. It should have %d characters or less.",
				fields[i].most);
	}
	if (!is_field_name(edit->header))
		reply_refuse(call->reply, "header", "header", 0, "The name of a header has neither blanks nor a colon.");
}

static void
check_choices(struct call *call, const struct edit *edit)
{
	if (!g_strv_contains(spam_matches, edit->match))
		reply_refuse(call->reply, "match", "choice", 0, "match must be is, starts or contains.");
	if (!g_strv_contains(spam_places, edit->where))
		reply_refuse(call->reply, "where", "choice", 0, "where must be anywhere or above.");
}

static bool
run_save(db *desk, void *data, GError **error)
{
	struct edit *edit = data;
	struct spam_rule rule = {edit->id, edit->version, edit->header, edit->match, edit->value, edit->where};
	edit->got = spam_save(desk, &rule, error);
	edit->id = rule.id;
	return edit->got >= 0;
}

static void
answer_save(struct call *call, const struct edit *edit, int status)
{
	if (edit->got == 1)
		answer(call, status, edit->id);
	else if (edit->got == 2)
		reply_refuse(call->reply, "value", "spam_rule_taken", 0, "There is such a row already.");
	else if (edit->got == 3)
		call_outdated(call);
	else if (edit->got == 4)
		reply_refuse(call->reply, "header", "spam_rule_full", SPAM_RULES_MAX, "There are %d rows already; delete one first.", SPAM_RULES_MAX);
	else
		call_not_found(call);
}

static void
save(struct call *call, struct edit *edit, int status)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	read_text(in, "header", &edit->header);
	read_text(in, "match", &edit->match);
	read_text(in, "value", &edit->value);
	read_text(in, "where", &edit->where);
	check_texts(call, edit);
	check_choices(call, edit);
	if (!call->reply->wrong && call_write(call, run_save, edit))
		answer_save(call, edit, status);
}

void
api_spam_add(struct call *call)
{
	struct edit edit = {.header = g_strdup(""), .match = g_strdup(spam_matches[0]), .value = g_strdup(""), .where = g_strdup(spam_places[0])};
	save(call, &edit, 201);
	edit_clear(&edit);
}

void
api_spam_change(struct call *call)
{
	struct edit edit = {0};
	gint64 version;
	if (call_version(call, &version) && load(call, call->ids[0], &edit)) {
		edit.version = version;
		save(call, &edit, 200);
	}
	edit_clear(&edit);
}

static int
drop(db *desk, const viewer *who, gint64 id, GError **error)
{
	(void)who;
	return spam_drop(desk, id, error);
}

static const struct crud_noun noun = {"spam_rule", drop};

void
api_spam_drop(struct call *call)
{
	crud_drop(call, &noun);
}

void
api_spam_drop_all(struct call *call)
{
	crud_drop_all(call, &noun);
}
