#include "store/log.h"
#include "web/auth.h"
#include "web/page.h"
#include "web/refusal.h"
#include "web/route.h"
#include "web/server_http.h"

#define BODY_SECONDS 60      /* for a request's body, however busily it trickles in */
#define LOG_INS_MAX 100      /* that wait; each takes some 30 ms */

struct connection {
	struct exchange *exchange;
};

size_t
server_http_size(void)
{
	return sizeof(struct connection);
}

static struct exchange *
exchange_new(struct lws *wsi)
{
	struct exchange *exchange = g_new0(struct exchange, 1);
	g_atomic_ref_count_init(&exchange->holders);
	exchange->server = server_of(wsi);
	exchange->wsi = wsi;
	exchange->request = server_read_request(wsi);
	exchange->reply = reply_new();
	exchange->reply->is_secure = exchange->server->web.is_secure;
	exchange->started = g_get_monotonic_time();
	exchange->server->open_requests++;
	return exchange;
}

void
exchange_unref(struct exchange *exchange)
{
	if (!g_atomic_ref_count_dec(&exchange->holders))
		return;
	request_free(exchange->request);
	reply_free(exchange->reply);
	g_clear_pointer(&exchange->block, g_bytes_unref);
	g_queue_clear_full(&exchange->ready, (GDestroyNotify)g_bytes_unref);
	g_queue_clear_full(&exchange->ahead, (GDestroyNotify)g_bytes_unref);
	g_clear_pointer(&exchange->file, gather_free);
	g_clear_pointer(&exchange->arrived, g_byte_array_unref);
	g_clear_pointer(&exchange->storing, g_byte_array_unref);
	g_clear_error(&exchange->error);
	g_free(exchange);
}

/* The connection is done with its exchange: it was answered, or the client went away. */
static void
let_go(struct connection *connection)
{
	struct exchange *exchange = g_steal_pointer(&connection->exchange);
	if (!exchange)
		return;
	exchange->wsi = NULL;
	server_body_end(exchange);
	exchange->server->open_requests--;
	exchange_unref(exchange);
}

/* While a worker has it nothing more is read: libwebsockets would turn in circles over a client that sends on. */
void
exchange_give(struct exchange *exchange, workers *pool, worker_job *job)
{
	g_atomic_ref_count_inc(&exchange->holders);
	lws_set_timeout(exchange->wsi, NO_PENDING_TIMEOUT, 0);
	lws_rx_flow_control(exchange->wsi, 0);
	workers_push(pool, job, exchange);
}

static void
on_back(G_GNUC_UNUSED struct server *server, void *data)
{
	struct exchange *exchange = data;
	if (exchange->wsi) {
		lws_set_timeout(exchange->wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_TIMEOUT);
		exchange_send(exchange);
	}
	exchange_unref(exchange);
}

static void
run_call(struct call *call)
{
	bool is_read = call->request->method == HTTP_GET || call->request->method == HTTP_HEAD;
	g_autoptr(GError) error = NULL;
	if (is_read && !db_begin_read(call->desk, &error))
		call_failed(call, g_steal_pointer(&error));
	else
		route_answer(call);
	if (is_read)
		db_rollback(call->desk);
}

/* In a worker: the whole answer, but for a stream's octets. */
static void
answer_call(db *desk, db *raw, void *data)
{
	struct exchange *exchange = data;
	struct call call = exchange_call(exchange, desk, raw);
	call.file = g_steal_pointer(&exchange->file);
	run_call(&call);
	exchange_call_clear(&call);
	server_hand_back(exchange->server, on_back, exchange);
}

static void
turn_away(struct exchange *exchange)
{
	reply_header(exchange->reply, "Retry-After", "5");
	reply_problem(exchange->reply, 503, "Very many log in just now. Please try again in a moment.");
	exchange_send(exchange);
}

/* The request is whole. */
void
exchange_begin(struct exchange *exchange)
{
	gint64 ids[2];
	g_autofree char *allow = NULL;
	struct server *server = exchange->server;
	server_visitor_is_busy(exchange->wsi);
	if (!route_is_api(exchange->request->path)) {
		page_answer(exchange->request, exchange->reply);
		exchange_send(exchange);
		return;
	}
	const struct route *route = route_find(exchange->request->method, exchange->request->path, ids, &allow);
	if (!route || !route->is_slow)
		exchange_give(exchange, server->workers, answer_call);
	else if (workers_waiting(server->log_ins) < LOG_INS_MAX)
		exchange_give(exchange, server->log_ins, answer_call);
	else
		turn_away(exchange);
}

