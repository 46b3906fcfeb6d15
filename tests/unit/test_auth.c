/* Who asks, and whether they may: on a store of its own. */
#include <glib/gstdio.h>
#include <string.h>

#include "store/employee.h"
#include "store/migrate.h"
#include "store/secret.h"
#include "web/auth.h"
#include "web/route.h"
#include "web/throttle.h"

#define PASSWORD "correct horse battery"

static void
test_origins(void)
{
	static const char *const cases[][2] = {
		{"http://127.0.0.1:8025", "http://127.0.0.1:8025"}, {"https://Desk.Example/", "https://desk.example"},
		{"https://desk.example:443/x", "https://desk.example"}, {"http://desk.example:80", "http://desk.example"},
		{"https://desk.example:80", "https://desk.example:80"}, {"http://[::1]:8025/", "http://[::1]:8025"}, {"ftp://x", NULL}, {"desk", NULL},
		{"http://", NULL}, {"", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *origin = auth_origin(cases[i][0]);
		g_assert_cmpstr(origin, ==, cases[i][1]);
	}
}

static void
test_own_host(void)
{
	struct web web = {.origin = (char *)"https://desk.shop.example:8443"};
	static const struct {
		const char *host;
		bool is_own;
	} cases[] = {
		{"desk.shop.example", true}, {"desk.shop.example:8443", true}, {"desk.shop.example:80", true}, {"DESK.shop.example", true}, {"127.0.0.1:8025", true},
		{"[::1]:8025", true}, {"localhost", true}, {"belfry:8025", true}, {NULL, true}, {"", true},
		{"evil.example", false}, {"desk.shop.example.evil.example", false}, {"xdesk.shop.example", false}, {"evil.example:8443", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct request *request = request_new(HTTP_GET, "/");
		if (cases[i].host)
			request_add_header(request, "Host", cases[i].host);
		g_test_message("case %zu", i);
		g_assert_cmpint(auth_is_own_host(&web, request), ==, cases[i].is_own);
		request_free(request);
	}
}

static void
test_own_origin(void)
{
	struct web web = {.origin = (char *)"https://desk.example"};
	static const struct {
		const char *origin;
		bool is_own;
	} cases[] = {{"https://desk.example", true}, {"https://evil.example", false}, {"http://desk.example", false},
		{"https://desk.example.evil.example", false}, {"https://desk.example,https://desk.example", false}, {"null", false}, {NULL, false}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct request *request = request_new(HTTP_POST, "/");
		if (cases[i].origin)
			request_add_header(request, "Origin", cases[i].origin);
		g_assert_cmpint(auth_is_own_origin(&web, request), ==, cases[i].is_own);
		request_free(request);
	}
}

static void
test_addresses(void)
{
	static const char *const cases[][2] = {
		{"192.0.2.1", "192.0.2.1"}, {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"}, {"2001:db8:1:2::9", "2001:db8:1:2::"}, {"rubbish", "rubbish"},
		{NULL, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *key = auth_address_key(cases[i][0]);
		g_assert_cmpstr(key, ==, cases[i][1]);
	}
}

static void
test_throttle(void)
{
	throttle *table = throttle_new(3);
	gint64 now = 1000000;
	for (int i = 0; i < 4; i++)
		g_assert_cmpint(throttle_try(table, "a", now), ==, 0);
	g_assert_cmpint(throttle_try(table, "a", now), ==, 1);
	g_assert_cmpint(throttle_try(table, "b", now), ==, 0);
	g_assert_cmpint(throttle_try(table, "a", now += 1000), ==, 0);
	g_assert_cmpint(throttle_try(table, "a", now), ==, 2);
	for (int i = 0; i < 40; i++) /* longer and longer, up to a bound */
		throttle_try(table, "a", now += 1000 * throttle_try(table, "a", now));
	g_assert_cmpint(throttle_try(table, "a", now), ==, THROTTLE_WAIT_MAX);
	throttle_forgive(table, "a");
	g_assert_cmpint(throttle_try(table, "a", now), ==, 0);
	g_assert_cmpint(throttle_try(table, "a", now), ==, 0);
	throttle_free(table);
}

static void
test_throttle_takes_back(void)
{
	throttle *table = throttle_new(1);
	for (int i = 0; i < 20; i++) { /* who gets it right each time is never held up */
		g_assert_cmpint(throttle_try(table, "a", 1), ==, 0);
		throttle_take_back(table, "a");
	}
	throttle_free(table);
}

static void
test_throttle_forgets(void)
{
	throttle *table = throttle_new(0);
	g_assert_cmpint(throttle_try(table, "a", 1), ==, 0);
	g_assert_cmpint(throttle_try(table, "a", 1), ==, 1);
	g_assert_cmpint(throttle_try(table, "a", 2 + THROTTLE_FORGET_MS), ==, 0);
	for (int i = 0; i < THROTTLE_ENTRIES_MAX + 10; i++) { /* bounded */
		g_autofree char *key = g_strdup_printf("%d", i);
		throttle_try(table, key, 1);
	}
	throttle_free(table);
}

/* A store with one employee of each role, and what a worker has. */
struct fixture {
	char *directory;
	const char *peer; /* from where is asked; NULL: anywhere */
	struct web web;
	db *desk;
};

static void
add_employee(db *desk, const char *role, const char *hash)
{
	gint64 id;
	g_autofree char *email = g_strdup_printf("%s@desk.example", role);
	g_autoptr(GError) error = NULL;
	struct employee_new person = {.email = email, .firstname = "Ann", .lastname = "Lee", .role = role, .language = "en", .password_hash = hash,
		.created = 1};
	employee_add(desk, &person, &id, &error);
	g_assert_no_error(error);
}

static void
wake_nobody(G_GNUC_UNUSED void *data)
{
}

static void
set_up(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = secret_hash_password(PASSWORD);
	self->directory = g_dir_make_tmp("belfry-auth-XXXXXX", NULL);
	migrate_run(self->directory, &error);
	g_assert_no_error(error);
	g_autofree char *path = g_build_filename(self->directory, "desk.db", NULL);
	g_autoptr(db) write = db_open(path, DB_WRITE, &error);
	g_assert_true(db_begin(write, &error));
	add_employee(write, "admin", hash);
	add_employee(write, "agent", hash);
	add_employee(write, "viewer", hash);
	g_assert_true(db_commit(write, &error));
	self->desk = db_open(path, DB_READ, &error);
	self->web = (struct web){.origin = g_strdup("http://desk.example"), .decoy_hash = g_strdup(hash), .hub = hub_new(wake_nobody, NULL),
		.desk = writer_open(path, NULL, NULL, &error), .addresses = throttle_new(100), .emails = throttle_new(3), .accounts = throttle_new(12)};
	g_assert_no_error(error);
}

static void
tear_down(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autofree char *command = g_strdup_printf("rm -r %s", self->directory);
	writer_close(self->web.desk);
	db_close(self->desk);
	hub_free(self->web.hub);
	throttle_free(self->web.addresses);
	throttle_free(self->web.emails);
	throttle_free(self->web.accounts);
	g_free(self->web.origin);
	g_free(self->web.decoy_hash);
	g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
	g_free(self->directory);
}

struct asked {
	enum http_method method;
	const char *path, *body, *cookie, *origin; /* body: JSON, NULL: none */
};

/* The status; *COOKIE (may be NULL; owner: caller): what was set. */
static int
ask(struct fixture *self, struct asked asked, char **cookie)
{
	struct request *request = request_new(asked.method, asked.path);
	struct call call = {.web = &self->web, .desk = self->desk, .request = request, .reply = reply_new(), .now = g_get_real_time() / 1000};
	request_set_peer(request, self->peer ? self->peer : "192.0.2.1");
	request_add_header(request, "content-type", "application/json");
	if (asked.body)
		request->body = g_byte_array_append(g_byte_array_new(), (const guint8 *)asked.body, (guint)strlen(asked.body));
	if (asked.cookie)
		request_add_header(request, "cookie", asked.cookie);
	if (asked.origin)
		request_add_header(request, "origin", asked.origin);
	route_answer(&call);
	int status = call.reply->status;
	for (guint i = 0; cookie && i < call.reply->headers->len; i++)
		if (g_str_has_prefix(call.reply->headers->pdata[i], "Set-Cookie: "))
			*cookie = g_strndup((char *)call.reply->headers->pdata[i] + 12, strcspn((char *)call.reply->headers->pdata[i] + 12, ";"));
	reply_free(call.reply);
	request_free(request);
	viewer_free(call.who);
	g_clear_pointer(&call.token_hash, g_bytes_unref);
	return status;
}

#define OWN "http://desk.example"

static char *
log_in(struct fixture *self, const char *role)
{
	char *cookie = NULL;
	g_autofree char *body = g_strdup_printf("{\"email\":\"%s@desk.example\",\"password\":\"" PASSWORD "\"}", role);
	g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", body, NULL, OWN}, &cookie), ==, 200);
	g_assert_nonnull(cookie);
	return cookie;
}

static void
test_session(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autofree char *cookie = log_in(self, "admin"), *ended = NULL;
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session", NULL, NULL, NULL}, NULL), ==, 401);
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session", NULL, "belfry=forged", NULL}, NULL), ==, 401);
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session", NULL, cookie, NULL}, NULL), ==, 200);
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session/look", NULL, cookie, NULL}, NULL), ==, 200);
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session/look", NULL, NULL, NULL}, NULL), ==, 204);
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session/look", NULL, "belfry=forged", NULL}, NULL), ==, 204);
	g_assert_cmpint(ask(self, (struct asked){HTTP_DELETE, "/api/v1/session", NULL, cookie, OWN}, &ended), ==, 204);
	g_assert_cmpstr(ended, ==, "belfry=");
	g_assert_cmpint(ask(self, (struct asked){HTTP_GET, "/api/v1/session", NULL, cookie, NULL}, NULL), ==, 401);
}

static void
test_origin_needed(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	static const char right[] = "{\"email\":\"admin@desk.example\",\"password\":\"" PASSWORD "\"}";
	g_autofree char *cookie = log_in(self, "admin");
	g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", right, NULL, NULL}, NULL), ==, 403);
	g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", right, NULL, "http://evil.example"}, NULL), ==, 403);
	g_assert_cmpint(ask(self, (struct asked){HTTP_PATCH, "/api/v1/profile", "{}", cookie, NULL}, NULL), ==, 403);
	g_assert_cmpint(ask(self, (struct asked){HTTP_PATCH, "/api/v1/profile", "{}", cookie, OWN}, NULL), ==, 428); /* let in: it lacks If-Match alone */
}

static void
test_roles(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	g_autofree char *viewer_cookie = log_in(self, "viewer"), *agent_cookie = log_in(self, "agent");
	struct asked change = {HTTP_PATCH, "/api/v1/threads/1", "{\"status\":\"closed\"}", viewer_cookie, OWN};
	g_assert_cmpint(ask(self, change, NULL), ==, 403);
	change.cookie = agent_cookie;
	g_assert_cmpint(ask(self, change, NULL), ==, 404);
}

static void
test_wrong_password(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	static const char *const wrong[] = {"{\"email\":\"admin@desk.example\",\"password\":\"wrong\"}",
		"{\"email\":\"nobody@desk.example\",\"password\":\"wrong\"}"};
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) { /* an email that nobody has is answered alike */
		for (int tries = 0; tries < 4; tries++)
			g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", wrong[i], NULL, OWN}, NULL), ==, 401);
		g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", wrong[i], NULL, OWN}, NULL), ==, 429);
	}
	g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", "{\"email\":7}", NULL, OWN}, NULL), ==, 400);
	g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", "rubbish", NULL, OWN}, NULL), ==, 400);
	g_assert_cmpint(ask(self, (struct asked){HTTP_POST, "/api/v1/session", NULL, NULL, OWN}, NULL), ==, 400);
}

/* Who guesses from one network keeps nobody else out; who guesses from many is slowed down. */
static void
test_guessing(struct fixture *self, G_GNUC_UNUSED const void *data)
{
	struct asked guess = {HTTP_POST, "/api/v1/session", "{\"email\":\"admin@desk.example\",\"password\":\"wrong\"}", NULL, OWN};
	self->peer = "198.51.100.1";
	for (int tries = 0; tries < 4; tries++)
		g_assert_cmpint(ask(self, guess, NULL), ==, 401);
	g_assert_cmpint(ask(self, guess, NULL), ==, 429);
	self->peer = NULL;
	g_autofree char *cookie = log_in(self, "admin"); /* from elsewhere; what was tried from everywhere begins anew */
	self->peer = "198.51.100.1";
	g_assert_cmpint(ask(self, guess, NULL), ==, 429);
	for (int network = 0; network < 13; network++) {
		g_autofree char *peer = g_strdup_printf("2001:db8:%x::1", network);
		self->peer = peer;
		g_assert_cmpint(ask(self, guess, NULL), ==, 401);
	}
	self->peer = "2001:db8:ffff::1";
	g_assert_cmpint(ask(self, guess, NULL), ==, 429);
}

#define ADD(name, call) g_test_add("/auth/" name, struct fixture, NULL, set_up, call, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/auth/origins", test_origins);
	g_test_add_func("/auth/own-host", test_own_host);
	g_test_add_func("/auth/own-origin", test_own_origin);
	g_test_add_func("/auth/addresses", test_addresses);
	g_test_add_func("/throttle/grows", test_throttle);
	g_test_add_func("/throttle/takes-back", test_throttle_takes_back);
	g_test_add_func("/throttle/forgets", test_throttle_forgets);
	ADD("session", test_session);
	ADD("origin-needed", test_origin_needed);
	ADD("roles", test_roles);
	ADD("wrong-password", test_wrong_password);
	ADD("guessing", test_guessing);
	return g_test_run();
}
