/* load_http [-c CONNECTIONS] [-s SECONDS] [-n REQUESTS] [-H "NAME: VALUE"]… http://ADDRESS:PORT/PATH…: asks for the paths, in turn, over connections
 * that are kept, each with one request under way, for SECONDS or until REQUESTS are answered. All paths are of the first one's address.
 * Prints one line of JSON: per_s (answers a second), mb_s (10^6 octets of bodies a second), p50_ms, p99_ms, worst_ms (of a whole answer, from
 * asking on), answers, octets (of the last body), failed (answers but 200, and connections that ended). */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/support/stop.h"

#define HEAD_MAX 32768
#define AT_ONCE 64

struct line {
	int fd;
	gint64 asked;     /* us */
	gint64 left;      /* octets of the body still to come; -1: in the head */
	GString *head;
};

struct load {
	struct sockaddr_in address;
	int epoll;
	GPtrArray *requests; /* char *: whole, in turn */
	guint next;
	gint64 until;     /* us */
	gint64 to_ask;    /* requests */
	guint under_way, failed;
	gint64 octets, all_octets;
	GArray *took;     /* guint32 us */
	char buffer[256 * 1024];
};

static int connections = 1, requests_most = G_MAXINT;
static double seconds = 0;
static char **headers, **urls;

static void
ask(struct load *load, struct line *line)
{
	gint64 now = g_get_monotonic_time();
	if (!load->to_ask || now >= load->until) {
		close(line->fd);
		line->fd = -1;
		return;
	}
	const char *request = load->requests->pdata[load->next++ % load->requests->len];
	load->to_ask--;
	load->under_way++;
	line->asked = now;
	line->left = -1;
	g_string_truncate(line->head, 0);
	if (send(line->fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
		stop_at("send");
}

static void
open_line(struct load *load, struct line *line)
{
	line->fd = socket(AF_INET, SOCK_STREAM, 0);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
	if (line->fd < 0 || connect(line->fd, (struct sockaddr *)&load->address, sizeof load->address) ||
		epoll_ctl(load->epoll, EPOLL_CTL_ADD, line->fd, &event))
		stop_at("connect");
	ask(load, line);
}

static void
finish(struct load *load, struct line *line)
{
	guint32 took = (guint32)(g_get_monotonic_time() - line->asked);
	g_array_append_val(load->took, took);
	load->under_way--;
	ask(load, line);
}

/* An answer that never came whole: a new connection in its place. */
static void
lose(struct load *load, struct line *line)
{
	load->failed++;
	load->under_way--;
	close(line->fd);
	open_line(load, line);
}

/* What of OCTETS stands behind the head; NULL: all of it belongs to the head, which is not whole. */
static const char *
take_head(struct load *load, struct line *line, const char *octets, size_t size)
{
	size_t before = line->head->len;
	g_string_append_len(line->head, octets, (gssize)size);
	const char *end = strstr(line->head->str, "\r\n\r\n");
	if (!end)
		return NULL;
	const char *length = strcasestr(line->head->str, "\r\ncontent-length:");
	line->left = length && length < end ? g_ascii_strtoll(length + 17, NULL, 10) : 0;
	load->octets = line->left;
	load->failed += !g_str_has_prefix(line->head->str, "HTTP/1.1 200");
	return octets + (end + 4 - line->head->str - (ssize_t)before);
}

static void
take(struct load *load, struct line *line)
{
	ssize_t got = recv(line->fd, load->buffer, sizeof load->buffer, 0);
	const char *from = load->buffer, *end = load->buffer + got;
	if (got <= 0) {
		lose(load, line);
		return;
	}
	if (line->left < 0 && !(from = take_head(load, line, from, (size_t)got))) {
		if (line->head->len > HEAD_MAX)
			lose(load, line);
		return;
	}
	line->left -= end - from;
	load->all_octets += end - from;
	if (line->left <= 0)
		finish(load, line);
}

static void
run(struct load *load)
{
	struct epoll_event events[AT_ONCE];
	g_autofree struct line *lines = g_new0(struct line, connections);
	for (int i = 0; i < connections; i++) {
		lines[i].head = g_string_new(NULL);
		open_line(load, &lines[i]);
	}
	while (load->under_way) {
		int count = epoll_wait(load->epoll, events, AT_ONCE, -1);
		for (int i = 0; i < count; i++)
			take(load, events[i].data.ptr);
	}
	for (int i = 0; i < connections; i++)
		g_string_free(lines[i].head, TRUE);
}

static int
compare(const void *one, const void *other)
{
	guint32 a = *(const guint32 *)one, b = *(const guint32 *)other;
	return (a > b) - (a < b);
}

static double
quantile_ms(const GArray *took, double share)
{
	guint at = MIN((guint)(took->len * share), took->len - 1);
	return took->len ? g_array_index(took, guint32, at) / 1000.0 : 0;
}

static void
print(struct load *load, gint64 elapsed)
{
	qsort(load->took->data, load->took->len, sizeof(guint32), compare);
	printf("{\"per_s\": %.1f, \"mb_s\": %.2f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"worst_ms\": %.3f, \"answers\": %u, \"octets\": %" G_GINT64_FORMAT
		", \"failed\": %u}\n", load->took->len * 1e6 / (double)elapsed, (double)load->all_octets / (double)elapsed, quantile_ms(load->took, 0.5),
		quantile_ms(load->took, 0.99), quantile_ms(load->took, 1), load->took->len, load->octets, load->failed);
}

/* Notes the address of URL; its path as a request; owner: caller. NULL: it is none. */
static char *
read_url(struct load *load, const char *url)
{
	g_autoptr(GUri) parsed = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);
	if (!parsed || g_uri_get_port(parsed) < 1 || inet_pton(AF_INET, g_uri_get_host(parsed), &load->address.sin_addr) != 1)
		return NULL;
	load->address.sin_family = AF_INET;
	load->address.sin_port = htons((guint16)g_uri_get_port(parsed));
	const char *query = g_uri_get_query(parsed);
	GString *request = g_string_new(NULL);
	g_string_printf(request, "GET %s%s%s HTTP/1.1\r\nHost: %s:%d\r\n", *g_uri_get_path(parsed) ? g_uri_get_path(parsed) : "/", query ? "?" : "",
		query ? query : "", g_uri_get_host(parsed), g_uri_get_port(parsed));
	for (char **header = headers; header && *header; header++)
		g_string_append_printf(request, "%s\r\n", *header);
	g_string_append(request, "\r\n");
	return g_string_free(request, FALSE);
}

static bool
read_words(int count, char **words)
{
	const GOptionEntry entries[] = {
		{"connections", 'c', 0, G_OPTION_ARG_INT, &connections, NULL, NULL},
		{"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &seconds, NULL, NULL},
		{"requests", 'n', 0, G_OPTION_ARG_INT, &requests_most, NULL, NULL},
		{"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &headers, NULL, NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &urls, NULL, NULL},
		{0},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse(context, &count, &words, NULL) && urls && connections > 0;
}

int
main(int count, char **words)
{
	static struct load load;
	bool is_clear = read_words(count, words);
	load.requests = g_ptr_array_new_with_free_func(g_free);
	load.took = g_array_new(FALSE, FALSE, sizeof(guint32));
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	for (char **url = urls; is_clear && *url; url++) {
		char *request = read_url(&load, *url);
		is_clear = request;
		g_ptr_array_add(load.requests, request);
	}
	if (!is_clear)
		return fprintf(stderr, "load_http [-c CONNECTIONS] [-s SECONDS] [-n REQUESTS] [-H HEADER]… http://ADDRESS:PORT/PATH…\n"), 64;
	gint64 began = g_get_monotonic_time();
	load.until = seconds > 0 ? began + (gint64)(seconds * G_USEC_PER_SEC) : G_MAXINT64;
	load.to_ask = requests_most;
	run(&load);
	print(&load, g_get_monotonic_time() - began);
	return 0;
}
