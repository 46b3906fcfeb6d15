/* An answer on its way out: its head, then the octets of its body, or of a stream block by block. While a block goes out a worker reads the next. */
#include <poll.h>
#include <string.h>

#include "web/server_http.h"

static bool
can_write(struct lws *wsi)
{
	struct pollfd socket = {.fd = lws_get_socket_fd(wsi), .events = POLLOUT};
	return poll(&socket, 1, 0) != 0;
}

/* A client that takes slowly and sends on meanwhile would be read from in circles (see exchange_give), and 4.1.6 does not write
 * to who is not read from: so nothing is asked of the loop until there is room. The timeout of the last step goes on. */
static void
wait_to_write(const struct exchange *exchange)
{
	if (can_write(exchange->wsi)) {
		lws_rx_flow_control(exchange->wsi, 1);
		lws_callback_on_writable(exchange->wsi);
	} else {
		lws_rx_flow_control(exchange->wsi, 0);
		server_visitor_needs_room(exchange->wsi);
	}
}

void
exchange_send(struct exchange *exchange)
{
	exchange->is_answered = true;
	wait_to_write(exchange);
}

bool
server_write(struct lws *wsi, const void *octets, size_t size)
{
	static unsigned char buffer[LWS_PRE + SERVER_WRITE_MAX + SERVER_HEADERS_MAX]; /* only the loop's thread writes */
	g_assert(size <= sizeof buffer - LWS_PRE);
	memcpy(buffer + LWS_PRE, octets, size);
	lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_TIMEOUT);
	return lws_write(wsi, buffer + LWS_PRE, size, LWS_WRITE_HTTP) == (int)size;
}

/* Up to SERVER_WRITE_MAX of the block that is being sent, behind what stands in BEFORE (NULL: nothing). */
static bool
write_part(struct exchange *exchange, GString *before)
{
	size_t size = 0;
	const char *octets = exchange->block ? g_bytes_get_data(exchange->block, &size) : NULL;
	g_assert(octets || before);
	size_t part = MIN(MIN(size - exchange->block_sent, SERVER_WRITE_MAX), (guint64)exchange->left);
	if (part && before)
		g_string_append_len(before, octets + exchange->block_sent, (gssize)part);
	bool is_written = before ? server_write(exchange->wsi, before->str, before->len) : server_write(exchange->wsi, octets + exchange->block_sent, part);
	exchange->block_sent += part;
	exchange->left -= (gint64)part;
	if (exchange->block_sent == size) {
		g_clear_pointer(&exchange->block, g_bytes_unref);
		exchange->block_sent = 0;
	}
	return is_written;
}

static bool
write_head(struct exchange *exchange)
{
	exchange->is_last = exchange->is_last || server_visitor_read_ahead(exchange->wsi);
	g_autoptr(GString) head = reply_head(exchange->reply, exchange->is_last);
	exchange->is_head_sent = true;
	exchange->left = reply_length(exchange->reply, exchange->request->method);
	exchange->block = exchange->reply->body ? g_bytes_ref(exchange->reply->body) : NULL;
	return head->len <= SERVER_HEADERS_MAX && write_part(exchange, head);
}

static void on_ahead(struct server *server, void *data);

/* In a worker: a stream's next octets. */
static void
read_block(G_GNUC_UNUSED db *desk, db *raw, void *data)
{
	struct exchange *exchange = data;
	const struct stream *stream = &exchange->reply->stream;
	db_set_deadline(raw, SERVER_DEADLINE_MS);
	exchange->ahead = stream->read(stream->data, raw, &exchange->error);
	server_hand_back(exchange->server, on_ahead, exchange);
}

/* Unless there is enough: of the answer, or already read. */
static void
read_ahead(struct exchange *exchange)
{
	size_t here = exchange->block ? g_bytes_get_size(exchange->block) - exchange->block_sent : 0;
	if (!exchange->reply->stream.read || exchange->is_reading || exchange->ahead || exchange->error || (guint64)exchange->left <= here)
		return;
	exchange->is_reading = true;
	g_atomic_ref_count_inc(&exchange->holders);
	workers_push(exchange->server->workers, read_block, exchange);
}

/* The block that was read ahead is sent from now on. What a stream lacks of the length that was promised cannot be mended: the connection ends early. */
static bool
take_ahead(struct exchange *exchange)
{
	if (exchange->error)
		fault_note(&exchange->server->web.fault, exchange->request->path, exchange->error);
	if (!exchange->ahead || !g_bytes_get_size(exchange->ahead))
		return false;
	exchange->block = g_steal_pointer(&exchange->ahead);
	read_ahead(exchange);
	return true;
}

static void
on_ahead(G_GNUC_UNUSED struct server *server, void *data)
{
	struct exchange *exchange = data;
	exchange->is_reading = false;
	if (exchange->wsi && exchange->is_dry) {
		exchange->is_dry = false;
		lws_set_timeout(exchange->wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_TIMEOUT);
		wait_to_write(exchange);
	}
	exchange_unref(exchange);
}

/* All that was read has been written: the worker is waited for, and the client not read from meanwhile. */
static void
run_dry(struct exchange *exchange)
{
	exchange->is_dry = true;
	lws_set_timeout(exchange->wsi, NO_PENDING_TIMEOUT, 0);
	lws_rx_flow_control(exchange->wsi, 0);
}

/* Of the body, as much of one block as there is room for now. */
static enum answer_state
write_body(struct exchange *exchange)
{
	if (!exchange->block && exchange->is_reading) {
		run_dry(exchange);
		return ANSWER_GOES_ON;
	}
	if (!exchange->block && !take_ahead(exchange))
		return ANSWER_BROKE;
	bool is_written = write_part(exchange, NULL);
	while (is_written && exchange->block && exchange->left && !lws_partial_buffered(exchange->wsi) && can_write(exchange->wsi))
		is_written = write_part(exchange, NULL);
	return is_written ? ANSWER_GOES_ON : ANSWER_BROKE;
}

enum answer_state
server_answer_write(struct exchange *exchange)
{
	if (exchange->is_dry)
		return ANSWER_GOES_ON;
	if (!exchange->is_head_sent && !write_head(exchange))
		return ANSWER_BROKE;
	read_ahead(exchange);
	if (exchange->left && can_write(exchange->wsi) && !lws_partial_buffered(exchange->wsi) && write_body(exchange) == ANSWER_BROKE)
		return ANSWER_BROKE;
	if (!exchange->left && !lws_partial_buffered(exchange->wsi))
		return ANSWER_IS_OUT;
	if (!exchange->is_dry)
		wait_to_write(exchange);
	return ANSWER_GOES_ON;
}
