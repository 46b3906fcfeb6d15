/* Replies as plain values. */
#include <string.h>

#include "web/http.h"
#include "web/page.h"

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
	g_test_add_func("/http/reply", test_reply);
	g_test_add_func("/http/problem", test_problem);
	g_test_add_func("/http/no-content", test_no_content);
	g_test_add_func("/http/dispositions", test_dispositions);
	g_test_add_func("/http/codings", test_codings);
	g_test_add_func("/http/pages", test_pages);
	return g_test_run();
}
