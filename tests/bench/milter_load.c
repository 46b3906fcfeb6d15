/* milter_load PLACE CONNECTIONS MAILS SIZE TO: hands MAILS mails of SIZE octets to the milter at PLACE (a socket's path, or a port of 127.0.0.1) over each
 * of CONNECTIONS connections, as Postfix does: it offers everything, sends nothing the milter does not want, waits for no answer that it does not
 * give, and writes when it has to wait. As Postfix too it says "continue" to a mail whose end is answered; other answers count as refused.
 *
 * Prints one line of JSON:
 *   rate     mails a second, from the first connection's begin to the last answer
 *   mail     ms from a mail's first octet to the answer to its end: p50, p99, max
 *   end      ms from the last octet of a mail to the answer
 *   refused  mails with another answer than "continue" or "accept" at their end; the program's status is 1 then */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/bench/support/letter.h"
#include "tests/bench/support/stop.h"
#include "tests/bench/support/waits.h"

#define CHUNK 65535 /* octets of body in a packet */
#define EVERYTHING 0x1fffff
#define VERDICTS "acdrtys4"
#define ACTIONS 0x1ff
#define VERSION 6

/* A step of the protocol: its letter, the bit that says it is unwanted and the one that says it gets no answer. */
enum step {CONNECT, HELO, SENDER, RECIPIENT, DATA, FIELD, HEADER_END, BODY, END};
static const struct {
	char letter;
	guint32 unwanted, silent;
} steps[] = {
	[CONNECT] = {'C', 0x1, 0x1000}, [HELO] = {'H', 0x2, 0x2000}, [SENDER] = {'M', 0x4, 0x4000}, [RECIPIENT] = {'R', 0x8, 0x8000},
	[DATA] = {'T', 0x200, 0x10000}, [FIELD] = {'L', 0x20, 0x80}, [HEADER_END] = {'N', 0x40, 0x40000}, [BODY] = {'B', 0x10, 0x80000}, [END] = {'E', 0, 0},
};

static struct {
	const char *place, *to;
	guint connections, mails;
	gsize size;
} load;

struct letter {
	GString *header, *body;
};

struct connection {
	guint number;
	struct letter *letters; /* all written before the first is handed over */
	int socket;
	guint32 protocol;   /* what the milter wants */
	GByteArray *unsent;
	waits *mails, *ends;
	guint refused;
	gint64 last;        /* answer, monotonic µs */
};

static int
dial_port(void)
{
	const struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(load.place)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	if (made < 0 || setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) || connect(made, (const struct sockaddr *)&place, sizeof place))
		stop_at(load.place);
	return made;
}

static int
dial_path(void)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	g_strlcpy(place.sun_path, load.place, sizeof place.sun_path);
	int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made < 0 || connect(made, (const struct sockaddr *)&place, sizeof place))
		stop_at(load.place);
	return made;
}

static void
flush(struct connection *self)
{
	for (guint sent = 0; sent < self->unsent->len;) {
		ssize_t count = send(self->socket, self->unsent->data + sent, self->unsent->len - sent, MSG_NOSIGNAL);
		if (count < 0)
			stop_at("send");
		sent += (guint)count;
	}
	g_byte_array_set_size(self->unsent, 0);
}

static void
receive(const struct connection *self, void *octets, size_t size)
{
	if (recv(self->socket, octets, size, MSG_WAITALL) != (ssize_t)size)
		stop_at("the milter hung up");
}

/* The next answer's letter; its first octets in REST. */
static char
hear(struct connection *self, guint8 *rest, size_t room)
{
	guint32 length;
	guint8 packet[1024];
	flush(self);
	receive(self, &length, sizeof length);
	length = ntohl(length);
	if (!length || length > sizeof packet)
		stop_at("an answer of no sensible length");
	receive(self, packet, length);
	if (rest)
		memcpy(rest, packet + 1, MIN(room, length - 1));
	return (char)packet[0];
}

static void
put(struct connection *self, char letter, const void *octets, size_t size)
{
	guint32 length = htonl((guint32)size + 1);
	g_byte_array_append(self->unsent, (const guint8 *)&length, sizeof length);
	g_byte_array_append(self->unsent, (const guint8 *)&letter, 1);
	g_byte_array_append(self->unsent, octets, (guint)size);
}

/* The verdict, behind what the milter changes in the mail. */
static char
hear_verdict(struct connection *self)
{
	for (;;) {
		char letter = hear(self, NULL, 0);
		if (strchr(VERDICTS, letter))
			return letter;
	}
}

/* The verdict: 'c' where the milter is not told, or does not answer. */
static char
take(struct connection *self, enum step step, const void *octets, size_t size)
{
	if (self->protocol & steps[step].unwanted)
		return 'c';
	put(self, steps[step].letter, octets, size);
	return (self->protocol & steps[step].silent) ? 'c' : hear_verdict(self);
}

/* Macros for the next STEP: TEXT, names and values each with a NUL behind it, SIZE octets. */
static void
put_macros(struct connection *self, enum step step, const char *text, size_t size)
{
	if (self->protocol & steps[step].unwanted)
		return;
	g_autofree char *all = g_malloc(size + 1);
	all[0] = steps[step].letter;
	memcpy(all + 1, text, size);
	put(self, 'D', all, size + 1);
}

static void
negotiate(struct connection *self)
{
	const guint32 offer[] = {htonl(VERSION), htonl(ACTIONS), htonl(EVERYTHING)};
	guint32 answer[3] = {0};
	put(self, 'O', offer, sizeof offer);
	if (hear(self, (guint8 *)answer, sizeof answer) != 'O')
		stop_at("negotiation");
	self->protocol = ntohl(answer[2]);
}

