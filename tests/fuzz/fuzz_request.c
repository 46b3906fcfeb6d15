/* A request as the event loop hands it over (asked.h). What is said to the browser is well-formed, whatever it sent. */
#include <string.h>

#include "tests/fuzz/asked.h"
#include "tests/fuzz/fuzz.h"
#include "web/auth.h"
#include "web/multipart.h"
#include "web/page.h"
#include "web/route.h"

/* Lines "Name: value" between the first and the empty one, without a control in them. */
static void
check_head(const struct reply *reply)
{
	g_autoptr(GString) head = reply_head(reply, false);
	g_assert_true(g_str_has_prefix(head->str, "HTTP/1.1 ") && g_str_has_suffix(head->str, "\r\n\r\n"));
	g_assert_cmpuint(strlen(head->str), ==, head->len);
	g_string_truncate(head, head->len - 4);
	g_auto(GStrv) lines = g_strsplit(head->str, "\r\n", -1);
	for (char **line = lines + 1; *line; line++) {
		g_assert_nonnull(strstr(*line, ": "));
		for (const char *c = *line; *c; c++)
			g_assert_true((unsigned char)*c >= ' ' && *c != 127);
	}
}

static void
check_reply(const struct request *request)
{
	struct reply *reply = reply_new();
	g_autofree char *name = http_disposition("attachment", request->path);
	reply_problem(reply, 404, "There is nothing at %s.", request->path);
	reply_header(reply, "Content-Disposition", name);
	reply_header(reply, "X-Peer", request->peer);
	check_head(reply);
	g_assert_true(g_utf8_validate(g_bytes_get_data(reply->body, NULL), (gssize)g_bytes_get_size(reply->body), NULL));
	reply_free(reply);
}

static void
check_page(const struct request *request)
{
	struct reply *reply = reply_new();
	page_answer(request, reply);
	g_assert_true(reply->status == 200 || reply->status == 304 || reply->status == 404 || reply->status == 405);
	check_head(reply);
	reply_free(reply);
}

static void
check_cookie(const struct request *request)
{
	g_autofree char *cookie = request_cookie(request, "belfry");
	const char *header = request_header(request, "cookie");
	g_assert_true(!cookie || (header && strstr(header, "belfry=") && strstr(header, cookie) && !strchr(cookie, ';')));
	auth_is_machine(request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request *request = asked_read(data, size);
	const char *type = request_header(request, "content-type");
	request_set_peer(request, size & 1 ? "127.0.0.1" : "2001:db8::1");
	gint64 length;
	int refusal = request_refusal(request, 1000, &length);
	g_assert_true(length >= 0 && length <= 1000);
	check_cookie(request);
	check_reply(request);
	if (!refusal)
		check_page(request);
	g_autofree char *key = auth_address_key(request->peer), *origin = auth_origin(request->path);
	g_autoptr(multipart) parts = type ? multipart_new(type, &(struct multipart_events){0}, NULL) : NULL;
	g_assert_true(!origin || g_str_has_prefix(origin, "http"));
	request_free(request);
	return 0;
}
