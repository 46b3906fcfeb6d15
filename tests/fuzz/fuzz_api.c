/* A request (asked.h) to the whole API, on a store with something in it, by everybody in turn. Who may less than the route wants is turned away
 * and nothing is written; whose contacts are others learns nothing of the threads, customers and orders there ("canary"); nobody's request
 * makes the store fail; what is answered is well-formed. */
#include "store/log.h"
#include "store/session.h"
#include "tests/fuzz/asked.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/desk.h"
#include "tests/unit/ground.h"
#include "web/api_figures.h"
#include "web/api_reply.h"
#include "web/door.h"
#include "web/figures_cache.h"
#include "web/json.h"
#include "web/openapi.h"
#include "web/route.h"

#define OWN "https://desk.example"
#define PATIENCE_MS 600000 /* a slow machine is none of our business */

static const char *const files[] = {"desk.db", "raw.db"};

static const struct asker {
	const char *name, *role; /* the name is also the session's token */
	enum who who;
	bool is_stranger; /* no contact is theirs */
} askers[] = {
	{"nobody", "", WHO_NOBODY, true},
	{"viewer", "viewer", WHO_VIEWER, false},
	{"stranger", "agent", WHO_AGENT, true},
	{"agent", "agent", WHO_AGENT, false},
	{"admin", "admin", WHO_ADMIN, false}, /* of desk_setup: employee 1 */
};

/* What the admin has done before. */
static const char *const deeds[] = {
	"PATCH /api/v1/contacts/2\nIf-Match: \"1\"\n\n{\"addresses\":[\"support@shop.example\"]}",
	"POST /api/v1/customers\n\n{\"firstname\":\"Kim\",\"lastname\":\"Canary\",\"email\":\"kim@customer.example\"}",
	"POST /api/v1/orders\n\n{\"reference\":\"A1\",\"total\":\"12.50\",\"currency\":\"EUR\",\"customer\":1,\"lines\":[{\"name\":\"Canary\",\"price\":1}]}",
	"POST /api/v1/order-messages\n\n{\"name\":{\"en\":\"Late\"},\"message\":{\"en\":\"Sorry {customer.firstname}\"}}",
	"POST /api/v1/queries\n\n{\"name\":\"One\",\"sql\":\"SELECT 1, NULL, 'a'\"}",
	"POST /api/v1/filters\n\n{\"name\":\"Mine\",\"query\":\"?folder=mine\"}",
	"POST /api/v1/tokens\n\n{\"name\":\"Robot\",\"role\":\"viewer\"}",
	"POST /api/v1/blocked-senders\n\n{\"sender\":\"spammer@elsewhere.example\"}",
	"POST /api/v1/spam-rules\n\n{\"header\":\"subject\",\"value\":\"casino\"}",
	"PUT /api/v1/threads/2/draft\n\n{\"text\":\"Half a canary\",\"to\":[],\"employee\":null}",
	"POST /api/v1/threads/1/messages\n\n{\"text\":\"A canary flies\",\"status\":\"open\"}",
};

static char *directory;
static GBytes *whole[G_N_ELEMENTS(files)]; /* the files as they are at first */
static struct conf *conf;
static struct web web;
static db *desk, *raw;
static gint64 now;
static gint64 version; /* of desk.db, as it was opened */

static void
wake_nobody(G_GNUC_UNUSED void *data)
{
}

/* It changes with every commit of others. */
static gint64
data_version(void)
{
	return ground_number(desk, "PRAGMA data_version");
}

static void
open_all(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(directory, "desk.db", NULL), *mails = g_build_filename(directory, "raw.db", NULL);
	desk = db_open(path, DB_READ, &error);
	raw = desk ? db_open(mails, DB_READ, &error) : NULL;
	web.desk = raw ? writer_open(path, NULL, NULL, &error) : NULL;
	g_assert_no_error(error);
	web.door = door_new(conf);
	web.addresses = throttle_new(100);
	web.emails = throttle_new(100);
	web.accounts = throttle_new(100);
	web.openapi = openapi_document(web.origin);
	web.figures = figures_cache_new(directory);
	web.hub = hub_new(wake_nobody, NULL);
	version = data_version();
}

static void
close_all(void)
{
	hub_free(web.hub);
	figures_cache_free(web.figures);
	throttle_free(web.addresses);
	throttle_free(web.emails);
	throttle_free(web.accounts);
	g_clear_pointer(&web.openapi, g_bytes_unref);
	door_free(web.door);
	writer_close(web.desk);
	db_close(desk);
	db_close(raw);
}

