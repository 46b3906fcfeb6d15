/* ask PORT COOKIE COUNT PATH…: asks for each path COUNT times over one connection that is kept, in turns, so that a noisy moment hits all of
 * them, after once without measuring; waits for each answer, whole, before the next. An argument of several paths, with blanks between, is a screen: each of them
 * on a connection of its own at the same time, until the last is there. Prints {"PATH": {"p50", "p99", "max", "bytes"}}, ms of time until the last octet. */
#include <arpa/inet.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdbool.h>
#include <unistd.h>

#define CONNECTIONS_MAX 16
#define ANSWER_MAX (8 * 1024 * 1024)

struct connection {
	int socket;
	char *answer;
	size_t size, whole; /* octets that came; those that will (0: not known yet) */
	bool is_open;       /* an answer is awaited */
};

struct asked {
	char *line, **paths;
	GArray *times; /* double, ms */
	size_t bytes;
};

static void
stop(const char *why)
{
	fprintf(stderr, "ask: %s\n", why);
	exit(1);
}

static int
connect_to(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int one = 1, made = socket(AF_INET, SOCK_STREAM, 0);
	if (made < 0 || connect(made, (struct sockaddr *)&address, sizeof address))
		stop("cannot connect");
	setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return made;
}

static void
ask(struct connection *to, const char *path, const char *cookie)
{
	g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n\r\n", path, cookie);
	if (write(to->socket, request, strlen(request)) != (ssize_t)strlen(request))
		stop("cannot write");
	to->size = to->whole = 0;
	to->is_open = true;
}

/* Looks how long the answer will be, once its head is there. */
static void
measure(struct connection *from, const char *path)
{
	from->answer[from->size] = '\0';
	const char *end = strstr(from->answer, "\r\n\r\n");
	if (!end)
		return;
	g_autofree char *head = g_ascii_strdown(from->answer, end - from->answer);
	const char *length = strstr(head, "content-length:");
	if (strncmp(head, "http/1.1 200", 12) || !length) {
		fprintf(stderr, "%s\n%s\n", path, from->answer);
		stop("not answered");
	}
	from->whole = (size_t)(end + 4 - from->answer) + (size_t)atol(length + strlen("content-length:"));
}

static void
take(struct connection *from, const char *path)
{
	ssize_t got = read(from->socket, from->answer + from->size, ANSWER_MAX - from->size);
	if (got <= 0)
		stop("the connection was closed, or the answer is too long");
	from->size += (size_t)got;
	if (!from->whole)
		measure(from, path);
	from->is_open = !from->whole || from->size < from->whole;
}

/* All paths of ASKED at once: ms until the last answer is whole. */
static double
time_one(struct asked *asked, struct connection *connections, const char *cookie)
{
	guint count = g_strv_length(asked->paths), open = count;
	struct pollfd polls[CONNECTIONS_MAX];
	gint64 began = g_get_monotonic_time();
	for (guint i = 0; i < count; i++) {
		ask(&connections[i], asked->paths[i], cookie);
		polls[i] = (struct pollfd){.fd = connections[i].socket, .events = POLLIN};
	}
	while (open) {
		if (poll(polls, count, 60000) <= 0)
			stop("no answer in a minute");
		for (guint i = 0; i < count; i++)
			if (polls[i].revents && connections[i].is_open) {
				take(&connections[i], asked->paths[i]);
				open -= !connections[i].is_open;
			}
	}
	asked->bytes = 0;
	for (guint i = 0; i < count; i++)
		asked->bytes += connections[i].size;
	return (double)(g_get_monotonic_time() - began) / 1000;
}

static GPtrArray *
read_arguments(char **words)
{
	GPtrArray *all = g_ptr_array_new();
	for (; *words; words++) {
		struct asked *asked = g_new0(struct asked, 1);
		asked->line = *words;
		asked->paths = g_strsplit(*words, " ", -1);
		asked->times = g_array_new(FALSE, FALSE, sizeof(double));
		if (g_strv_length(asked->paths) > CONNECTIONS_MAX)
			stop("too many paths at once");
		g_ptr_array_add(all, asked);
	}
	return all;
}

static guint
most_at_once(const GPtrArray *all)
{
	guint most = 0;
	for (guint i = 0; i < all->len; i++)
		most = MAX(most, g_strv_length(((struct asked *)all->pdata[i])->paths));
	return most;
}

static int
compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;
	return (a > b) - (a < b);
}

static void
tell(const struct asked *asked, bool is_first)
{
	g_array_sort(asked->times, compare);
	const double *times = (const double *)(const void *)asked->times->data;
	guint last = asked->times->len - 1;
	printf("%s\"%s\": {\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f, \"bytes\": %zu}", is_first ? "" : ", ", asked->line, times[last / 2],
		times[MIN(last, asked->times->len * 99 / 100)], times[last], asked->bytes);
}

int
main(int count, char **words)
{
	if (count < 5)
		return fprintf(stderr, "ask PORT COOKIE COUNT PATH…\n"), 64;
	GPtrArray *all = read_arguments(words + 4);
	struct connection connections[CONNECTIONS_MAX] = {0};
	for (guint i = 0; i < most_at_once(all); i++)
		connections[i] = (struct connection){.socket = connect_to(atoi(words[1])), .answer = g_malloc(ANSWER_MAX + 1)};
	for (int turn = 0; turn <= atoi(words[3]); turn++)
		for (guint i = 0; i < all->len; i++) {
			struct asked *asked = all->pdata[i];
			double took = time_one(asked, connections, words[2]);
			if (turn)
				g_array_append_val(asked->times, took);
		}
	printf("{");
	for (guint i = 0; i < all->len; i++)
		tell(all->pdata[i], !i);
	printf("}\n");
	return 0;
}
