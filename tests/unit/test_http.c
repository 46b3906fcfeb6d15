/* Requests and replies as plain values. */
#include <string.h>

#include "web/http.h"
#include "web/page.h"

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

static void
test_reply(void)
{
	struct reply *reply = reply_new();
	reply_header(reply, "X-Test", "a\r\nSet-Cookie: evil=1");
	reply_body(reply, 200, "text/plain", g_bytes_new_static("hello", 5));
	g_autoptr(GString) head = reply_head(reply, false);
	g_assert_true(g_str_has_prefix(head->str, "HTTP/1.1 200 OK\r\n"));
	g_assert_true(g_str_has_suffix(head->str, "\r\n\r\n"));
	g_assert_nonnull(strstr(head->str, "\r\nContent-Length: 5\r\n"));
	g_assert_nonnull(strstr(head->str, "\r\nConnection: keep-alive\r\n"));
	g_assert_nonnull(strstr(head->str, "\r\nX-Content-Type-Options: nosniff\r\n"));
	g_assert_nonnull(strstr(head->str, "default-src 'none'; script-src 'self'"));
	g_assert_null(strstr(head->str, "\r\nSet-Cookie"));
	g_assert_cmpint(reply_length(reply, HTTP_GET), ==, 5);
	g_assert_cmpint(reply_length(reply, HTTP_HEAD), ==, 0);
	reply_free(reply);
}

/* A problem after half an answer leaves nothing of it. */
static void
test_problem(void)
{
	struct reply *reply = reply_new();
	reply_body(reply, 200, "text/html", g_bytes_new_static("<b>", 3));
	reply_problem(reply, 404, "No \"%s\".", "x");
	g_autoptr(GString) head = reply_head(reply, true);
	g_assert_cmpint(reply->status, ==, 404);
	g_assert_nonnull(strstr(head->str, "\r\nContent-Type: application/problem+json\r\n"));
	g_assert_null(strstr(head->str, "text/html"));
	g_assert_nonnull(strstr(head->str, "\r\nConnection: close\r\n"));
	g_autofree char *body = g_strndup(g_bytes_get_data(reply->body, NULL), g_bytes_get_size(reply->body));
	g_assert_cmpstr(body, ==, "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"No \\\"x\\\".\"}");
	reply_free(reply);
}

static void
test_no_content(void)
{
	struct reply *reply = reply_new();
	reply->status = 204;
	g_autoptr(GString) head = reply_head(reply, false);
	g_assert_null(strstr(head->str, "Content-Length"));
	reply_free(reply);
}

static void
test_dispositions(void)
{
	static const char *const cases[][2] = {
		{"a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"},
		{"", "attachment; filename=\"attachment\"; filename*=UTF-8''attachment"},
		{"zdjęcie 1.png", "attachment; filename=\"zdj_cie 1.png\"; filename*=UTF-8''zdj%C4%99cie%201.png"},
		{"a\"b\\c/d%41.txt", "attachment; filename=\"a_b_c_d_41.txt\"; filename*=UTF-8''a%22b%5Cc%2Fd%2541.txt"},
		{"x\r\nSet-Cookie: y", "attachment; filename=\"x__Set-Cookie: y\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20y"},
		{"\xff", "attachment; filename=\"_\"; filename*=UTF-8''%EF%BF%BD"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *value = http_disposition("attachment", cases[i][0]);
		g_assert_cmpstr(value, ==, cases[i][1]);
	}
}

static void
test_codings(void)
{
	g_assert_true(page_accepts("gzip, deflate, br", "br"));
	g_assert_true(page_accepts("GZIP;q=0.5", "gzip"));
	g_assert_false(page_accepts("br;q=0, gzip", "br"));
	g_assert_false(page_accepts("brotli", "br"));
	g_assert_false(page_accepts("", "gzip"));
	g_assert_false(page_accepts(NULL, "gzip"));
}

static struct reply *
get_page(const char *path, const char *argument)
{
	struct request *request = request_new(HTTP_GET, path);
	struct reply *reply = reply_new();
	if (argument)
		request_add_argument(request, argument);
	page_answer(request, reply);
	request_free(request);
	return reply;
}

static void
test_pages(void)
{
	static const struct {
		const char *path, *argument, *policy;
		int status;
	} cases[] = {
		{"/", NULL, "script-src 'self'", 200},
		{"/threads/7", NULL, "script-src 'self'", 200},
		{"/gone-0123.js", NULL, "script-src 'self'", 404},
		{"/frame.html", NULL, "img-src data: 'self';", 200},
		{"/frame.html", "remote=1", "img-src data: 'self' https:;", 200},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct reply *reply = get_page(cases[i].path, cases[i].argument);
		g_assert_cmpint(reply->status, ==, cases[i].status);
		g_assert_nonnull(strstr(reply->policy, cases[i].policy));
		reply_free(reply);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/arguments", test_arguments);
	g_test_add_func("/http/cookies", test_cookies);
	g_test_add_func("/http/peer", test_peer);
	g_test_add_func("/http/refusals", test_refusals);
	g_test_add_func("/http/bad-text", test_bad_text);
	g_test_add_func("/http/reply", test_reply);
	g_test_add_func("/http/problem", test_problem);
	g_test_add_func("/http/no-content", test_no_content);
	g_test_add_func("/http/dispositions", test_dispositions);
	g_test_add_func("/http/codings", test_codings);
	g_test_add_func("/http/pages", test_pages);
	return g_test_run();
}
