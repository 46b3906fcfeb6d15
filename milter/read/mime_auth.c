#include "milter/read/mime_auth.h"

#include <string.h>

#include "milter/read/mime_scan.h"

#define FIELDS_MAX 50
#define VALUE_MAX 60000

/* What is left of a field's value. Words come one by one, comments and blanks between them are passed over. */
struct cursor {
	const char *p, *end;
};

static void
comment_skip(struct cursor *cursor)
{
	int depth = 0;
	for (; cursor->p < cursor->end; cursor->p++) {
		if (*cursor->p == '\\' && cursor->p + 1 < cursor->end)
			cursor->p++;
		else if (*cursor->p == '(')
			depth++;
		else if (*cursor->p == ')' && --depth == 0) {
			cursor->p++;
			return;
		}
	}
}

static void
blank_skip(struct cursor *cursor)
{
	while (cursor->p < cursor->end && (g_ascii_isspace(*cursor->p) || *cursor->p == '('))
		if (*cursor->p == '(')
			comment_skip(cursor);
		else
			cursor->p++;
}

/* TRUE, and passed, when C comes next. */
static bool
passes(struct cursor *cursor, char c)
{
	blank_skip(cursor);
	bool is_there = cursor->p < cursor->end && *cursor->p == c;
	cursor->p += is_there;
	return is_there;
}

static char *
quoted_read(struct cursor *cursor)
{
	GString *word = g_string_new(NULL);
	for (cursor->p++; cursor->p < cursor->end && *cursor->p != '"'; cursor->p++) {
		if (*cursor->p == '\\' && cursor->p + 1 < cursor->end)
			cursor->p++;
		g_string_append_c(word, *cursor->p);
	}
	cursor->p += cursor->p < cursor->end;
	return g_string_free(word, FALSE);
}

/* The next word, quoted or up to a blank or one of STOPS; "" when none comes. Owner: caller. */
static char *
word_read(struct cursor *cursor, const char *stops)
{
	blank_skip(cursor);
	if (cursor->p < cursor->end && *cursor->p == '"')
		return quoted_read(cursor);
	const char *start = cursor->p;
	while (cursor->p < cursor->end && *cursor->p && !g_ascii_isspace(*cursor->p) && !strchr(stops, *cursor->p))
		cursor->p++;
	return g_strndup(start, (gsize)(cursor->p - start));
}

enum {DKIM_DOMAIN, DKIM_USER, SPF_SENDER, SPF_HELO, DMARC_FROM, PROPERTIES};
static const char *const properties[PROPERTIES] = {"header.d", "header.i", "smtp.mailfrom", "smtp.helo", "header.from"};

/* "dkim=pass (2048 bit) header.d=example.org" */
struct finding {
	char *method, *result;
	char *values[PROPERTIES]; /* NULL: not said */
};

static void
finding_clear(struct finding *finding)
{
	g_free(finding->method);
	g_free(finding->result);
	for (int i = 0; i < PROPERTIES; i++)
		g_free(finding->values[i]);
}

static void
property_read(struct cursor *cursor, struct finding *finding)
{
	g_autofree char *name = word_read(cursor, ";=(\"");
	g_autofree char *value = passes(cursor, '=') ? word_read(cursor, ";(\"") : NULL;
	if (!value && !*name && cursor->p < cursor->end && *cursor->p != ';')
		cursor->p++; /* nothing that belongs here */
	for (int i = 0; value && i < PROPERTIES; i++)
		if (!finding->values[i] && g_ascii_strcasecmp(name, properties[i]) == 0)
			finding->values[i] = g_steal_pointer(&value);
}

/* Up to the next semicolon. FALSE: nothing in it that we understand. */
static bool
finding_read(struct cursor *cursor, struct finding *finding)
{
	*finding = (struct finding){.method = word_read(cursor, ";=/(\"")};
	g_autofree char *version = passes(cursor, '/') ? word_read(cursor, ";=(\"") : g_strdup("1");
	bool is_result = passes(cursor, '=');
	finding->result = is_result ? word_read(cursor, ";(\"") : g_strdup("");
	for (blank_skip(cursor); cursor->p < cursor->end && *cursor->p != ';'; blank_skip(cursor))
		property_read(cursor, finding);
	return is_result && strcmp(version, "1") == 0;
}

/* As the registry has them, and what older or other programs say instead. */
static const char *
result_known(const char *result)
{
	static const char *const results[][2] = {{"pass", "pass"}, {"fail", "fail"}, {"softfail", "softfail"}, {"neutral", "neutral"}, {"none", "none"},
		{"temperror", "temperror"}, {"permerror", "permerror"}, {"policy", "policy"}, {"hardfail", "fail"}, {"bestguesspass", "none"}};
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		if (g_ascii_strcasecmp(result, results[i][0]) == 0)
			return results[i][1];
	return NULL;
}

