/* An answer on its way out: its head, then the octets of its body, or of a stream block by block. While blocks go out a worker reads the next. */
#include <poll.h>
#include <string.h>

#include "web/server_http.h"

#define AHEAD 2 /* blocks, some 256 KB each, that are read at a time, while as many are sent: waking one another for each took as long as reading it */

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
	lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_TIMEOUT);
	return lws_write(wsi, (unsigned char *)octets, size, LWS_WRITE_HTTP) == (int)size; /* HTTP/1: it reads them where they lie, and needs no LWS_PRE before them */
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
	exchange->unread = exchange->reply->stream.read ? exchange->left : 0;
	exchange->block = exchange->reply->body ? g_bytes_ref(exchange->reply->body) : NULL;
	return head->len <= SERVER_HEADERS_MAX && write_part(exchange, head);
}

static void on_ahead(struct server *server, void *data);

/* In a worker: a stream's next blocks. What it lacks of the length that was promised does not come. */
static void
read_blocks(G_GNUC_UNUSED db *desk, db *raw, void *data)
{
	struct exchange *exchange = data;
	const struct stream *stream = &exchange->reply->stream;
	db_set_deadline(raw, SERVER_DEADLINE_MS);
	while (exchange->unread > 0 && exchange->ahead.length < AHEAD) {
		GBytes *block = stream->read(stream->data, raw, &exchange->error);
		gsize size = block ? g_bytes_get_size(block) : 0;
		exchange->unread = size ? exchange->unread - (gint64)size : 0;
		if (size)
			g_queue_push_tail(&exchange->ahead, block);
		else
			g_clear_pointer(&block, g_bytes_unref);
	}
	server_hand_back(exchange->server, on_ahead, exchange);
}

/* Unless there is enough. */
static void
read_ahead(struct exchange *exchange)
{
	if (exchange->is_reading || exchange->ahead.length || exchange->unread <= 0)
		return;
	exchange->is_reading = true;
	g_atomic_ref_count_inc(&exchange->holders);
	workers_push(exchange->server->workers, read_blocks, exchange);
}

/* Of what was read ahead the next block is sent from now on. What a stream lacks cannot be mended: the connection ends early. */
static bool
take_ahead(struct exchange *exchange)
{
	if (!exchange->ready.length && !exchange->is_reading) {
		exchange->ready = exchange->ahead;
		g_queue_init(&exchange->ahead);
		read_ahead(exchange);
	}
	exchange->block = g_queue_pop_head(&exchange->ready);
	if (!exchange->block && exchange->error)
		fault_note(&exchange->server->web.fault, exchange->request->path, exchange->error);
	return exchange->block;
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

/* Of the body, as much of what was read as there is room for now. */
static enum answer_state
write_body(struct exchange *exchange)
{
	do {
		if (!exchange->block && !exchange->ready.length && exchange->is_reading) {
			run_dry(exchange);
			return ANSWER_GOES_ON;
		}
		if ((!exchange->block && !take_ahead(exchange)) || !write_part(exchange, NULL))
			return ANSWER_BROKE;
	} while (exchange->left && (exchange->block || exchange->ready.length) && !lws_partial_buffered(exchange->wsi) && can_write(exchange->wsi));
	return ANSWER_GOES_ON;
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
