#include "web/request.h"

#include <string.h>

struct request *
request_new(enum http_method method, const char *path)
{
	struct request *request = g_new0(struct request, 1);
	request->method = method;
	request->path = g_strdup(path);
	request->arguments = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	request->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return request;
}

void
request_free(struct request *request)
{
	if (!request)
		return;
	g_free(request->path);
	g_free(request->peer);
	g_hash_table_unref(request->arguments);
	g_hash_table_unref(request->headers);
	g_clear_pointer(&request->body, g_byte_array_unref);
	g_free(request);
}

void
request_add_argument(struct request *request, const char *argument)
{
	const char *equals = strchr(argument, '=');
	size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
	g_autofree char *name = g_strndup(argument, length);
	if (*name && !g_hash_table_contains(request->arguments, name))
		g_hash_table_insert(request->arguments, g_steal_pointer(&name), g_strdup(equals ? equals + 1 : ""));
}

void
request_add_header(struct request *request, const char *name, const char *value)
{
	g_hash_table_insert(request->headers, g_ascii_strdown(name, -1), g_strdup(value));
}

bool
request_is_local(const char *address)
{
	return !*address || !strcmp(address, "127.0.0.1") || !strcmp(address, "::1") || !strcmp(address, "::ffff:127.0.0.1");
}

void
request_set_peer(struct request *request, const char *address)
{
	const char *given = request_header(request, "x-forwarded-for");
	bool is_local = request_is_local(address);
	const char *comma = given ? strrchr(given, ',') : NULL;
	g_free(request->peer);
	request->peer = given && is_local ? g_strstrip(g_strndup(comma ? comma + 1 : given, 64)) : g_strdup(address);
}

const char *
request_argument(const struct request *request, const char *name)
{
	return g_hash_table_lookup(request->arguments, name);
}

const char *
request_header(const struct request *request, const char *name)
{
	return g_hash_table_lookup(request->headers, name);
}

char *
request_cookie(const struct request *request, const char *name)
{
	const char *header = request_header(request, "cookie");
	g_auto(GStrv) pairs = g_strsplit(header ? header : "", ";", -1);
	for (char **pair = pairs; *pair; pair++) {
		char *equals = strchr(g_strchug(*pair), '=');
		if (equals && strlen(name) == (size_t)(equals - *pair) && g_str_has_prefix(*pair, name))
			return g_strdup(g_strchomp(equals + 1));
	}
	return NULL;
}

char *
request_told_path(const struct request *request)
{
	return g_strdup(g_str_has_prefix(request->path, "/reset/") ? "/reset/…" : request->path);
}

static bool
is_valid(const struct request *request)
{
	GHashTableIter each;
	void *name, *value;
	if (*request->path != '/' || !g_utf8_validate(request->path, -1, NULL))
		return false;
	g_hash_table_iter_init(&each, request->arguments);
	while (g_hash_table_iter_next(&each, &name, &value))
		if (!g_utf8_validate(name, -1, NULL) || !g_utf8_validate(value, -1, NULL))
			return false;
	return true;
}

static bool
may_have_body(enum http_method method)
{
	return method == HTTP_POST || method == HTTP_PUT || method == HTTP_PATCH;
}

/* libwebsockets would take the first number of several, and wait for 100 MB where there is none. */
static int
read_length(const struct request *request, gint64 most, gint64 *length)
{
	const char *given = request_header(request, "content-length");
	guint64 number = 0;
	*length = 0;
	if (!given)
		return may_have_body(request->method) ? 411 : 0;
	if (!g_ascii_string_to_unsigned(given, 10, 0, G_MAXINT64, &number, NULL))
		return 400;
	if (number && !may_have_body(request->method))
		return 400;
	if (number > (guint64)most)
		return 413;
	*length = (gint64)number;
	return 0;
}

int
request_refusal(const struct request *request, gint64 most, gint64 *length)
{
	int refusal = read_length(request, most, length);
	const char *coding = request_header(request, "transfer-encoding");
	if (coding)
		return g_ascii_strcasecmp(coding, "chunked") ? 501 : 411; /* RFC 9112 6.3: a server may ask for a length */
	if (request_header(request, "expect"))
		return 417;
	if (!is_valid(request))
		return 400;
	return refusal;
}
