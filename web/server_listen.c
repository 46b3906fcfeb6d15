/* Who comes in. A connection waits here, in an epoll of our own, until the head of its request is whole and right (web/head); only then does
 * libwebsockets read it, and between requests it waits here again: slow and odd ones cost a descriptor and no header table, and are answered as HTTP
 * wants. Where we do TLS ourselves a head cannot be looked at beforehand: there the limits of web/guests alone hold. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store/log.h"
#include "web/auth.h"
#include "web/head.h"
#include "web/refusal.h"
#include "web/server_inside.h"

#define ACCEPT_AT_ONCE 64
#define ACCEPT_PAUSE_US 200000    /* when descriptors have run out */
#define DESCRIPTORS_OF_OURS 256   /* for stores, spill files, and connections on their way out */
#define SHARE_OF_NETWORK 8        /* one of so many parts of all connections */
#define BODIES_MAX 1024           /* each keeps a header table: 16 KB */
#define EMPTY_LINES_MAX 4         /* before a request (RFC 9112 2.2) */
#define IDLE_US (60 * G_USEC_PER_SEC)
#define LEAVE_US (2 * G_USEC_PER_SEC) /* for who was refused to read why */
#define LOOK_US G_USEC_PER_SEC

struct visitor {
	struct server *server;
	guest *guest;
	struct lws *wsi;   /* NULL until the first head is right */
	int fd;            /* the connection's, here or within WSI */
	guint64 said;      /* octets of its requests, as far as we let libwebsockets read */
	gint64 began;      /* us; when the first octet of this head came, 0: none has */
	bool is_approved;  /* the head that libwebsockets reads next was looked at */
	bool is_waiting;   /* stands in the epoll */
	bool needs_room;   /* there for room to write, not for a head */
	bool is_leaving;   /* was refused: what comes is dropped */
};

static bool
has_tls(const struct server *server)
{
	return *server->web.conf->web.certificate;
}

static void
visitor_free(struct visitor *visitor)
{
	guest_leave(visitor->guest);
	g_free(visitor);
}

