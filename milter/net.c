#include "milter/net.h"

#include <curl/curl.h>
#include <poll.h>
#include <string.h>

#define CONNECT_SECONDS 15L
#define OPEN_SECONDS 60L /* connecting, TLS and log-in together */
#define LINE_OCTETS 2000
#define LINE_ENDLESS (64 * 1024)
#define OFFERS_MAX 200   /* lines of one EHLO */

/* G_DEFINE_QUARK would keep it where threads race for it. */
GQuark
net_error_quark(void)
{
	return g_quark_from_static_string("belfry-net");
}

struct net {
	CURL *curl;
	curl_socket_t socket;
	GPtrArray *offers;     /* char *: lines of the last EHLO without their numbers */
	char *last;            /* the server's last line while opening */
	bool is_greeted;       /* 220 came, or STARTTLS' own: the next 250 line is a name, not an offer */
	int stop, patience, after_stop;
	char error[CURL_ERROR_SIZE];
	char buffer[16 * 1024];
	size_t at, end;        /* what of the buffer is not taken yet */
};

static bool
fail(GError **error, enum net_error code, const char *what, const char *text)
{
	g_set_error(error, NET_ERROR, (int)code, "%s: %s", what, text);
	return false;
}

/* Each line the server says while curl speaks with it. */
static size_t
on_line(char *line, size_t size, size_t count, void *data)
{
	net *self = data;
	size_t length = size * count;
	g_free(self->last);
	self->last = g_strchomp(g_strndup(line, length));
	if (g_str_has_prefix(self->last, "220")) {
		g_ptr_array_set_size(self->offers, 0);
		self->is_greeted = true;
	} else if (g_str_has_prefix(self->last, "250") && strlen(self->last) > 4 && self->offers->len < OFFERS_MAX) {
		if (!self->is_greeted)
			g_ptr_array_add(self->offers, g_strdup(self->last + 4));
		self->is_greeted = false;
	}
	return length;
}

static bool
is_stopping(const net *self)
{
	return self->stop >= 0 && poll(&(struct pollfd){.fd = self->stop, .events = POLLIN}, 1, 0) > 0;
}

static int
on_progress(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return is_stopping(data);
}

const char *
net_offer(const net *self, const char *keyword)
{
	size_t length = strlen(keyword);
	for (guint i = 0; i < self->offers->len; i++) {
		const char *line = self->offers->pdata[i];
		if (!g_ascii_strncasecmp(line, keyword, length) && (!line[length] || line[length] == ' ' || line[length] == '='))
			return line[length] ? line + length + 1 : "";
	}
	return NULL;
}

static bool
is_loopback(const char *address)
{
	return g_str_has_prefix(address, "127.") || g_str_has_prefix(address, "localhost:") || g_str_has_prefix(address, "[::1]:");
}

static void
set_options(net *self, const struct net_server *server)
{
	CURL *curl = self->curl;
	bool is_implicit = !strcmp(server->tls, "implicit");
	g_autofree char *url = g_strdup_printf("%s%s://%s/%s", server->protocol, is_implicit ? "s" : "", server->address, server->own_name);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(strcmp(server->tls, "none") ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (*server->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
	if (*server->user) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, server->password);
	}
	curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* none out of the environment */
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, OPEN_SECONDS);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, self);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, self);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, self->error);
}

static enum net_error
kind_of(CURLcode code)
{
	switch (code) {
	case CURLE_ABORTED_BY_CALLBACK: return NET_STOPPED;
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_LOGIN_DENIED: return NET_REFUSED;
	default: return NET_LOST;
	}
}

/* The server's own line says more than curl's sentence where it refused something. */
static bool
fail_open(const net *self, const struct net_server *server, CURLcode code, GError **error)
{
	const char *why = *self->error ? self->error : curl_easy_strerror(code);
	bool has_refused = self->last && (*self->last == '4' || *self->last == '5');
	g_autofree char *text = has_refused ? g_strdup_printf("%s (%s)", self->last, why) : g_strdup(why);
	return fail(error, kind_of(code), server->address, text);
}

/* curl goes on without a log-in where the server knows none: we do not. */
static bool
is_logged_in(const net *self, const struct net_server *server, GError **error)
{
	return !*server->user || net_offer(self, "AUTH") || fail(error, NET_REFUSED, server->address, "it offers no log-in (AUTH), but a user is set");
}

