/* load_bells PORT COUNT TOKENS THREAD: opens COUNT bells of a desk at 127.0.0.1:PORT, with the sessions whose tokens stand in the file TOKENS, one a line
 * (again from the first when there are fewer), and says when each has had its hello: {"open_s"}. Then, for each line of standard input, a status,
 * it gives thread THREAD that status by the API, in the first session, and waits until every bell has been told: {"first_ms", "last_ms"
 * (of the first and of the last frame), "answer_ms" (of the API's answer), "missing" (bells that have ended, or had nothing after 20 s)}, all
 * of them since the request left. Bells that nobody tells anything are kept open. Ends with standard input. */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/support/stop.h"

#define OPENING_MOST 64     /* at a time */
#define WAIT_MS 20000
#define AT_ONCE 256
#define TEXT 0x81           /* a frame's first octet: all of a text; a ping; its answer */
#define PING 0x89
#define PONG 0x8a

enum state {OPENING, GREETED, ENDED};

struct bell {
	int fd;
	enum state state;
	guint told;         /* the last round it was told of */
	GByteArray *read;   /* what is no whole frame yet; NULL: nothing */
};

struct load {
	struct sockaddr_in address;
	int epoll, api;     /* api: the connection of the changes */
	const char *thread;
	char **tokens;
	guint token_count, count, opened, greeted, ended;
	struct bell *bells, input; /* input: stands for standard input among them */
	guint round, told;
	gint64 asked, first, last, answered; /* us */
};

static int
dial(const struct load *load)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&load->address, sizeof load->address))
		stop_at("connect");
	return fd;
}

static void
say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
		stop_at("send");
}

static void
watch(const struct load *load, int fd, struct bell *bell)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = bell};
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, fd, &event))
		stop_at("epoll_ctl");
}

static void
open_bell(struct load *load)
{
	struct bell *bell = &load->bells[load->opened];
	int port = ntohs(load->address.sin_port);
	g_autofree char *request = g_strdup_printf("GET /api/v1/bell HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nCookie: belfry=%s\r\n"
		"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Protocol: bell\r\n\r\n", port, port, load->tokens[load->opened % load->token_count]);
	load->opened++;
	bell->fd = dial(load);
	bell->read = g_byte_array_new();
	watch(load, bell->fd, bell);
	say(bell->fd, request);
}

static void
end_bell(struct load *load, struct bell *bell)
{
	if (bell->state == OPENING)
		load->greeted++;
	bell->state = ENDED;
	load->ended++;
	close(bell->fd);
}

static void
note_event(struct load *load, struct bell *bell)
{
	if (bell->told == load->round)
		return;
	bell->told = load->round;
	load->last = g_get_monotonic_time();
	if (!load->told++)
		load->first = load->last;
}

static void
take_text(struct load *load, struct bell *bell, const char *text, size_t size)
{
	if (memmem(text, size, "\"kind\":\"status\"", 15)) {
		note_event(load, bell);
	} else if (memmem(text, size, "\"kind\":\"hello\"", 14)) {
		bell->state = GREETED;
		load->greeted++;
	}
}

/* Empty, as the pings of the server are. */
static void
answer_ping(const struct bell *bell)
{
	static const unsigned char pong[] = {PONG, 0x80, 0, 0, 0, 0};
	send(bell->fd, pong, sizeof pong, MSG_NOSIGNAL);
}

/* The octets of the whole frame that DATA begins with; 0: it is not whole. */
static size_t
take_frame(struct load *load, struct bell *bell, const unsigned char *data, size_t size)
{
	if (size < 2 || (data[1] == 126 && size < 4))
		return 0;
	size_t head = data[1] == 126 ? 4 : 2, length = data[1] == 126 ? (size_t)data[2] << 8 | data[3] : data[1];
	if (size < head + length)
		return 0;
	if (data[0] == TEXT)
		take_text(load, bell, (const char *)data + head, length);
	else if (data[0] == PING)
		answer_ping(bell);
	return head + length;
}

/* The octets of the answer to the upgrade; 0: it is not whole. */
static size_t
take_answer(const unsigned char *data, size_t size)
{
	const unsigned char *end = memmem(data, size, "\r\n\r\n", 4);
	return end ? (size_t)(end + 4 - data) : 0;
}