/* The store as it was at first. */
static void
restore(void)
{
	close_all();
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(directory, files[i], NULL), *log = g_strconcat(path, "-wal", NULL), *index = g_strconcat(path, "-shm", NULL);
		remove(log);
		remove(index);
		FILE *file = fopen(path, "w");
		g_assert_cmpuint(fwrite(g_bytes_get_data(whole[i], NULL), 1, g_bytes_get_size(whole[i]), file), ==, g_bytes_get_size(whole[i]));
		fclose(file);
	}
	open_all();
}

static void
end_call(struct call *call)
{
	reply_free(call->reply);
	viewer_free(call->who);
	g_clear_pointer(&call->token_hash, g_bytes_unref);
	g_clear_pointer(&call->file, gather_free);
}

/* As server_body does: a large body is stored before it is looked at. FALSE: it may not come. */
static bool
take_body(struct call *call)
{
	g_autofree char *allow = NULL;
	const struct route *route = route_find(call->request->method, call->request->path, (gint64[2]){0}, &allow);
	const struct route_large *large = route ? route_large(route) : NULL;
	const GByteArray *body = call->request->body;
	if (!large || !body || !body->len || call_is_json(call))
		return true;
	call->length = body->len;
	struct call look = *call;
	bool may_come = route_admit(&look, large);
	viewer_free(look.who);
	g_clear_pointer(&look.token_hash, g_bytes_unref);
	call->file = gather_new(directory, large->most);
	g_assert_true(gather_add(call->file, body->data, body->len, NULL));
	return may_come;
}

/* Owner: caller. */
static GString *
read_stream(const struct stream *stream)
{
	g_autoptr(GError) error = NULL;
	GString *all = g_string_new(NULL);
	for (gsize size = 1; stream->read && size;) {
		g_autoptr(GBytes) block = stream->read(stream->data, raw, &error);
		g_assert_no_error(error);
		g_string_append_len(all, g_bytes_get_data(block, &size), (gssize)g_bytes_get_size(block));
	}
	g_assert_cmpint((gint64)all->len, ==, stream->read ? stream->length : 0);
	return all;
}

static bool
is_json(const struct reply *reply)
{
	for (guint i = 0; i < reply->headers->len; i++)
		if (g_str_has_prefix(reply->headers->pdata[i], "Content-Type: application/") && g_str_has_suffix(reply->headers->pdata[i], "json"))
			return true;
	return false;
}

/* An object, or a list. */
static void
check_json(GBytes *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *member = g_strdup_printf("{\"all\":%.*s}", (int)g_bytes_get_size(text), (const char *)g_bytes_get_data(text, NULL));
	g_autoptr(GBytes) object = g_bytes_new_static(member, strlen(member));
	g_autoptr(json_in) in = json_read(object, &error);
	g_assert_no_error(error);
	g_assert_true(json_has(in, "all"));
}

static void
check_reply(const struct reply *reply)
{
	g_assert_cmpint(reply->status, >=, 200);
	g_assert_cmpint(reply->status, <, 500);
	g_autoptr(GString) head = reply_head(reply, false);
	g_assert_nonnull(head);
	if (reply->body && is_json(reply))
		check_json(reply->body);
}

static bool
has_canary(const void *octets, size_t size)
{
	static const char *const spellings[] = {"canary", "Canary"};
	for (size_t i = 0; octets && i < G_N_ELEMENTS(spellings); i++)
		if (memmem(octets, size, spellings[i], strlen(spellings[i])))
			return true;
	return false;
}

/* What was asked may be said back. */
static void
check_secrets(const struct asker *asker, const struct reply *reply, bool is_asked)
{
	size_t size = 0;
	const void *body = reply->body ? g_bytes_get_data(reply->body, &size) : NULL;
	g_autoptr(GString) streamed = read_stream(&reply->stream);
	if (asker->is_stranger && !is_asked)
		g_assert_false(has_canary(body, size) || has_canary(streamed->str, streamed->len));
}

/* Who may less than the route wants gets nothing and changes nothing; who only reads changes nothing either. */
static void
check_guard(const struct request *request, const struct asker *asker, const struct reply *reply)
{
	g_autofree char *allow = NULL;
	const struct route *route = route_find(request->method, request->path, (gint64[2]){0}, &allow);
	bool is_machine = auth_is_machine(request), may = route && (route->who <= WHO_ANYBODY || (!is_machine && asker->who >= route->who));
	if (!may) {
		g_assert_cmpint(reply->status, >=, 400);
		g_assert_cmpint(data_version(), ==, version);
	}
	if (request->method <= HTTP_HEAD && strcmp(request->path, "/health")) /* which tries whether the store can be written */
		g_assert_cmpint(data_version(), ==, version);
}

