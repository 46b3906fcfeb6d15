#include "web/openapi.h"

#include <string.h>

#include "web/route.h"
#include "web/shape.h"

static const char *const method_names[] = {[HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PUT] = "put", [HTTP_PATCH] = "patch",
	[HTTP_DELETE] = "delete"};
static const char *const parameter_names[] = {"id", "n"};

/* "/a/#/b/#" as "/a/{id}/b/{n}". Owner: caller. */
static char *
template_of(const char *path)
{
	int count = 0;
	GString *template = g_string_new(NULL);
	for (; *path; path++)
		if (*path == '#' && count < (int)G_N_ELEMENTS(parameter_names))
			g_string_append_printf(template, "{%s}", parameter_names[count++]);
		else
			g_string_append_c(template, *path);
	return g_string_free(template, FALSE);
}

/* "get-threads-id": what generators name a call by. Owner: caller. */
static char *
operation_id(const struct operation *operation)
{
	GString *id = g_string_new(method_names[operation->method]);
	g_auto(GStrv) steps = g_strsplit_set(operation->path, "/.", -1);
	for (char **step = steps; *step; step++)
		if (**step && strcmp(*step, "api") && strcmp(*step, "v1"))
			g_string_append_printf(id, "-%s", strcmp(*step, "#") ? *step : "one");
	return g_string_free(id, FALSE);
}

static void
write_parameter(out *json, const char *name, const char *where, const char *shape)
{
	out_object(json, NULL);
	out_text(json, "name", name);
	out_text(json, "in", where);
	out_bool(json, "required", !strcmp(where, "path"));
	shape_write(json, "schema", shape);
	out_end(json);
}

static bool
needs_version(const struct operation *operation)
{
	return (operation->method == HTTP_PUT || operation->method == HTTP_PATCH) && operation->query && strstr(operation->query, "If-Match");
}

static void
write_parameters(out *json, const struct operation *operation)
{
	int count = 0;
	g_auto(GStrv) words = g_strsplit(operation->query ? operation->query : "", " ", -1);
	out_array(json, "parameters");
	for (const char *c = operation->path; *c; c++)
		if (*c == '#' && count < (int)G_N_ELEMENTS(parameter_names))
			write_parameter(json, parameter_names[count++], "path", "int");
	for (char **word = words; *word; word++) {
		g_auto(GStrv) halves = g_strsplit(*word, ":", 2);
		if (*halves && halves[1])
			write_parameter(json, halves[0], "query", halves[1]);
	}
	if (needs_version(operation))
		write_parameter(json, "If-Match", "header", "text");
	out_end(json);
}

static void
write_content(out *json, const char *type, const char *shape)
{
	out_object(json, "content");
	out_object(json, type);
	shape_write(json, "schema", shape);
	out_end(json);
	out_end(json);
}

static void
write_body(out *json, const struct operation *operation)
{
	if (!operation->body)
		return;
	out_object(json, "requestBody");
	out_bool(json, "required", true);
	write_content(json, strchr(operation->body, '/') ? operation->body : "application/json", strchr(operation->body, '/') ? "text" : operation->body);
	out_end(json);
}

static void
write_responses(out *json, const struct operation *operation)
{
	g_autofree char *status = g_strdup_printf("%d", operation->status);
	bool is_media = operation->answer && strchr(operation->answer, '/');
	out_object(json, "responses");
	out_object(json, status);
	out_text(json, "description", operation->answer ? "Done." : "Done, nothing to say.");
	if (operation->answer)
		write_content(json, is_media ? operation->answer : "application/json", is_media ? "text" : operation->answer);
	out_end(json);
	out_object(json, "default");
	out_text(json, "description", "It was refused, or could not be done; detail says why.");
	write_content(json, "application/problem+json", "Problem");
	out_end(json);
	out_end(json);
}

static void
write_security(out *json, enum who who)
{
	static const char *const least[] = {[WHO_VIEWER] = "viewer", [WHO_AGENT] = "agent", [WHO_ADMIN] = "admin"};
	static const char *const schemes[] = {"cookie", "token"};
	bool is_open = who != WHO_VIEWER && who != WHO_AGENT && who != WHO_ADMIN;
	if (!is_open)
		out_text(json, "x-role", least[who]);
	out_array(json, "security");
	for (size_t i = 0; !is_open && i < G_N_ELEMENTS(schemes); i++) {
		out_object(json, NULL);
		out_array(json, schemes[i]);
		out_end(json);
		out_end(json);
	}
	out_end(json);
}

static void
write_operation(out *json, const struct operation *operation)
{
	gint64 ids[2];
	g_autofree char *id = operation_id(operation), *allow = NULL, *path = g_strdup(operation->path);
	g_strdelimit(path, "#", '1');
	const struct route *route = route_find(operation->method, path, ids, &allow);
	out_object(json, method_names[operation->method]);
	out_text(json, "operationId", id);
	out_text(json, "summary", operation->summary);
	write_security(json, route ? route->who : WHO_NOBODY);
	write_parameters(json, operation);
	write_body(json, operation);
	write_responses(json, operation);
	out_end(json);
}

/* All operations of a path together, at its first one. */
static void
write_path(out *json, const struct operation *first)
{
	for (const struct operation *before = openapi_operations; before < first; before++)
		if (!strcmp(before->path, first->path))
			return;
	g_autofree char *template = template_of(first->path);
	out_object(json, template);
	for (const struct operation *operation = first; operation->path; operation++)
		if (!strcmp(operation->path, first->path))
			write_operation(json, operation);
	out_end(json);
}

static void
write_scheme(out *json, const char *name, const char *type, const char *key, const char *value)
{
	out_object(json, name);
	out_text(json, "type", type);
	out_text(json, key, value);
	if (!strcmp(type, "apiKey"))
		out_text(json, "in", "cookie");
	out_end(json);
}

static void
write_components(out *json)
{
	out_object(json, "components");
	out_object(json, "securitySchemes");
	write_scheme(json, "cookie", "apiKey", "name", "belfry");
	write_scheme(json, "token", "http", "scheme", "bearer");
	out_end(json);
	out_object(json, "schemas");
	for (const char *const (*schema)[2] = openapi_schemas; (*schema)[0]; schema++)
		shape_write(json, (*schema)[0], (*schema)[1]);
	out_end(json);
	out_end(json);
}

GBytes *
openapi_document(const char *origin)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "openapi", "3.1.0");
	out_object(json, "info");
	out_text(json, "title", "Belfry");
	out_text(json, "version", BELFRY_VERSION);
	out_text(json, "description", "Times are ISO 8601, UTC. Changes by cookie need our Origin; Bearer tokens none. The bell is a WebSocket,"
		" /api/v1/bell?since=EVENT, subprotocol \"bell\". What is changed by version takes its ETag in If-Match: 428 without, 412 when somebody"
		" else was first.");
	out_end(json);
	out_array(json, "servers");
	out_object(json, NULL);
	out_text(json, "url", origin);
	out_end(json);
	out_end(json);
	out_object(json, "paths");
	for (const struct operation *operation = openapi_operations; operation->path; operation++)
		write_path(json, operation);
	out_end(json);
	write_components(json);
	out_end(json);
	return out_done(json);
}

void
openapi_answer(struct call *call)
{
	reply_body(call->reply, 200, "application/json", g_bytes_ref(call->web->openapi));
	reply_header(call->reply, "Cache-Control", "no-cache");
}
