#include "web/texts.h"

#include <string.h>

#include "store/placeholder.h"
#include "store/shop.h"

const char *const language_codes[] = {"en", "fr", "nl", "pl", NULL};
const char *const language_names[] = {"English", "French", "Dutch", "Polish"};

void
texts_init(struct texts *texts)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		texts->in[i] = g_strdup("");
}

void
texts_clear(struct texts *texts)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		g_clear_pointer(&texts->in[i], g_free);
}

int
texts_find(const char *language)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (!strcmp(language_codes[i], language))
			return i;
	return -1;
}

void
texts_set(struct texts *texts, const char *language, const char *text)
{
	int at = texts_find(language);
	if (at < 0)
		return;
	g_free(texts->in[at]);
	texts->in[at] = g_strdup(text);
}

/* Lines as the store has them, no blanks around. */
static char *
clean(const char *text, bool is_line)
{
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
	char *joined = g_strjoinv("\n", lines);
	return g_strstrip(is_line ? g_strdelimit(joined, "\r\n", ' ') : joined);
}

static void
check_fields(struct call *call, const char *field, int at, const char *text)
{
	g_autoptr(GPtrArray) unknown = placeholder_unknown(text);
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < unknown->len; i++)
		g_string_append_printf(names, "%s{%s}", i ? ", " : "", (const char *)unknown->pdata[i]);
	if (unknown->len)
		reply_refuse(call->reply, field, "unknown_field", 0, "There is no such field: %s. - Language: %s", names->str, language_names[at]);
}

static void
check(struct call *call, const struct texts_rule *rule, int at, int needed, const char *text)
{
	g_autofree char *field = g_strdup_printf("%s.%s", rule->field, language_codes[at]);
	if (rule->is_needed && at == needed && !*text)
		reply_refuse(call->reply, field, "required_default", 0, "The field %s is required at least in your default language. - Language: %s",
			rule->label, language_names[at]);
	else if (g_utf8_strlen(text, -1) > rule->limit)
		reply_refuse(call->reply, field, rule->code, rule->limit, "This value is too long. It should have %d characters or less. - Language: %s",
			rule->limit, language_names[at]);
	else if (rule->has_fields)
		check_fields(call, field, at, text);
}

void
texts_read(struct call *call, const json_in *in, const struct texts_rule *rule, int needed, struct texts *texts)
{
	const json_in *given = json_get_object(in, rule->field);
	if (!given && json_has(in, rule->field)) {
		reply_refuse(call->reply, rule->field, "texts", 0, "%s must be an object with a text for each language.", rule->field);
		return;
	}
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		const char *text = given ? json_get_text(given, language_codes[i]) : NULL;
		if (text) {
			g_free(texts->in[i]);
			texts->in[i] = clean(text, rule->is_line);
		}
		check(call, rule, i, needed, texts->in[i]);
	}
}

static bool
note_language(const struct shop_row *shop, void *data)
{
	int *at = data;
	*at = MAX(texts_find(shop->language), 0);
	return false;
}

int
texts_default(struct call *call)
{
	GError *error = NULL;
	int at = 0;
	if (shop_each(call->desk, note_language, &at, &error))
		return at;
	call_failed(call, error);
	return -1;
}

void
texts_write(out *json, const char *name, const struct texts *texts)
{
	out_object(json, name);
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		out_text(json, language_codes[i], texts->in[i]);
	out_end(json);
}
