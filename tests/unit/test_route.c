/* Which handler answers what, and who may. */
#include <string.h>

#include "web/download.h"
#include "web/route.h"
#include "web/thread_filter.h"

static void
test_finds(void)
{
	static const struct {
		enum http_method method;
		const char *path;
		const char *found, *allow; /* found NULL: none */
		gint64 ids[2];
	} cases[] = {
		{HTTP_GET, "/api/v1/threads", "/api/v1/threads", NULL, {0, 0}},
		{HTTP_HEAD, "/api/v1/threads", "/api/v1/threads", NULL, {0, 0}},
		{HTTP_GET, "/api/v1/threads/", NULL, NULL, {0, 0}},
		{HTTP_GET, "/api/v1/threads/12", "/api/v1/threads/#", NULL, {12, 0}},
		{HTTP_GET, "/api/v1/threads/012", "/api/v1/threads/#", NULL, {12, 0}},
		{HTTP_GET, "/api/v1/threads/0", NULL, NULL, {0, 0}},
		{HTTP_GET, "/api/v1/threads/-1", NULL, NULL, {0, 0}},
		{HTTP_GET, "/api/v1/threads/1x", NULL, NULL, {0, 0}},
		{HTTP_GET, "/api/v1/threads/99999999999999999999", NULL, NULL, {0, 0}},
		{HTTP_GET, "/api/v1/messages/3/attachments/4", "/api/v1/messages/#/attachments/#", NULL, {3, 4}},
		{HTTP_PUT, "/api/v1/threads/1", NULL, "GET, HEAD, PATCH, DELETE", {0, 0}},
		{HTTP_GET, "/api/v1/threads/1/restore", NULL, "POST", {0, 0}},
		{HTTP_GET, "/api/v1/nowhere", NULL, NULL, {0, 0}},
		{HTTP_GET, "/health", "/health", NULL, {0, 0}},
		{HTTP_OTHER, "/health", NULL, "GET, HEAD", {0, 0}},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 ids[2] = {0, 0};
		g_autofree char *allow = NULL;
		const struct route *route = route_find(cases[i].method, cases[i].path, ids, &allow);
		g_assert_cmpstr(route ? route->path : NULL, ==, cases[i].found);
		g_assert_cmpstr(allow, ==, cases[i].allow);
		if (route) {
			g_assert_cmpint(ids[0], ==, cases[i].ids[0]);
			g_assert_cmpint(ids[1], ==, cases[i].ids[1]);
		}
	}
}

/* Nothing that changes threads is open to viewers; little is open to all. */
static void
test_who(void)
{
	static const struct {
		enum http_method method;
		const char *path;
		enum who who;
	} cases[] = {
		{HTTP_POST, "/api/v1/session", WHO_NOBODY}, {HTTP_GET, "/api/v1/session", WHO_VIEWER}, {HTTP_GET, "/api/v1/threads", WHO_VIEWER},
		{HTTP_PATCH, "/api/v1/threads", WHO_AGENT}, {HTTP_PATCH, "/api/v1/threads/1", WHO_AGENT}, {HTTP_DELETE, "/api/v1/threads", WHO_AGENT},
		{HTTP_DELETE, "/api/v1/threads/1", WHO_AGENT}, {HTTP_POST, "/api/v1/threads/1/restore", WHO_AGENT},
		{HTTP_POST, "/api/v1/threads/1/read", WHO_VIEWER}, {HTTP_GET, "/api/v1/messages/1/source", WHO_VIEWER},
		{HTTP_GET, "/metrics", WHO_NOBODY},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 ids[2];
		g_autofree char *allow = NULL;
		const struct route *route = route_find(cases[i].method, cases[i].path, ids, &allow);
		g_assert_nonnull(route);
		g_assert_cmpint(route->who, ==, cases[i].who);
	}
}

