/* JSON out and in. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "web/json.h"
#include "store/out.h"

static void
assert_text(out *json, const char *expected)
{
	g_autoptr(GBytes) bytes = out_done(json);
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_assert_cmpstr(text, ==, expected);
	json_t *read_back = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(read_back);
	json_decref(read_back);
}

static void
test_structure(void)
{
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "a", G_MININT64);
	out_array(json, "list");
	out_end(json);
	out_array(json, "more");
	out_bool(json, NULL, true);
	out_null(json, NULL);
	out_object(json, NULL);
	out_end(json);
	out_tenths(json, NULL, 1.25);
	out_tenths(json, NULL, NAN);
	out_end(json);
	out_text(json, "z", NULL);
	out_end(json);
	assert_text(json, "{\"a\":-9223372036854775808,\"list\":[],\"more\":[true,null,{},1.2,null],\"z\":null}");
}

static void
test_texts(void)
{
	static const struct {
		const char *value, *expected;
	} cases[] = {
		{"", "\"\""},
		{"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
		{"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
		{"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
		{"Zażółć 🔔", "\"Zażółć 🔔\""},
		{"bad \xff\xc3", "\"bad \xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		{"</script>", "\"</script>\""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		out *json = out_new();
		out_text(json, NULL, cases[i].value);
		assert_text(json, cases[i].expected);
	}
}

/* Whatever octets stand in a column, what goes out is JSON in UTF-8. */
static void
test_any_octets(void)
{
	for (int round = 0; round < 2000; round++) {
		char octets[64];
		for (size_t i = 0; i < sizeof octets - 1; i++)
			octets[i] = (char)g_test_rand_int_range(1, 256);
		octets[sizeof octets - 1] = '\0';
		out *json = out_new();
		out_object(json, NULL);
		out_text(json, octets, octets);
		out_end(json);
		g_autoptr(GBytes) bytes = out_done(json);
		g_assert_true(g_utf8_validate(g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), NULL));
		g_autoptr(json_in) in = json_read(bytes, NULL);
		g_assert_nonnull(in);
	}
}

static void
test_times(void)
{
	static const struct {
		gint64 ms;
		const char *expected;
	} cases[] = {
		{0, "null"},
		{1714989600000, "\"2024-05-06T10:00:00.000Z\""},
		{1714989600007, "\"2024-05-06T10:00:00.007Z\""},
		{-1, "\"1969-12-31T23:59:59.999Z\""},
		{G_MAXINT64, "null"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		out *json = out_new();
		out_time(json, NULL, cases[i].ms);
		assert_text(json, cases[i].expected);
	}
}

static void
test_stored(void)
{
	static const char *const cases[][2] = {{"{\"a\":[1,2]}", "{\"a\":[1,2]}"}, {"", "null"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		out *json = out_new();
		out_stored(json, NULL, cases[i][0]);
		assert_text(json, cases[i][1]);
	}
}

static json_in *
parse(const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	return json_read(bytes, error);
}

static void
test_reads(void)
{
	gint64 number = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_in) in = parse("{\"text\":\"a\",\"number\":9223372036854775807,\"ids\":[3,1],\"mixed\":[1,\"2\"],\"real\":1.5}", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(json_get_text(in, "text"), ==, "a");
	g_assert_null(json_get_text(in, "number"));
	g_assert_true(json_get_int(in, "number", &number));
	g_assert_cmpint(number, ==, G_MAXINT64);
	g_assert_false(json_get_int(in, "real", &number));
	g_assert_false(json_get_int(in, "none", &number));
	g_autoptr(GArray) ids = json_get_ints(in, "ids");
	g_assert_cmpuint(ids->len, ==, 2);
	g_assert_cmpint(g_array_index(ids, gint64, 0), ==, 3);
	g_assert_null(json_get_ints(in, "mixed"));
	g_assert_null(json_get_ints(in, "text"));
}

static void
test_refuses(void)
{
	static const char *const cases[] = {"", "[]", "7", "{", "{}x", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}", "{\"a\":01}", "{'a':1}", "{\"a\":\"\\u0000\"}"};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(parse(cases[i], &error));
		g_assert_nonnull(error);
	}
	g_autofree char *deep = g_strnfill(60000, '[');
	g_autofree char *text = g_strconcat("{\"a\":", deep, NULL);
	g_assert_null(parse(text, NULL));
}

static void
test_member(void)
{
	g_autofree char *list = json_member("{\"to\":[ {\"name\":\"A\"} ]}", "to");
	g_assert_cmpstr(list, ==, "[{\"name\":\"A\"}]");
	g_assert_null(json_member("{}", "to"));
	g_assert_null(json_member("", "to"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/structure", test_structure);
	g_test_add_func("/json/texts", test_texts);
	g_test_add_func("/json/any-octets", test_any_octets);
	g_test_add_func("/json/times", test_times);
	g_test_add_func("/json/stored", test_stored);
	g_test_add_func("/json/reads", test_reads);
	g_test_add_func("/json/refuses", test_refuses);
	g_test_add_func("/json/member", test_member);
	return g_test_run();
}