static void
take(struct load *load, struct bell *bell)
{
	unsigned char octets[16384];
	ssize_t got = recv(bell->fd, octets, sizeof octets, 0);
	if (got <= 0) {
		end_bell(load, bell);
		return;
	}
	g_byte_array_append(bell->read, octets, (guint)got);
	for (size_t taken = 1; taken && bell->read->len;) {
		bool is_http = bell->read->data[0] == 'H';
		taken = is_http ? take_answer(bell->read->data, bell->read->len) : take_frame(load, bell, bell->read->data, bell->read->len);
		g_byte_array_remove_range(bell->read, 0, (guint)taken);
	}
}

static void
take_change_answer(struct load *load)
{
	char octets[16384];
	ssize_t got = recv(load->api, octets, sizeof octets - 1, 0);
	if (got <= 0 || memcmp(octets, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "load_bells: the change was refused: %.*s\n", (int)MAX(got, 0), octets);
		exit(1);
	}
	load->answered = g_get_monotonic_time();
}

/* What has come, within MILLISECONDS. TRUE: a line of standard input is there. */
static bool
serve(struct load *load, int milliseconds)
{
	struct epoll_event events[AT_ONCE];
	bool is_asked = false;
	int count = epoll_wait(load->epoll, events, AT_ONCE, milliseconds);
	for (int i = 0; i < count; i++) {
		struct bell *bell = events[i].data.ptr;
		if (!bell)
			take_change_answer(load);
		else if (bell == &load->input)
			is_asked = true;
		else if (bell->state != ENDED)
			take(load, bell);
	}
	return is_asked;
}

static void
open_all(struct load *load)
{
	gint64 began = g_get_monotonic_time();
	while (load->greeted < load->count) {
		while (load->opened < load->count && load->opened - load->greeted < OPENING_MOST)
			open_bell(load);
		serve(load, WAIT_MS);
	}
	printf("{\"open_s\": %.3f}\n", (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC);
	fflush(stdout);
}

static void
change(struct load *load, const char *status)
{
	int port = ntohs(load->address.sin_port);
	g_autofree char *body = g_strdup_printf("{\"status\":\"%s\"}", status);
	g_autofree char *request = g_strdup_printf("PATCH /api/v1/threads/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nCookie: belfry=%s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", load->thread, port, port, load->tokens[0], strlen(body), body);
	load->round++;
	load->told = 0;
	load->answered = 0;
	load->asked = g_get_monotonic_time();
	say(load->api, request);
}

static double
since_asked(const struct load *load, gint64 then)
{
	return (double)(then - load->asked) / 1000;
}

static void
measure(struct load *load, const char *status)
{
	change(load, status);
	while ((load->told + load->ended < load->count || !load->answered) && g_get_monotonic_time() < load->asked + WAIT_MS * G_TIME_SPAN_MILLISECOND)
		serve(load, 100);
	printf("{\"first_ms\": %.2f, \"last_ms\": %.2f, \"answer_ms\": %.2f, \"missing\": %u}\n", since_asked(load, load->first),
		since_asked(load, load->last), since_asked(load, load->answered), load->count - load->told);
	fflush(stdout);
}

static void
prepare(struct load *load, char **words)
{
	struct rlimit files = {0};
	g_autofree char *text = NULL;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	load->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((guint16)atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	load->count = (guint)atoi(words[2]);
	if (!g_file_get_contents(words[3], &text, NULL, NULL))
		stop_at(words[3]);
	load->tokens = g_strsplit(g_strstrip(text), "\n", -1);
	load->token_count = g_strv_length(load->tokens);
	load->thread = words[4];
	load->bells = g_new0(struct bell, load->count);
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	load->api = dial(load);
	watch(load, load->api, NULL);
}

int
main(int count, char **words)
{
	static struct load load;
	char line[64];
	if (count != 5)
		return fprintf(stderr, "load_bells PORT COUNT TOKENS THREAD\n"), 64;
	prepare(&load, words);
	open_all(&load);
	watch(&load, STDIN_FILENO, &load.input);
	for (;;) {
		while (!serve(&load, -1))
			;
		ssize_t got = read(STDIN_FILENO, line, sizeof line - 1);
		if (got <= 0)
			return 0;
		line[got] = '\0';
		measure(&load, g_strstrip(line));
	}
}
