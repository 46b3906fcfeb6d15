/* A large body, step by step: a worker looks whether it may come; then the loop collects a block and a worker stores it (compressed, in a
 * spill file), while nothing more is read; when all is there the request is answered like any other. */
#include <string.h>
#include <sys/socket.h>

#include "web/receive.h"
#include "web/server_http.h"

#define BLOCK (256 * 1024)      /* octets that a worker stores at a time */
#define AT_ONCE_MAX 8           /* large bodies under way: each takes some memory, a descriptor, and disk */
#define SLOWEST (16 * 1024)     /* octets a second, on the whole */
#define PATIENCE_SECONDS 60     /* besides */
#define LINGER_SECONDS 5

/* JSON that is no larger than everywhere comes as everywhere. */
const struct route_large *
server_body_find(const struct request *request)
{
	gint64 ids[2];
	g_autofree char *allow = NULL;
	const struct route *route = route_find(request->method, request->path, ids, &allow);
	const char *type = request_header(request, "content-type"), *length = request_header(request, "content-length");
	bool is_usual = type && g_str_has_prefix(type, "application/json") && length && strlen(length) < 10 && g_ascii_strtoull(length, NULL, 10) <= HTTP_BODY_MAX;
	return route && !is_usual ? route_large(route) : NULL;
}

/* The reply says why. What is still to come is not waited for: the connection ends behind the answer. */
static void
turn_away(struct exchange *exchange)
{
	exchange->is_last = exchange->body_left > 0;
	exchange->body_left = 0;
	lws_set_timeout(exchange->wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_TIMEOUT);
	exchange_send(exchange);
}

static void
read_on(struct exchange *exchange)
{
	lws_set_timeout(exchange->wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_TIMEOUT);
	lws_rx_flow_control(exchange->wsi, 1);
}

static void on_stored(struct server *server, void *data);

/* In a worker. */
static void
store_block(G_GNUC_UNUSED db *desk, G_GNUC_UNUSED db *raw, void *data)
{
	struct exchange *exchange = data;
	if (exchange->storing->len)
		gather_add(exchange->file, exchange->storing->data, exchange->storing->len, &exchange->error);
	g_byte_array_set_size(exchange->storing, 0);
	server_hand_back(exchange->server, on_stored, exchange);
}

static void
store(struct exchange *exchange)
{
	GByteArray *empty = exchange->storing;
	exchange->storing = exchange->arrived;
	exchange->arrived = empty;
	exchange->is_storing = true;
	exchange_give(exchange, exchange->server->workers, store_block);
}

/* Whether it is time to store, to answer, or to read on. */
static void
go_on(struct exchange *exchange)
{
	bool is_whole = !exchange->body_left;
	if (exchange->is_storing || !exchange->is_admitted)
		return;
	if (exchange->arrived->len >= BLOCK || (is_whole && exchange->arrived->len))
		store(exchange);
	else if (is_whole)
		exchange_begin(exchange);
}

static void
on_stored(struct server *server, void *data)
{
	struct exchange *exchange = data;
	exchange->is_storing = false;
	if (exchange->wsi && exchange->error) {
		receive_failed(&server->web, exchange->request, exchange->reply, exchange->error);
		g_clear_error(&exchange->error);
		turn_away(exchange);
	} else if (exchange->wsi) {
		read_on(exchange);
		go_on(exchange);
	}
	exchange_unref(exchange);
}

static void
on_looked(struct server *server, void *data)
{
	struct exchange *exchange = data;
	if (!exchange->wsi) {
		exchange_unref(exchange);
		return;
	}
	if (exchange->may_come && server->large_bodies >= AT_ONCE_MAX) {
		reply_header(exchange->reply, "Retry-After", "5");
		reply_problem(exchange->reply, 503, "Very many files come in just now. Please try again in a moment.");
		turn_away(exchange);
	} else if (!exchange->may_come) {
		turn_away(exchange);
	} else {
		exchange->is_admitted = true;
		server_visitor_is_busy(exchange->wsi);
		server->large_bodies++;
		exchange->file = gather_new(server->web.conf->belfry.store, exchange->large->most);
		read_on(exchange);
		go_on(exchange);
	}
	exchange_unref(exchange);
}

/* In a worker: who asks, whether they may, whether it fits. */
static void
look(db *desk, db *raw, void *data)
{
	struct exchange *exchange = data;
	struct call call = exchange_call(exchange, desk, raw);
	call.length = exchange->length;
	exchange->may_come = route_admit(&call, exchange->large);
	exchange_call_clear(&call);
	server_hand_back(exchange->server, on_looked, exchange);
}

void
server_body_begin(struct exchange *exchange)
{
	exchange->arrived = g_byte_array_new();
	exchange->storing = g_byte_array_new();
	exchange_give(exchange, exchange->server->workers, look);
}

/* Seconds that the whole body may take. */
static gint64
patience(const struct exchange *exchange)
{
	return exchange->is_lingering ? LINGER_SECONDS : PATIENCE_SECONDS + exchange->length / SLOWEST;
}

bool
server_body_add(struct exchange *exchange, const void *octets, size_t size)
{
	if (g_get_monotonic_time() - exchange->started > patience(exchange) * G_USEC_PER_SEC)
		return false;
	gsize taken = MIN(size, (gsize)exchange->body_left);
	if (!taken)
		return true;
	g_byte_array_append(exchange->arrived, octets, (guint)taken);
	exchange->body_left -= (gint64)taken;
	go_on(exchange);
	return true;
}

void
server_body_linger(struct exchange *exchange)
{
	exchange->is_lingering = true;
	exchange->started = g_get_monotonic_time();
	shutdown(lws_get_socket_fd(exchange->wsi), SHUT_WR);
	lws_set_timeout(exchange->wsi, PENDING_TIMEOUT_HTTP_CONTENT, LINGER_SECONDS);
	lws_rx_flow_control(exchange->wsi, 1);
}

void
server_body_end(struct exchange *exchange)
{
	if (exchange->is_admitted)
		exchange->server->large_bodies--;
	exchange->is_admitted = false;
}