/* Not from within a callback of its own. */
static void
hang_up(void *data)
{
	struct visitor *visitor = data;
	if (visitor->wsi) { /* forgets the visitor in server_visitor_gone */
		lws_set_timeout(visitor->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	} else {
		close(visitor->fd);
		visitor_free(visitor);
	}
}

static void
stop_waiting(struct visitor *visitor)
{
	if (visitor->is_waiting)
		epoll_ctl(visitor->server->lobby_fd, EPOLL_CTL_DEL, visitor->fd, NULL);
	visitor->is_waiting = false;
}

/* FALSE: there is no memory for it. Told of once for each time something comes, or goes. */
static bool
wait_for(struct visitor *visitor, bool is_room)
{
	struct epoll_event event = {.events = (is_room ? EPOLLOUT : EPOLLIN | EPOLLRDHUP) | EPOLLET, .data.ptr = visitor};
	visitor->needs_room = is_room;
	visitor->is_waiting = !epoll_ctl(visitor->server->lobby_fd, EPOLL_CTL_ADD, visitor->fd, &event);
	return visitor->is_waiting;
}

/* The answer, said by ourselves: libwebsockets has nothing of this request. */
static void
refuse(struct visitor *visitor, int status)
{
	g_autoptr(GString) answer = refusal_answer(status, NULL);
	meter_add_status(visitor->server->web.meter, status);
	if (send(visitor->fd, answer->str, answer->len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 || shutdown(visitor->fd, SHUT_WR)) {
		hang_up(visitor);
		return;
	}
	visitor->is_leaving = true;
	visitor->began = g_get_monotonic_time();
}

/* A close with something unread would take the answer away from who was refused. FALSE: it has gone. */
static bool
drop_what_comes(const struct visitor *visitor)
{
	char octets[16384];
	ssize_t got = 1;
	for (int i = 0; i < 64 && got > 0; i++)
		got = recv(visitor->fd, octets, sizeof octets, MSG_DONTWAIT);
	return got > 0 || (got < 0 && errno == EAGAIN);
}

static void
adopt(struct visitor *visitor)
{
	visitor->wsi = lws_adopt_socket_vhost(visitor->server->vhost, visitor->fd);
	if (visitor->wsi)
		lws_set_opaque_user_data(visitor->wsi, visitor);
	else
		visitor_free(visitor); /* the descriptor is closed */
}

/* What it said is right: libwebsockets may read it. */
static void
let_in(struct visitor *visitor, size_t length)
{
	stop_waiting(visitor);
	visitor->said += length;
	visitor->is_approved = true;
	visitor->began = 0;
	guest_be(visitor->guest, GUEST_BUSY, g_get_monotonic_time());
	if (visitor->wsi)
		lws_rx_flow_control(visitor->wsi, 1);
	else
		adopt(visitor);
}

/* Octets of the head that have come, a few empty lines before it are taken away; 0: the other end is gone; negative: none. */
static ssize_t
peek(struct visitor *visitor, char *octets, size_t size)
{
	ssize_t got = recv(visitor->fd, octets, size, MSG_PEEK | MSG_DONTWAIT);
	for (int i = 0; i < EMPTY_LINES_MAX && got >= 2 && !memcmp(octets, "\r\n", 2); i++) {
		if (recv(visitor->fd, octets, 2, MSG_DONTWAIT) != 2)
			return 0;
		visitor->said += 2;
		got = recv(visitor->fd, octets, size, MSG_PEEK | MSG_DONTWAIT);
	}
	return got;
}

static void
look(struct visitor *visitor, bool is_half_closed)
{
	char octets[HEAD_MAX + 1];
	if (visitor->is_leaving) {
		if (!drop_what_comes(visitor))
			hang_up(visitor);
		return;
	}
	size_t length = 0;
	ssize_t got = peek(visitor, octets, sizeof octets);
	if (got < 0 && errno == EAGAIN)
		return;
	int state = got > 0 ? head_check(octets, (size_t)got, &length) : HEAD_PART;
	if (state == HEAD_WHOLE)
		let_in(visitor, length);
	else if (state != HEAD_PART)
		refuse(visitor, state);
	else if (got <= 0 || is_half_closed)
		hang_up(visitor);
	else if (!visitor->began)
		visitor->began = g_get_monotonic_time();
}

/* Who has gone finds out by writing. */
static void
write_on(struct visitor *visitor)
{
	stop_waiting(visitor);
	lws_rx_flow_control(visitor->wsi, 1);
	lws_callback_on_writable(visitor->wsi);
}

/* One at a time: any of them may send others away. */
static void
look_at_waiting(const struct server *server)
{
	struct epoll_event event;
	for (int i = 0; i < ACCEPT_AT_ONCE && epoll_wait(server->lobby_fd, &event, 1, 0) == 1; i++) {
		struct visitor *visitor = event.data.ptr;
		if (visitor->needs_room)
			write_on(visitor);
		else
			look(visitor, event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
	}
}

static void
end_if_late(void *data)
{
	struct visitor *visitor = data;
	gint64 now = g_get_monotonic_time(), since = visitor->began;
	if (visitor->is_leaving) {
		if (now - since > LEAVE_US)
			hang_up(visitor);
	} else if (since && now - since > SERVER_TIMEOUT * G_USEC_PER_SEC) {
		refuse(visitor, 408);
	}
}

static void
end_if_idle(void *data)
{
	const struct visitor *visitor = data;
	if (!visitor->began)
		hang_up(data);
}

static void
on_second(lws_sorted_usec_list_t *timer)
{
	struct server *server = lws_container_of(timer, struct server, second);
	gint64 now = g_get_monotonic_time();
	lws_sul_schedule(server->context, 0, timer, on_second, LOOK_US);
	if (has_tls(server))
		return; /* libwebsockets watches the clock */
	guests_each_late(server->guests, GUEST_HEAD, now - LEAVE_US, end_if_late);
	guests_each_late(server->guests, GUEST_HEAD, now - IDLE_US, end_if_idle);
}

/* Who is counted together. A proxy on this machine speaks for many. */
static char *
network_of(const struct sockaddr_storage *address)
{
	char text[INET6_ADDRSTRLEN] = "";
	if (address->ss_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
	else if (address->ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
	return request_is_local(text) ? g_strdup("") : auth_address_key(text);
}

static void
welcome(struct server *server, int fd, const struct sockaddr_storage *address)
{
	int on = 1;
	struct visitor *visitor = g_new0(struct visitor, 1);
	g_autofree char *network = network_of(address);
	*visitor = (struct visitor){.server = server, .fd = fd};
	visitor->guest = guest_enter(server->guests, network, visitor, g_get_monotonic_time());
	if (!visitor->guest) {
		close(fd);
		g_free(visitor);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* fails on unix sockets: nothing lost */
	if (has_tls(server))
		adopt(visitor);
	else if (!wait_for(visitor, false))
		hang_up(visitor);
}

static void
on_pause_over(lws_sorted_usec_list_t *timer)
{
	const struct server *server = lws_container_of(timer, struct server, later);
	lws_callback_all_protocol(server->context, lws_vhost_name_to_protocol(lws_get_vhost_by_name(server->context, "default"), "listener"),
		LWS_CALLBACK_USER);
}

/* FALSE: nobody waits, or none can be taken for the moment. */
static bool
accept_one(struct server *server, struct lws *listener)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	int fd = accept4(server->listen_fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		welcome(server, fd, &address);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
		log_line(LOG_WARNING, "no connection can be taken: %s", g_strerror(errno));
		lws_rx_flow_control(listener, 0);
		lws_sul_schedule(server->context, 0, &server->later, on_pause_over, ACCEPT_PAUSE_US);
		return false;
	}
	return fd >= 0 || errno == EINTR || errno == ECONNABORTED;
}

/* 4.1.6 cannot be given a descriptor that listens: it stands in the loop as a file. */
int
server_on_listener(struct lws *wsi, enum lws_callback_reasons reason, G_GNUC_UNUSED void *user, G_GNUC_UNUSED void *in, G_GNUC_UNUSED size_t size)
{
	if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
		return 1;
	if (reason == LWS_CALLBACK_USER)
		return lws_rx_flow_control(wsi, 1);
	if (reason != LWS_CALLBACK_RAW_RX_FILE)
		return 0;
	struct server *server = server_of(wsi);
	if (server->is_stopping)
		return -1;
	for (int i = 0; i < ACCEPT_AT_ONCE && accept_one(server, wsi); i++)
		;
	return 0;
}

int
server_on_lobby(struct lws *wsi, enum lws_callback_reasons reason, G_GNUC_UNUSED void *user, G_GNUC_UNUSED void *in, G_GNUC_UNUSED size_t size)
{
	if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
		return 1;
	if (reason == LWS_CALLBACK_RAW_RX_FILE)
		look_at_waiting(server_of(wsi));
	return 0;
}

bool
server_listen(struct server *server, guint descriptors)
{
	guint all = descriptors - MIN(descriptors / 4, DESCRIPTORS_OF_OURS);
	server->guests = guests_new((struct guests_limits){.all = all, .network = MAX(all / SHARE_OF_NETWORK, 1), .bodies = BODIES_MAX, .send_away = hang_up});
	server->lobby_fd = epoll_create1(EPOLL_CLOEXEC);
	lws_sul_schedule(server->context, 0, &server->second, on_second, LOOK_US);
	return server->lobby_fd >= 0;
}

bool
server_visitor_speaks(struct lws *wsi, gint64 body)
{
	struct visitor *visitor = lws_get_opaque_user_data(wsi);
	bool may_speak = visitor && (visitor->is_approved || has_tls(visitor->server));
	if (!may_speak)
		return false;
	visitor->is_approved = false;
	visitor->said += (guint64)body;
	guest_be(visitor->guest, body ? GUEST_BODY : GUEST_BUSY, g_get_monotonic_time());
	return true;
}

bool
server_visitor_read_ahead(struct lws *wsi)
{
	const struct visitor *visitor = lws_get_opaque_user_data(wsi);
	struct tcp_info info = {0};
	socklen_t size = sizeof info;
	int unread = 0;
	return !has_tls(visitor->server) && !getsockopt(visitor->fd, IPPROTO_TCP, TCP_INFO, &info, &size) && !ioctl(visitor->fd, FIONREAD, &unread) &&
		info.tcpi_bytes_received - (guint64)unread > visitor->said;
}

void
server_visitor_needs_room(struct lws *wsi)
{
	struct visitor *visitor = lws_get_opaque_user_data(wsi);
	if (!visitor->is_waiting && !wait_for(visitor, true))
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/* After an answer 4.1.6 takes no request until it has heard that there is room to write, which it does not hear while it is not to read: the loop
 * would tell it without end. There is room: all that was written has gone. */
static void
tell_of_room(const struct visitor *visitor)
{
	struct lws_pollfd room = {.fd = visitor->fd, .events = LWS_POLLOUT, .revents = LWS_POLLOUT};
	lws_service_fd(visitor->server->context, &room);
}

void
server_visitor_waits(struct lws *wsi)
{
	struct visitor *visitor = lws_get_opaque_user_data(wsi);
	guest_be(visitor->guest, GUEST_HEAD, g_get_monotonic_time());
	if (has_tls(visitor->server))
		return;
	tell_of_room(visitor);
	lws_rx_flow_control(wsi, 0);
	if (!wait_for(visitor, false))
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void
server_visitor_is_busy(struct lws *wsi)
{
	const struct visitor *visitor = lws_get_opaque_user_data(wsi);
	guest_be(visitor->guest, GUEST_BUSY, g_get_monotonic_time());
}

void
server_visitor_gone(struct lws *wsi)
{
	struct visitor *visitor = lws_get_opaque_user_data(wsi);
	if (!visitor)
		return;
	/* The descriptor is closed, which took it out of the lobby: its number may be another thread's by now. */
	lws_set_opaque_user_data(wsi, NULL);
	visitor_free(visitor);
}
