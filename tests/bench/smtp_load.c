/* smtp_load PORT SESSIONS MAILS SIZE PACE TO: sends MAILS mails of SIZE octets to TO through SESSIONS SMTP sessions at 127.0.0.1:PORT, each of which is
 * kept for all its mails and waits for every answer. PACE: mails a second, evenly over all sessions; 0: as fast as they are taken.
 *
 * Prints one line of JSON:
 *   rate     mails a second, from the first session's begin to the last 250
 *   wait     ms from the "." that ends a mail to its answer: p50, p99, max
 *   refused  mails with any other answer than 250; the program's status is 1 then
 *   answered with a PACE, for each mail by its number ("Subject: load NUMBER"), when its 250 came: µs of the monotonic clock */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/bench/support/letter.h"
#include "tests/bench/support/stop.h"
#include "tests/bench/support/waits.h"

static struct {
	int port;
	guint sessions, mails;
	gsize size;
	double pace;
	const char *to;
	GString **letters; /* by number: all is written before the first is sent */
	gint64 began;
	gint next;        /* the mail nobody has taken yet */
	gint64 *answered; /* by number; 0: refused */
	gint64 *waited;
} load;

struct session {
	int socket;
	char line[4096];
	size_t held;
};

static void
dial(struct session *self)
{
	const struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int one = 1;
	self->held = 0;
	self->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (self->socket < 0 || setsockopt(self->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) || connect(self->socket, (const struct sockaddr *)&place, sizeof place))
		stop_at("connect");
}

static void
say(const struct session *self, const char *octets, size_t size, int flags)
{
	while (size) {
		ssize_t sent = send(self->socket, octets, size, MSG_NOSIGNAL | flags);
		if (sent < 0)
			stop_at("send");
		octets += sent;
		size -= (size_t)sent;
	}
}

/* The code of the next reply, whose last line has a blank behind it. */
static int
hear(struct session *self)
{
	for (;;) {
		char *end = memchr(self->line, '\n', self->held);
		if (end) {
			bool is_last = end - self->line < 4 || self->line[3] != '-';
			int code = atoi(self->line);
			size_t length = (size_t)(end - self->line) + 1;
			self->held -= length;
			memmove(self->line, end + 1, self->held);
			if (is_last)
				return code;
			continue;
		}
		ssize_t got = recv(self->socket, self->line + self->held, sizeof self->line - self->held, 0);
		if (got <= 0)
			stop_at("the server hung up");
		self->held += (size_t)got;
	}
}

static int
ask(struct session *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static int
ask(struct session *self, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *line = g_strdup_vprintf(format, values);
	va_end(values);
	say(self, line, strlen(line), 0);
	return hear(self);
}

static GString *
compose(guint number)
{
	GString *mail = letter_header(number, load.to, load.size), *body = letter_body(number, load.size > mail->len ? load.size - mail->len : 0);
	g_string_append(mail, "\r\n");
	g_string_append_len(mail, body->str, (gssize)body->len);
	g_string_free(body, TRUE);
	return mail;
}

static void
send_mail(struct session *self, guint number)
{
	const GString *mail = load.letters[number];
	g_autofree char *sender = letter_sender(number);
	bool ok = ask(self, "MAIL FROM:<%s>\r\n", sender) == 250 && ask(self, "RCPT TO:<%s>\r\n", load.to) == 250 && ask(self, "DATA\r\n") == 354;
	if (ok) {
		say(self, mail->str, mail->len, MSG_MORE); /* a small mail and its end leave together, as from any mail server */
		gint64 ended = g_get_monotonic_time();
		say(self, ".\r\n", 3, 0);
		ok = hear(self) == 250;
		load.waited[number] = g_get_monotonic_time() - ended;
	}
	if (ok)
		load.answered[number] = g_get_monotonic_time();
	else
		ask(self, "RSET\r\n");
}

/* Mail NUMBER's turn, at the pace asked for. */
static void
wait_for_turn(guint number)
{
	gint64 due = load.pace > 0 ? load.began + (gint64)(number * G_USEC_PER_SEC / load.pace) : 0, now = g_get_monotonic_time();
	if (due > now)
		g_usleep((gulong)(due - now));
}

static void *
speak(void *unused)
{
	struct session self = {0};
	dial(&self);
	if (hear(&self) != 220 || ask(&self, "EHLO load.example\r\n") != 250)
		stop_at("no greeting");
	for (guint number; (number = (guint)g_atomic_int_add(&load.next, 1)) < load.mails;) {
		wait_for_turn(number);
		send_mail(&self, number);
	}
	ask(&self, "QUIT\r\n");
	close(self.socket);
	return unused;
}

static void
write_all(void)
{
	load.letters = g_new0(GString *, load.mails);
	for (guint i = 0; i < load.mails; i++)
		load.letters[i] = compose(i);
}

static void
send_all(void)
{
	g_autofree GThread **threads = g_new0(GThread *, load.sessions);
	load.answered = g_new0(gint64, load.mails);
	load.waited = g_new0(gint64, load.mails);
	load.began = g_get_monotonic_time();
	for (guint i = 0; i < load.sessions; i++)
		threads[i] = g_thread_new("session", speak, NULL);
	for (guint i = 0; i < load.sessions; i++)
		g_thread_join(threads[i]);
}

static void
print_answered(void)
{
	printf(",\"answered\":[");
	for (guint i = 0; i < load.mails; i++)
		printf("%s%" G_GINT64_FORMAT, i ? "," : "", load.answered[i]);
	printf("]");
}

static guint
print_figures(void)
{
	waits *all = waits_new();
	gint64 last = load.began;
	guint refused = 0;
	for (guint i = 0; i < load.mails; i++) {
		waits_add(all, load.waited[i]);
		last = MAX(last, load.answered[i]);
		refused += !load.answered[i];
	}
	printf("{\"rate\":%.1f,\"refused\":%u,", (load.mails - refused) * (double)G_USEC_PER_SEC / (double)MAX(last - load.began, 1), refused);
	waits_print(all, "wait");
	if (load.pace > 0)
		print_answered();
	printf("}\n");
	g_array_free(all, TRUE);
	return refused;
}

int
main(int count, char **words)
{
	if (count != 7) {
		fprintf(stderr, "usage: smtp_load PORT SESSIONS MAILS SIZE PACE TO\n");
		return 2;
	}
	load.port = atoi(words[1]);
	load.sessions = (guint)atoi(words[2]);
	load.mails = (guint)atoi(words[3]);
	load.size = (gsize)atol(words[4]);
	load.pace = g_ascii_strtod(words[5], NULL);
	load.to = words[6];
	write_all();
	send_all();
	return print_figures() ? 1 : 0;
}
