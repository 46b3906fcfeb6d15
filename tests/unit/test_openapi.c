/* The description of the API against the router: every route described, nothing described that is not there. */
#include <string.h>

#include "web/json.h"
#include "web/openapi.h"
#include "web/route.h"
#include "web/shape.h"

static bool
is_described(const struct route *route)
{
	for (const struct operation *operation = openapi_operations; operation->path; operation++)
		if (operation->method == route->method && !strcmp(operation->path, route->path))
			return true;
	return false;
}

static void
test_every_route(void)
{
	g_autoptr(GString) missing = g_string_new(NULL);
	for (size_t i = 0; route_at(i); i++)
		if (!is_described(route_at(i)))
			g_string_append_printf(missing, "\n%d %s", route_at(i)->method, route_at(i)->path);
	g_assert_cmpstr(missing->str, ==, "");
}

static void
test_nothing_else(void)
{
	g_autoptr(GString) extra = g_string_new(NULL);
	for (const struct operation *operation = openapi_operations; operation->path; operation++) {
		size_t count = 0;
		for (size_t i = 0; route_at(i); i++)
			count += route_at(i)->method == operation->method && !strcmp(operation->path, route_at(i)->path);
		if (count != 1)
			g_string_append_printf(extra, "\n%d %s (%d)", operation->method, operation->path, (int)count);
		g_assert_true(operation->summary && *operation->summary);
		g_assert_true((operation->status == 204) == !operation->answer);
	}
	g_assert_cmpstr(extra->str, ==, "");
}

/* It is JSON, and every schema that is named is there. */
static void
test_document(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) document = openapi_document("https://desk.example");
	g_autoptr(json_in) in = json_read(document, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(json_get_text(in, "openapi"), ==, "3.1.0");
	g_autofree char *text = g_strndup(g_bytes_get_data(document, NULL), g_bytes_get_size(document));
	static const char mark[] = "\"#/components/schemas/";
	for (const char *at = text; (at = strstr(at, mark));) {
		at += strlen(mark);
		g_autofree char *name = g_strndup(at, strcspn(at, "\""));
		bool is_there = false;
		for (const char *const (*schema)[2] = openapi_schemas; (*schema)[0]; schema++)
			is_there = is_there || !strcmp((*schema)[0], name);
		g_test_message("%s", name);
		g_assert_true(is_there);
	}
}

static void
test_shapes(void)
{
	static const char *const cases[][2] = {
		{"int", "{\"type\":\"integer\"}"},
		{"cell", "{\"type\":[\"string\",\"number\",\"null\"]}"},
		{"time|null", "{\"anyOf\":[{\"type\":\"string\",\"format\":\"date-time\"},{\"type\":\"null\"}]}"},
		{"[Query]", "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Query\"}}"},
		{"{a:int, b?:[text]}",
			"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[\"a\"]}"},
		{"{a?:{b:int}|null}", "{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"integer\"}},"
			"\"required\":[\"b\"]},{\"type\":\"null\"}]}}}"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		out *json = out_new();
		shape_write(json, NULL, cases[i][0]);
		g_autofree char *text = out_done_text(json);
		g_assert_cmpstr(text, ==, cases[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openapi/every-route", test_every_route);
	g_test_add_func("/openapi/nothing-else", test_nothing_else);
	g_test_add_func("/openapi/document", test_document);
	g_test_add_func("/openapi/shapes", test_shapes);
	return g_test_run();
}
