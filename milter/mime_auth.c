#include "milter/mime_auth.h"

#include <string.h>

/* VALUE without comments and quoted strings, which may hold anything. */
static char *bare_value(const char *value)
{
	g_autoptr(GString) bare = g_string_new(NULL);
	int depth = 0;
	bool is_quoted = false;
	for (const char *p = value; *p; p++) {
		if (*p == '\\' && p[1]) {
			p++;
		} else if (*p == '"' && depth == 0) {
			is_quoted = !is_quoted;
		} else if (*p == '(' && !is_quoted) {
			depth++;
		} else if (*p == ')' && depth > 0) {
			depth--;
		} else if (depth == 0 && !is_quoted) {
			g_string_append_c(bare, *p);
		}
	}
	return g_string_free(g_steal_pointer(&bare), FALSE);
}

static bool is_trusted(const char *id, const char *const *trusted)
{
	for (; trusted && *trusted; trusted++)
		if (g_ascii_strcasecmp(id, *trusted) == 0)
			return true;
	return false;
}

static void result_note(char **to, const char *result)
{
	static const char *const results[] = {"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy"};
	if (strcmp(*to, "pass") == 0)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++) {
		if (g_ascii_strcasecmp(result, results[i]) != 0 || (**to && i > 0))
			continue;
		g_free(*to);
		*to = g_strdup(results[i]);
	}
}

/* "dkim=pass header.d=example.org" */
static void method_read(struct mime_auth *auth, const char *text)
{
	const struct {const char *method; char **to;} methods[] = {{"spf", &auth->spf}, {"dkim", &auth->dkim}, {"dmarc", &auth->dmarc}};
	g_autofree char *copy = g_strstrip(g_strdup(text));
	char *equals = strchr(copy, '=');
	if (!equals)
		return;
	*equals = '\0';
	copy[strcspn(copy, " /\t")] = '\0';
	char *result = g_strchug(equals + 1);
	result[strcspn(result, " \t;")] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		if (g_ascii_strcasecmp(copy, methods[i].method) == 0)
			result_note(methods[i].to, result);
}

void mime_auth_read(mime_message *message, const char *const *trusted)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const struct mime_header *header = message->headers->pdata[i];
		if (!header->is_above_received || strcmp(header->name, "authentication-results") != 0)
			continue;
		g_autofree char *bare = bare_value(header->value);
		g_auto(GStrv) pieces = g_strsplit(bare, ";", 50);
		char *id = g_strstrip(pieces[0] ? pieces[0] : bare);
		id[strcspn(id, " \t")] = '\0'; /* a version may follow */
		for (guint k = 1; pieces[0] && pieces[k] && is_trusted(id, trusted); k++)
			method_read(&message->auth, pieces[k]);
	}
}