/* The domain of "user@example.org", "@example.org" or "example.org", lower case; "" when there is none. Owner: caller. */
static char *
domain_of(const char *text)
{
	const char *at = text ? strrchr(text, '@') : NULL, *domain = at ? at + 1 : text ? text : "";
	bool is_good = *domain && strspn(domain, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == strlen(domain);
	return g_ascii_strdown(is_good ? domain : "", -1);
}

static bool
is_aligned(const char *domain, const char *author)
{
	g_autofree char *below = g_strconcat(".", domain, NULL);
	return *domain && (strcmp(domain, author) == 0 || g_str_has_suffix(author, below));
}

/* What a mail has found so far: a finding replaces one of less weight. */
struct verdict {
	const char *author; /* From's domain */
	int dkim, spf;      /* weight of what is noted */
	struct mime_auth *auth;
};

static void
put(char **to, const char *text)
{
	g_free(*to);
	*to = g_strdup(text);
}

static void
dkim_note(struct verdict *verdict, const struct finding *finding, const char *result)
{
	g_autofree char *domain = domain_of(finding->values[DKIM_DOMAIN] ? finding->values[DKIM_DOMAIN] : finding->values[DKIM_USER]);
	int weight = 1 + 2 * (strcmp(result, "pass") == 0) + is_aligned(domain, verdict->author);
	if (weight <= verdict->dkim)
		return;
	verdict->dkim = weight;
	put(&verdict->auth->dkim, result);
	put(&verdict->auth->dkim_domain, domain);
}

/* What is said about MAIL FROM is worth more than what is said about HELO. */
static void
spf_note(struct verdict *verdict, const struct finding *finding, const char *result)
{
	int weight = !finding->values[SPF_SENDER] && finding->values[SPF_HELO] ? 1 : 2;
	if (weight <= verdict->spf)
		return;
	verdict->spf = weight;
	put(&verdict->auth->spf, result);
	g_autofree char *domain = domain_of(finding->values[SPF_SENDER] ? finding->values[SPF_SENDER] : finding->values[SPF_HELO]);
	put(&verdict->auth->spf_domain, domain);
}

static void
dmarc_note(struct verdict *verdict, const struct finding *finding, const char *result)
{
	g_autofree char *domain = domain_of(finding->values[DMARC_FROM]);
	bool is_about_author = !finding->values[DMARC_FROM] || strcmp(domain, verdict->author) == 0;
	if (is_about_author && !*verdict->auth->dmarc)
		put(&verdict->auth->dmarc, result);
}

static const struct {
	const char *method;
	void (*note)(struct verdict *verdict, const struct finding *finding, const char *result);
} methods[] = {{"dkim", dkim_note}, {"spf", spf_note}, {"dmarc", dmarc_note}};

static void
finding_note(struct verdict *verdict, const struct finding *finding)
{
	const char *result = result_known(finding->result);
	for (gsize i = 0; result && i < G_N_ELEMENTS(methods); i++)
		if (g_ascii_strcasecmp(finding->method, methods[i].method) == 0)
			methods[i].note(verdict, finding, result);
}

/* Passes "mx.shop.example 1". FALSE: somebody else's, or in a version we do not know. */
static bool
is_trusted(struct cursor *cursor, const char *const *trusted)
{
	g_autofree char *id = word_read(cursor, ";(\""), *version = word_read(cursor, ";(\"");
	if (*version && strcmp(version, "1") != 0)
		return false;
	for (; *trusted; trusted++)
		if (g_ascii_strcasecmp(id, *trusted) == 0)
			return true;
	return false;
}

static void
field_read(struct verdict *verdict, const struct mime_field *field, const char *const *trusted)
{
	struct cursor cursor = {field->value, field->value + MIN(field->value_length, VALUE_MAX)};
	if (!is_trusted(&cursor, trusted))
		return;
	while (passes(&cursor, ';')) {
		struct finding finding;
		if (finding_read(&cursor, &finding))
			finding_note(verdict, &finding);
		finding_clear(&finding);
	}
}

static bool
is_called(const struct mime_field *field, const char *name)
{
	return field->name_length == strlen(name) && g_ascii_strncasecmp(field->name, name, field->name_length) == 0;
}

void
mime_auth_read(mime_message *message, const GArray *fields, const char *const *trusted)
{
	const struct mime_address *first = message->from->len ? message->from->pdata[0] : NULL;
	g_autofree char *author = domain_of(first ? first->address : NULL);
	struct verdict verdict = {.author = author, .auth = &message->auth};
	for (guint i = 0, read = 0; trusted && i < fields->len && read < FIELDS_MAX; i++) {
		const struct mime_field *field = &g_array_index(fields, struct mime_field, i);
		if (is_called(field, "received"))
			return;
		if (!is_called(field, "authentication-results"))
			continue;
		field_read(&verdict, field, trusted);
		read++;
	}
}
