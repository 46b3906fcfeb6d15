/* Requests as plain values. */
#include "web/request.h"

static void
test_arguments(void)
{
	struct request *request = request_new(HTTP_GET, "/");
	request_add_argument(request, "q=a=b");
	request_add_argument(request, "q=second");
	request_add_argument(request, "empty=");
	request_add_argument(request, "bare");
	request_add_argument(request, "=nameless");
	g_assert_cmpstr(request_argument(request, "q"), ==, "a=b");
	g_assert_cmpstr(request_argument(request, "empty"), ==, "");
	g_assert_cmpstr(request_argument(request, "bare"), ==, "");
	g_assert_null(request_argument(request, ""));
	request_free(request);
}

static void
test_cookies(void)
{
	static const char *const cases[][2] = {
		{"belfry=abc", "abc"}, {"a=b; belfry=abc", "abc"}, {"a=b;belfry=abc ; c=d", "abc"}, {"xbelfry=no", NULL}, {"belfryx=no", NULL},
		{"belfry", NULL}, {"belfry=", ""}, {"belfry=first; belfry=second", "first"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct request *request = request_new(HTTP_GET, "/");
		request_add_header(request, "Cookie", cases[i][0]);
		g_autofree char *value = request_cookie(request, "belfry");
		g_assert_cmpstr(value, ==, cases[i][1]);
		request_free(request);
	}
}

static void
test_peer(void)
{
	static const char *const cases[][3] = {
		{"192.0.2.1", NULL, "192.0.2.1"}, {"192.0.2.1", "10.0.0.1", "192.0.2.1"}, {"127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"},
		{"::1", "2001:db8::1", "2001:db8::1"}, {"127.0.0.1", NULL, "127.0.0.1"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct request *request = request_new(HTTP_GET, "/");
		if (cases[i][1])
			request_add_header(request, "X-Forwarded-For", cases[i][1]);
		request_set_peer(request, cases[i][0]);
		g_assert_cmpstr(request->peer, ==, cases[i][2]);
		request_free(request);
	}
}

static void
test_refusals(void)
{
	static const struct {
		enum http_method method;
		const char *name, *value;
		int status;
		gint64 length;
	} cases[] = {
		{HTTP_GET, NULL, NULL, 0, 0},
		{HTTP_GET, "content-length", "0", 0, 0},
		{HTTP_GET, "content-length", "1", 400, 0},
		{HTTP_DELETE, "content-length", "1", 400, 0},
		{HTTP_POST, NULL, NULL, 411, 0},
		{HTTP_POST, "content-length", "0", 0, 0},
		{HTTP_POST, "content-length", "12", 0, 12},
		{HTTP_POST, "content-length", "65536", 0, 65536},
		{HTTP_POST, "content-length", "65537", 413, 0},
		{HTTP_POST, "content-length", "-1", 400, 0},
		{HTTP_POST, "content-length", "+1", 400, 0},
		{HTTP_POST, "content-length", "1 ", 400, 0},
		{HTTP_POST, "content-length", "5,5", 400, 0},
		{HTTP_POST, "content-length", "99999999999999999999", 400, 0},
		{HTTP_POST, "content-length", "", 400, 0},
		{HTTP_POST, "transfer-encoding", "chunked", 411, 0},
		{HTTP_POST, "transfer-encoding", "gzip, chunked", 501, 0},
		{HTTP_GET, "transfer-encoding", "identity", 501, 0},
		{HTTP_GET, "expect", "100-continue", 417, 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 length;
		struct request *request = request_new(cases[i].method, "/");
		if (cases[i].name)
			request_add_header(request, cases[i].name, cases[i].value);
		g_assert_cmpint(request_refusal(request, HTTP_BODY_MAX, &length), ==, cases[i].status);
		if (!cases[i].status)
			g_assert_cmpint(length, ==, cases[i].length);
		request_free(request);
	}
}

static void
test_bad_text(void)
{
	static const char *const paths[] = {"/\xff", "*", "index.html", ""};
	gint64 length;
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct request *path = request_new(HTTP_GET, paths[i]);
		g_assert_cmpint(request_refusal(path, HTTP_BODY_MAX, &length), ==, 400);
		request_free(path);
	}
	struct request *argument = request_new(HTTP_GET, "/");
	request_add_argument(argument, "q=\xc3");
	g_assert_cmpint(request_refusal(argument, HTTP_BODY_MAX, &length), ==, 400);
	request_free(argument);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/request/arguments", test_arguments);
	g_test_add_func("/request/cookies", test_cookies);
	g_test_add_func("/request/peer", test_peer);
	g_test_add_func("/request/refusals", test_refusals);
	g_test_add_func("/request/bad-text", test_bad_text);
	return g_test_run();
}