#define LITERAL(text) text, sizeof(text) - 1

static void
begin(struct connection *self)
{
	negotiate(self);
	put_macros(self, CONNECT, LITERAL("j\0mail.shop.example\0{client_addr}\000127.0.0.1\0"));
	take(self, CONNECT, LITERAL("load.example\0" "4\x30\x39" "127.0.0.1\0"));
	take(self, HELO, LITERAL("load.example\0"));
}

/* Each line of HEADER as a field. */
static char
take_fields(struct connection *self, const GString *header)
{
	g_auto(GStrv) lines = g_strsplit(header->str, "\r\n", -1);
	for (char **line = lines; **line; line++) {
		char *colon = strchr(*line, ':');
		size_t length = strlen(*line) + 1;
		*colon = '\0';
		if (!(self->protocol & 0x100000) && colon[1] == ' ') /* the blank is shown to who asks for it */
			memmove(colon + 1, colon + 2, strlen(colon + 2) + 1), length--;
		char verdict = take(self, FIELD, *line, length);
		if (verdict != 'c')
			return verdict;
	}
	return take(self, HEADER_END, "", 0);
}

static char
take_body(struct connection *self, const GString *body)
{
	char verdict = 'c';
	for (gsize at = 0; at < body->len && verdict == 'c'; at += CHUNK)
		verdict = take(self, BODY, body->str + at, MIN(CHUNK, body->len - at));
	return verdict == 's' ? 'c' : verdict;
}

static char
take_envelope(struct connection *self, guint number)
{
	g_autofree char *sender = letter_sender(number), *from = g_strdup_printf("<%s>", sender), *to = g_strdup_printf("<%s>", load.to);
	put_macros(self, SENDER, LITERAL("{mail_addr}\0jane\0"));
	char verdict = take(self, SENDER, from, strlen(from) + 1);
	if (verdict == 'c')
		verdict = take(self, RECIPIENT, to, strlen(to) + 1);
	put_macros(self, DATA, LITERAL("i\0" "4F2A91C0DE\0"));
	return verdict == 'c' ? take(self, DATA, "", 0) : verdict;
}

static void
hand_over(struct connection *self, guint index)
{
	const struct letter *letter = &self->letters[index];
	gint64 began = g_get_monotonic_time();
	char verdict = take_envelope(self, self->number * load.mails + index);
	if (verdict == 'c')
		verdict = take_fields(self, letter->header);
	if (verdict == 'c')
		verdict = take_body(self, letter->body);
	gint64 ended = g_get_monotonic_time();
	if (verdict == 'c')
		verdict = take(self, END, "", 0);
	self->last = g_get_monotonic_time();
	waits_add(self->mails, self->last - began);
	waits_add(self->ends, self->last - ended);
	self->refused += verdict != 'c' && verdict != 'a';
}

static void *
speak(void *data)
{
	struct connection *self = data;
	self->socket = *load.place == '/' ? dial_path() : dial_port();
	begin(self);
	for (guint i = 0; i < load.mails; i++)
		hand_over(self, i);
	put(self, 'Q', "", 0);
	flush(self);
	close(self->socket);
	return NULL;
}

/* Adds what ONE connection saw to ALL. */
static void
add_up(struct connection *all, const struct connection *one)
{
	g_array_append_vals(all->mails, one->mails->data, one->mails->len);
	g_array_append_vals(all->ends, one->ends->data, one->ends->len);
	all->refused += one->refused;
	all->last = MAX(all->last, one->last);
}

static guint
print_figures(struct connection *all, gint64 began)
{
	guint count = all->mails->len;
	printf("{\"rate\":%.1f,\"refused\":%u,", count * (double)G_USEC_PER_SEC / (double)MAX(all->last - began, 1), all->refused);
	waits_print(all->mails, "mail");
	printf(",");
	waits_print(all->ends, "end");
	printf("}\n");
	return all->refused;
}

static void
prepare(struct connection *self, guint number)
{
	*self = (struct connection){.number = number, .letters = g_new0(struct letter, load.mails), .unsent = g_byte_array_new(), .mails = waits_new(),
		.ends = waits_new()};
	for (guint i = 0; i < load.mails; i++) {
		GString *header = letter_header(number * load.mails + i, load.to, load.size);
		self->letters[i].header = header;
		self->letters[i].body = letter_body(number * load.mails + i, load.size > header->len ? load.size - header->len : 0);
	}
}

static guint
hand_over_all(void)
{
	g_autofree struct connection *connections = g_new0(struct connection, load.connections);
	g_autofree GThread **threads = g_new0(GThread *, load.connections);
	struct connection all = {.mails = waits_new(), .ends = waits_new()};
	for (guint i = 0; i < load.connections; i++)
		prepare(&connections[i], i);
	gint64 began = g_get_monotonic_time();
	for (guint i = 0; i < load.connections; i++)
		threads[i] = g_thread_new("connection", speak, &connections[i]);
	for (guint i = 0; i < load.connections; i++) {
		g_thread_join(threads[i]);
		add_up(&all, &connections[i]);
	}
	return print_figures(&all, began);
}

int
main(int count, char **words)
{
	if (count != 6) {
		fprintf(stderr, "usage: milter_load PATH|PORT CONNECTIONS MAILS SIZE TO\n");
		return 2;
	}
	load.place = words[1];
	load.connections = (guint)atoi(words[2]);
	load.mails = (guint)atoi(words[3]);
	load.size = (gsize)atol(words[4]);
	load.to = words[5];
	return hand_over_all() ? 1 : 0;
}