static void
refuse(struct exchange *exchange, int status)
{
	exchange->is_last = true;
	exchange->body_left = 0;
	if (status == 413)
		reply_problem(exchange->reply, status, "At most %d KB can be sent there.",
			(int)((exchange->large ? exchange->large->most : HTTP_BODY_MAX) / 1024));
	else
		reply_problem(exchange->reply, status, "%s", refusal_detail(status));
	exchange_send(exchange);
}

/* A status to refuse it with, or 0. */
static int
refusal_of(struct exchange *exchange)
{
	gint64 most = exchange->large ? exchange->large->most : HTTP_BODY_MAX;
	int refusal = request_refusal(exchange->request, most, &exchange->body_left);
	exchange->length = exchange->body_left;
	return refusal || auth_is_own_host(&exchange->server->web, exchange->request) ? refusal : 421;
}

static int
on_head(struct lws *wsi, struct connection *connection)
{
	let_go(connection);
	struct exchange *exchange = connection->exchange = exchange_new(wsi);
	exchange->large = server_body_find(exchange->request);
	int refusal = refusal_of(exchange);
	if (!server_visitor_speaks(wsi, exchange->body_left))
		return -1;
	if (refusal)
		refuse(exchange, refusal);
	else if (exchange->large && exchange->body_left)
		server_body_begin(exchange);
	else if (!exchange->body_left)
		exchange_begin(exchange);
	else
		exchange->request->body = g_byte_array_sized_new((guint)exchange->body_left);
	return 0;
}

static int
on_body(struct exchange *exchange, const void *octets, size_t size)
{
	if (exchange && exchange->large)
		return server_body_add(exchange, octets, size) ? 0 : -1;
	if (!exchange || !exchange->body_left)
		return 0;
	if (g_get_monotonic_time() - exchange->started > BODY_SECONDS * G_USEC_PER_SEC)
		return -1;
	gsize taken = MIN(size, (gsize)exchange->body_left);
	g_byte_array_append(exchange->request->body, octets, (guint)taken);
	exchange->body_left -= (gint64)taken;
	if (!exchange->body_left)
		exchange_begin(exchange);
	return 0;
}

static void
finish_log(const struct exchange *exchange)
{
	meter_add_status(exchange->server->web.meter, exchange->reply->status);
	g_autofree char *path = request_told_path(exchange->request);
	log_line(LOG_DEBUG, "%s %d %d ms", path, exchange->reply->status, (int)((g_get_monotonic_time() - exchange->started) / 1000));
}

static int
finish(struct connection *connection, struct lws *wsi)
{
	bool is_last = connection->exchange->is_last;
	finish_log(connection->exchange);
	if (is_last && connection->exchange->large) {
		server_body_linger(connection->exchange);
		return 0;
	}
	let_go(connection);
	if (is_last || server_visitor_read_ahead(wsi) || lws_http_transaction_completed(wsi))
		return -1;
	server_visitor_waits(wsi);
	return 0;
}

static int
on_writable(struct connection *connection, struct lws *wsi)
{
	struct exchange *exchange = connection->exchange;
	if (!exchange || !exchange->is_answered || exchange->is_lingering)
		return 0;
	enum answer_state state = server_answer_write(exchange);
	if (state == ANSWER_IS_OUT)
		return finish(connection, wsi);
	return state == ANSWER_GOES_ON ? 0 : -1;
}

int
server_refuse_upgrade(struct lws *wsi, int status)
{
	g_autoptr(GString) answer = refusal_answer(status, "The bell is at /api/v1/bell, subprotocol bell, for who is logged in.");
	server_write(wsi, answer->str, answer->len);
	meter_add_status(server_of(wsi)->web.meter, status);
	return 1;
}

int
server_on_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct connection *connection = user;
	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return server_confirm_upgrade(wsi);
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: /* a WebSocket without subprotocol */
		return server_refuse_upgrade(wsi, 400);
	case LWS_CALLBACK_RAW_ADOPT: /* CONNECT: it would become a connection of no protocol and no timeout */
	case LWS_CALLBACK_RAW_RX:
		return -1;
	case LWS_CALLBACK_HTTP:
		return on_head(wsi, connection);
	case LWS_CALLBACK_HTTP_BODY:
		return on_body(connection->exchange, in, size);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return connection->exchange && connection->exchange->is_lingering ? -1 : 0;
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return on_writable(connection, wsi);
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
	case LWS_CALLBACK_CLOSED_HTTP:
		if (connection)
			let_go(connection);
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		server_visitor_gone(wsi);
		return 0;
	default:
		return 0;
	}
}