/* Doors that are open to less than one might think, all of them: a new route that is to stand here is to be thought about. */
static void
test_open(void)
{
	static const char *const anybody[] = {"GET /session/look", "POST /session", "DELETE /session", "POST /reset", "POST /reset/look", "GET /openapi.json",
		"GET /health", "GET /metrics", NULL};
	static const char *const viewers[] = {"PATCH /profile", "POST /profile/password", "DELETE /profile/sessions", "DELETE /profile/sessions/#",
		"POST /profile/totp", "PUT /profile/totp", "POST /profile/totp/off", "POST /profile/recovery", "POST /profile/trusted-senders",
		"DELETE /profile/trusted-senders", "POST /tokens", "DELETE /tokens/#", "POST /threads/#/read", "POST /notifications/seen",
		"POST /filters", "PATCH /filters/#", "DELETE /filters/#", NULL};
	static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
	guint open = 0, open_to_viewers = 0;
	for (size_t i = 0; route_at(i); i++) {
		const struct route *route = route_at(i);
		bool is_open = route->who <= WHO_ANYBODY, is_change = route->method != HTTP_GET;
		const char *path = g_str_has_prefix(route->path, "/api/v1") ? route->path + strlen("/api/v1") : route->path;
		g_autofree char *what = g_strdup_printf("%s %s", names[route->method], path);
		if ((is_open && !g_strv_contains(anybody, what)) || (route->who == WHO_VIEWER && is_change && !g_strv_contains(viewers, what)))
			g_error("%s is open", what);
		open += is_open;
		open_to_viewers += route->who == WHO_VIEWER && is_change;
	}
	g_assert_cmpuint(open, ==, G_N_ELEMENTS(anybody) - 1);
	g_assert_cmpuint(open_to_viewers, ==, G_N_ELEMENTS(viewers) - 1);
}

static void
test_is_api(void)
{
	g_assert_true(route_is_api("/api"));
	g_assert_true(route_is_api("/api/v1/x"));
	g_assert_true(route_is_api("/health"));
	g_assert_false(route_is_api("/"));
	g_assert_false(route_is_api("/apiary"));
	g_assert_false(route_is_api("/healthy"));
}

static void
test_midnights(void)
{
	static const struct {
		const char *date, *zone;
		int days;
		gint64 seconds; /* -1: no date */
	} cases[] = {
		{"2024-05-06", "UTC", 0, 1714953600},
		{"2024-05-06", "UTC", 1, 1715040000},
		{"2024-05-06", "Europe/Warsaw", 0, 1714946400},
		{"2024-03-31", "Europe/Warsaw", 0, 1711839600}, /* a day of 23 hours */
		{"2024-03-31", "Europe/Warsaw", 1, 1711922400},
		{"2024-12-31", "UTC", 1, 1735689600},
		{"2024-02-30", "UTC", 0, -1},
		{"2024-5-06", "UTC", 0, -1},
		{"2024-05-06x", "UTC", 0, -1},
		{"20240506..", "UTC", 0, -1},
		{"", "UTC", 0, -1},
		{"2024-05-06", "Nowhere/Land", 0, 1714953600},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 ms = -1000;
		bool is_date = thread_filter_midnight(cases[i].date, cases[i].zone, cases[i].days, &ms);
		g_assert_cmpint(is_date, ==, cases[i].seconds >= 0);
		g_assert_cmpint(ms, ==, cases[i].seconds * 1000);
	}
}

static void
test_pictures(void)
{
	g_assert_cmpstr(download_picture_type("\x89PNG\r\n\x1a\nrest", 12), ==, "image/png");
	g_assert_cmpstr(download_picture_type("\xff\xd8\xff\xe0", 4), ==, "image/jpeg");
	g_assert_cmpstr(download_picture_type("GIF89a", 6), ==, "image/gif");
	g_assert_cmpstr(download_picture_type("RIFF\1\2\3\4WEBPVP8 ", 16), ==, "image/webp");
	g_assert_null(download_picture_type("<svg xmlns", 10));
	g_assert_null(download_picture_type("<html>", 6));
	g_assert_null(download_picture_type("GIF8", 4));
	g_assert_null(download_picture_type("", 0));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/route/finds", test_finds);
	g_test_add_func("/route/who", test_who);
	g_test_add_func("/route/open", test_open);
	g_test_add_func("/route/is-api", test_is_api);
	g_test_add_func("/filter/midnights", test_midnights);
	g_test_add_func("/download/pictures", test_pictures);
	return g_test_run();
}