static bool
open_server(net *self, const struct net_server *server, GError **error)
{
	if (*server->user && !strcmp(server->tls, "none") && !is_loopback(server->address))
		return fail(error, NET_REFUSED, server->address, "a password is not sent without TLS");
	set_options(self, server);
	CURLcode code = curl_easy_perform(self->curl);
	if (code != CURLE_OK)
		return fail_open(self, server, code, error);
	if (curl_easy_getinfo(self->curl, CURLINFO_ACTIVESOCKET, &self->socket) != CURLE_OK || self->socket == CURL_SOCKET_BAD)
		return fail(error, NET_LOST, server->address, "the connection is gone");
	return is_logged_in(self, server, error);
}

net *
net_open(const struct net_server *server, GError **error)
{
	static gsize is_ready;
	if (g_once_init_enter(&is_ready)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&is_ready, 1);
	}
	g_autoptr(net) self = g_new0(net, 1);
	self->curl = curl_easy_init();
	self->offers = g_ptr_array_new_with_free_func(g_free);
	self->stop = server->stop;
	self->patience = (int)OPEN_SECONDS * 1000;
	return open_server(self, server, error) ? g_steal_pointer(&self) : NULL;
}

void
net_close(net *self)
{
	if (!self)
		return;
	curl_easy_cleanup(self->curl);
	g_ptr_array_unref(self->offers);
	g_free(self->last);
	g_free(self);
}

void
net_set_patience(net *self, int milliseconds, int after_stop)
{
	self->patience = milliseconds;
	self->after_stop = after_stop;
}

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

/* Until the socket is ready for EVENTS, or DEADLINE. */
static bool
wait_for(net *self, short events, gint64 *deadline, GError **error)
{
	struct pollfd watched[] = {{.fd = self->socket, .events = events}, {.fd = self->stop, .events = POLLIN}};
	for (gint64 left; (left = *deadline - now_ms()) > 0;) {
		int got = poll(watched, 2, (int)left);
		if (got > 0 && watched[0].revents)
			return true;
		if (got > 0 && watched[1].revents) {
			if (!self->after_stop)
				return fail(error, NET_STOPPED, "the mail server", "there was no time to wait for it");
			*deadline = MIN(*deadline, now_ms() + self->after_stop);
			watched[1].fd = -1;
		}
	}
	return fail(error, NET_LOST, "the mail server", "it was too slow");
}

bool
net_send(net *self, const void *octets, size_t size, GError **error)
{
	gint64 deadline = now_ms() + self->patience;
	for (const char *next = octets; size;) {
		size_t sent = 0;
		CURLcode code = curl_easy_send(self->curl, next, size, &sent);
		if (code == CURLE_AGAIN && wait_for(self, POLLOUT, &deadline, error))
			continue;
		if (code == CURLE_AGAIN)
			return false;
		if (code != CURLE_OK)
			return fail(error, NET_LOST, "the mail server", "the connection broke");
		next += sent;
		size -= sent;
		deadline = now_ms() + self->patience;
	}
	return true;
}

static bool
fill(net *self, GError **error)
{
	gint64 deadline = now_ms() + self->patience;
	for (;;) {
		size_t got = 0;
		CURLcode code = curl_easy_recv(self->curl, self->buffer, sizeof self->buffer, &got);
		self->at = 0;
		self->end = got;
		if (code == CURLE_OK && got)
			return true;
		if (code != CURLE_AGAIN)
			return fail(error, NET_LOST, "the mail server", code == CURLE_OK ? "it hung up" : "the connection broke");
		if (!wait_for(self, POLLIN, &deadline, error))
			return false;
	}
}

char *
net_line(net *self, GError **error)
{
	g_autoptr(GString) line = g_string_new(NULL);
	for (size_t octets = 0; octets < LINE_ENDLESS;) {
		if (self->at == self->end && !fill(self, error))
			return NULL;
		const char *start = self->buffer + self->at, *end = memchr(start, '\n', self->end - self->at);
		size_t length = end ? (size_t)(end - start) : self->end - self->at;
		g_string_append_len(line, start, (gssize)MIN(length, LINE_OCTETS - MIN(LINE_OCTETS, line->len)));
		self->at += length + (end != NULL);
		octets += length;
		if (end)
			return g_strchomp(g_strdup(line->str));
	}
	fail(error, NET_LOST, "the mail server", "it sends a line without end");
	return NULL;
}

/* CURLE_AGAIN: nothing has come. */
static CURLcode
peek(net *self)
{
	self->at = self->end = 0;
	return curl_easy_recv(self->curl, self->buffer, sizeof self->buffer, &self->end);
}

bool
net_is_quiet(net *self)
{
	return self->at == self->end && peek(self) == CURLE_AGAIN;
}

bool
net_is_there(net *self)
{
	if (self->at != self->end)
		return true;
	CURLcode code = peek(self);
	return code == CURLE_AGAIN || (code == CURLE_OK && self->end);
}
