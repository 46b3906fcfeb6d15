/* Heads of requests: what may come in, and how the rest is refused. */
#include <glib.h>
#include <string.h>

#include "web/head.h"

#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: desk.shop.example\r\n"
#define END "\r\n"

static int
check(const char *text)
{
	size_t length = 0;
	int state = head_check(text, strlen(text), &length);
	g_assert_true(state != HEAD_WHOLE || length <= strlen(text));
	return state;
}

static void
test_shapes(void)
{
	static const struct {
		const char *text;
		int state;
	} cases[] = {
		{"", HEAD_PART}, {"G", HEAD_PART}, {"GET / HTTP/1.1", HEAD_PART}, {"GET / HTTP/1.1\r", HEAD_PART}, {GET, HEAD_PART}, {GET HOST, HEAD_PART},
		{GET HOST END, HEAD_WHOLE}, {"POST /a?b=c%20d&e HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde", HEAD_WHOLE},
		{GET HOST "X-Empty:\r\nCookie:\ta=\xc3\xa4\r\n\r\n", HEAD_WHOLE},
		/* lines */
		{"GET / HTTP/1.1\n", 400}, {GET HOST "\n", 400}, {GET "X: a\rb\r\n", 400}, {"GET / HTTP/1.1\rX", 400}, {END, 400},
		{GET "X: a\x01", 400}, {GET HOST "X: a\r\n b\r\n\r\n", 400}, {GET " X: a\r\n", 400},
		/* the first line */
		{"GET  / HTTP/1.1\r\n", 400}, {"GET / / HTTP/1.1\r\n", 400}, {"GET\t/\tHTTP/1.1\r\n", 400}, {"GET /\r\n", 400}, {" / HTTP/1.1\r\n", 400},
		{"get / HTTP/1.1\r\n", 501}, {"TRACE / HTTP/1.1\r\n", 501}, {"CONNECT a.example:80 HTTP/1.1\r\n", 501}, {"G@T / HTTP/1.1\r\n", 400},
		{"GET a HTTP/1.1\r\n", 400}, {"GET http://a.example/ HTTP/1.1\r\n", 400}, {"OPTIONS * HTTP/1.1\r\n", 400},
		{"GET /# HTTP/1.1\r\n", 400}, {"GET /metrics;a HTTP/1.1\r\n", 400}, {"GET /metrics&a HTTP/1.1\r\n", 400}, {"GET /a?b;c HTTP/1.1\r\n", HEAD_PART}, {"GET /%zz HTTP/1.1\r\n", 400}, {"GET /% HTTP/1.1\r\n", 400}, {"GET /%0 HTTP/1.1\r\n", 400},
		{"GET /a%00 HTTP/1.1\r\n", 400}, {"GET /\xc3\xa4 HTTP/1.1\r\n", 400},
		{"GET / HTTP/2.0\r\n", 505}, {"GET / HTTP/1.2\r\n", 505}, {"GET / HTTP/1.10\r\n", 400}, {"GET / http/1.1\r\n", 400},
		/* fields */
		{GET "Foo\r\n", 400}, {GET ": a\r\n", 400}, {GET "Foo : a\r\n", 400}, {GET "F\xc3\xa4: a\r\n", 400},
		{GET HOST "Upgrade: websocket\r\n\r\n", HEAD_WHOLE}, {GET HOST "Upgrade: h2c\r\n", 501}, {GET HOST "upgrade:\r\n", 501},
		/* what proxies and we must see alike */
		{GET END, 400}, {"GET / HTTP/1.0\r\n\r\n", HEAD_WHOLE}, {GET HOST HOST END, 400}, {"GET / HTTP/1.0\r\n" HOST HOST END, 400},
		{GET HOST "Content-Length: 1\r\ncontent-length: 1\r\n\r\n", 400}, {GET HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
		{GET HOST "Transfer-Encoding: chunked\r\n\r\n", HEAD_WHOLE}, {GET HOST "Transfer-Encoding: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
		{"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}, {"\x16\x03\x01\x02", 400},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %zu", i);
		g_assert_cmpint(check(cases[i].text), ==, cases[i].state);
	}
}

static void
test_nul(void)
{
	static const char octets[] = GET HOST "X: a\0b\r\n\r\n";
	size_t length;
	g_assert_cmpint(head_check(octets, sizeof octets - 1, &length), ==, 400);
	g_assert_cmpint(head_check(NULL, 0, &length), ==, HEAD_PART);
}

/* The end is found, whatever stands behind it, and each part of the head is a part. */
static void
test_length(void)
{
	static const char head[] = GET HOST "Accept: */*\r\n\r\n", both[] = GET HOST "Accept: */*\r\n\r\nGET";
	size_t length = 0;
	g_assert_cmpint(head_check(both, sizeof both - 1, &length), ==, HEAD_WHOLE);
	g_assert_cmpuint(length, ==, sizeof head - 1);
	for (size_t size = 0; size < sizeof head - 1; size++)
		g_assert_cmpint(head_check(head, size, &length), ==, HEAD_PART);
}

static char *
repeated(const char *before, const char *what, int times, const char *after)
{
	GString *text = g_string_new(before);
	for (int i = 0; i < times; i++)
		g_string_append(text, what);
	g_string_append(text, after);
	return g_string_free(text, FALSE);
}

static void
test_limits(void)
{
	static const struct {
		const char *before, *what;
		int times;
		const char *after;
		int state;
	} cases[] = {
		{"GET /", "a", HEAD_TARGET_MAX - 1, " HTTP/1.1\r\n" HOST END, HEAD_WHOLE}, {"GET /", "a", HEAD_TARGET_MAX, " HTTP/1.1\r\n" HOST END, 414},
		{"GET /", "a", HEAD_TARGET_MAX + 1, "", 414}, {"GET /?a", "&a", HEAD_ARGUMENTS_MAX - 1, " HTTP/1.1\r\n" HOST END, HEAD_WHOLE},
		{"GET /?a", "&a", HEAD_ARGUMENTS_MAX, " HTTP/1.1\r\n" HOST END, 414},
		{GET HOST, "X: a\r\n", HEAD_FIELDS_MAX - 1, END, HEAD_WHOLE}, {GET HOST, "X: a\r\n", HEAD_FIELDS_MAX, "", 431},
		{GET HOST "Cookie: ", "a", HEAD_MAX, "", 431}, {GET HOST "Cookie: ", "a", HEAD_MAX, END END, 431}, {GET HOST "Cookie: ", "a", HEAD_MAX / 2, END END, HEAD_WHOLE},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = repeated(cases[i].before, cases[i].what, cases[i].times, cases[i].after);
		g_test_message("case %zu", i);
		g_assert_cmpint(check(text), ==, cases[i].state);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/head/shapes", test_shapes);
	g_test_add_func("/head/nul", test_nul);
	g_test_add_func("/head/length", test_length);
	g_test_add_func("/head/limits", test_limits);
	return g_test_run();
}