static void
ask(struct request *request, const struct asker *asker, bool is_asked)
{
	struct call call = {.web = &web, .desk = desk, .raw = raw, .request = request, .reply = reply_new(), .now = now};
	g_autofree char *cookie = g_strdup_printf("__Host-belfry=%s", asker->name);
	request_add_header(request, "cookie", cookie);
	db_set_deadline(desk, PATIENCE_MS); /* handlers set shorter ones */
	db_set_deadline(raw, PATIENCE_MS);
	if (take_body(&call))
		route_answer(&call);
	check_reply(call.reply);
	check_secrets(asker, call.reply, is_asked);
	check_guard(request, asker, call.reply);
	end_call(&call);
	if (data_version() != version)
		restore();
}

static void
add_headers(struct request *request)
{
	if (!request_header(request, "origin"))
		request_add_header(request, "origin", OWN);
	if (!request_header(request, "content-type"))
		request_add_header(request, "content-type", "application/json");
	request_set_peer(request, "192.0.2.1");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request *request = asked_read(data, size);
	gint64 length;
	g_autofree char *said = g_strdup_printf("%u", request->body ? request->body->len : 0);
	add_headers(request);
	if (request->method > HTTP_HEAD)
		request_add_header(request, "content-length", said);
	if (!request_refusal(request, REPLY_OCTETS_MAX, &length))
		for (size_t i = 0; i < G_N_ELEMENTS(askers); i++)
			ask(request, &askers[i], has_canary(data, size));
	request_free(request);
	return 0;
}

static void
add_session(db *to, gint64 person, const char *token)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) hash = secret_token_hash(token);
	struct session_new session = {.token_hash = hash, .employee_id = person, .now = now, .address = "192.0.2.1", .agent = "a browser"};
	session_add(to, &session, &error);
	g_assert_no_error(error);
}

static gint64
add_employee(db *to, const struct asker *asker, const char *hash)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *email = g_strdup_printf("%s@desk.example", asker->name);
	struct employee_new person = {.email = email, .firstname = "Ann", .lastname = "Lee", .role = asker->role, .language = "en", .password_hash = hash,
		.created = 1};
	gint64 id;
	employee_add(to, &person, &id, &error);
	g_assert_no_error(error);
	return id;
}

static void
add_staff(db *to)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *hash = secret_hash_password("correct horse battery");
	g_assert_true(db_begin(to, &error));
	for (const struct asker *asker = askers + 1; asker < askers + G_N_ELEMENTS(askers); asker++)
		add_session(to, asker->who == WHO_ADMIN ? 1 : add_employee(to, asker, hash), asker->name);
	g_assert_true(db_run(to, "UPDATE employee SET has_all = 0 WHERE email = 'stranger@desk.example'", &error) && db_commit(to, &error));
}

static void
do_deeds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
		struct request *request = asked_read((const uint8_t *)deeds[i], strlen(deeds[i]));
		struct call call = {.web = &web, .desk = desk, .raw = raw, .request = request, .reply = reply_new(), .now = now};
		add_headers(request);
		request_add_header(request, "cookie", "__Host-belfry=admin");
		route_answer(&call);
		if (call.reply->status >= 300)
			g_error("%s: %s", deeds[i], (const char *)g_bytes_get_data(call.reply->body, NULL));
		end_call(&call);
		request_free(request);
	}
}

static void
fill_store(void)
{
	struct desk first;
	desk_setup(&first);
	directory = first.directory;
	add_staff(first.db);
	for (int i = 0; i < 3; i++)
		desk_file(&first, &(struct desk_mail){.from = "kim@customer.example", .subject = "Canary", .text = "The canary broke", .thread = i / 2});
	viewer_free(first.admin);
	db_close(first.db);
}

/* Each file as it is, what stands in its log included. */
static void
keep_files(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = g_build_filename(directory, files[i], NULL);
		db *last = db_open(path, DB_WRITE, &error);
		db_run(last, "PRAGMA wal_checkpoint(TRUNCATE)", &error);
		g_assert_no_error(error);
		db_close(last);
		char *octets;
		gsize size;
		g_assert_true(g_file_get_contents(path, &octets, &size, NULL));
		whole[i] = g_bytes_new_take(octets, size);
	}
}

static void
leave(void)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
	close_all();
	g_assert_cmpint(system(command), ==, 0);
}

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	g_autoptr(GError) error = NULL;
	now = g_get_real_time() / 1000;
	log_open("web", LOG_ERROR);
	fill_store();
	g_autofree char *text = g_strdup_printf("[belfry]\nstore = %s\n[milter]\nmin_free = 0\n", directory), *keys = g_build_filename(directory, "keys", NULL);
	conf = conf_read(text, strlen(text), "belfry.conf", &error);
	web = (struct web){.conf = conf, .origin = g_strdup(OWN), .is_secure = true, .decoy_hash = secret_hash_password("nobody"),
		.keys = keyring_open(keys, &error), .meter = meter_new(now)};
	g_assert_no_error(error);
	open_all();
	do_deeds();
	close_all();
	keep_files();
	open_all();
	return atexit(leave);
}
