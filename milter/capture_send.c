#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "milter/capture_socket.h"
#include "milter/milter.h"
#include "milter/sockets.h"

#define PATIENCE 120 /* seconds the daemon may be silent */
#define QUEUE 30000  /* ms to wait for a turn when too many come at once, */
#define TURN 100     /* asking about this often */

struct delivery {
	int socket;
	char *sender;
	char answer[CAPTURE_LINE_MAX];
	char octets[CAPTURE_FRAME_MAX]; /* read from standard input, not sent yet */
	size_t size;
};

static int
fail(const char *text)
{
	fprintf(stderr, "belfry capture: %s\n", text);
	return EX_TEMPFAIL;
}

static int
connect_to(const char *address)
{
	const struct timeval patience = {.tv_sec = PATIENCE};
	const char *path = sockets_path(address);
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	if (!path || g_strlcpy(place.sun_path, path, sizeof place.sun_path) >= sizeof place.sun_path) {
		errno = EINVAL;
		return -1;
	}
	int daemon = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (daemon < 0)
		return -1;
	setsockopt(daemon, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(daemon, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!connect(daemon, (struct sockaddr *)&place, sizeof place))
		return daemon;
	int reason = errno;
	close(daemon);
	errno = reason;
	return -1;
}

static bool
send_all(int daemon, const void *octets, size_t size)
{
	for (const char *next = octets; size;) {
		ssize_t sent = send(daemon, next, size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return false;
		next += MAX(sent, 0);
		size -= (size_t)MAX(sent, 0);
	}
	return true;
}

static bool
read_answer(struct delivery *mail)
{
	for (size_t length = 0; length < sizeof mail->answer - 1; length++) {
		if (recv(mail->socket, mail->answer + length, 1, 0) != 1)
			return false;
		if (mail->answer[length] == '\n') {
			mail->answer[length] = '\0';
			return true;
		}
	}
	return false;
}

static bool
read_input(struct delivery *mail)
{
	mail->size += fread(mail->octets + mail->size, 1, sizeof mail->octets - mail->size, stdin);
	return !ferror(stdin);
}

/* Local delivery puts "From ADDRESS DATE" before a mail. */
static void
drop_from_line(struct delivery *mail)
{
	const char *end = memchr(mail->octets, '\n', mail->size);
	if (!end || mail->size < 5 || memcmp(mail->octets, "From ", 5))
		return;
	if (!mail->sender) {
		g_autofree char *line = g_strndup(mail->octets + 5, (gsize)(end - mail->octets - 5));
		mail->sender = g_strndup(line, strcspn(line, " \t\r"));
	}
	size_t length = (size_t)(end + 1 - mail->octets);
	mail->size -= length;
	memmove(mail->octets, end + 1, mail->size);
}

static bool
send_envelope(const struct delivery *mail, const char *const *recipients)
{
	g_autoptr(GString) text = g_string_new(CAPTURE_GREETING "\n");
	g_string_append_printf(text, "from %s\n", mail->sender ? mail->sender : "");
	for (; *recipients; recipients++)
		g_string_append_printf(text, "to %s\n", *recipients);
	g_string_append(text, "mail\n");
	return send_all(mail->socket, text->str, text->len);
}

static bool
send_frame(struct delivery *mail)
{
	const unsigned char size[] = {(unsigned char)(mail->size >> 24), (unsigned char)(mail->size >> 16), (unsigned char)(mail->size >> 8),
		(unsigned char)mail->size};
	bool ok = send_all(mail->socket, size, sizeof size) && send_all(mail->socket, mail->octets, mail->size);
	mail->size = 0;
	return ok;
}

/* FALSE when standard input cannot be read to its end. A daemon that does not take all has its answer ready. */
static bool
send_mail(struct delivery *mail)
{
	bool goes = true;
	while (goes && mail->size) {
		goes = send_frame(mail);
		if (!read_input(mail))
			return false;
	}
	if (goes)
		send_frame(mail);
	return true;
}

/* "ok …" → 0; "no STATUS TEXT" → STATUS, after TEXT on stderr. */
static int
conclude(const char *answer)
{
	if (g_str_has_prefix(answer, "ok "))
		return EXIT_SUCCESS;
	char *text = NULL;
	long status = g_str_has_prefix(answer, "no ") ? strtol(answer + 3, &text, 10) : 0;
	if (!text)
		return fail("the daemon answers strangely");
	fail(g_strchug(text));
	return status == EX_DATAERR || status == EX_NOUSER ? (int)status : EX_TEMPFAIL;
}

/* 0: the daemon has answered; else the exit status. */
static int
ask(struct delivery *mail, const char *address, const char *const *recipients)
{
	mail->socket = connect_to(address);
	if (mail->socket < 0) {
		g_autofree char *text = g_strdup_printf("%s: %s", address, g_strerror(errno));
		return fail(text);
	}
	send_envelope(mail, recipients);
	return read_answer(mail) ? 0 : fail("the daemon does not answer");
}

static int
ask_in_turn(struct delivery *mail, const char *address, const char *const *recipients)
{
	int status = ask(mail, address, recipients);
	for (int waited = 0; !status && !strcmp(mail->answer, "wait"); waited += TURN) {
		if (waited >= QUEUE)
			return fail("too many mails come in at the same time");
		close(mail->socket);
		g_usleep((gulong)g_random_int_range(TURN / 2, TURN * 3 / 2) * 1000);
		status = ask(mail, address, recipients);
	}
	return status;
}

static int
deliver(struct delivery *mail, const char *address, const char *const *recipients)
{
	if (!read_input(mail))
		return fail("the mail cannot be read from standard input");
	drop_from_line(mail);
	int status = ask_in_turn(mail, address, recipients);
	if (status || strcmp(mail->answer, "go"))
		return status ? status : conclude(mail->answer);
	if (!send_mail(mail))
		return fail("the mail cannot be read from standard input");
	return read_answer(mail) ? conclude(mail->answer) : fail("the daemon went away before it had stored the mail");
}

int
capture_send(const struct conf *conf, const char *sender, const char *const *recipients)
{
	g_autofree struct delivery *mail = g_new0(struct delivery, 1);
	mail->socket = -1;
	mail->sender = g_strdup(sender);
	int status = deliver(mail, conf->capture.socket, recipients);
	g_free(mail->sender);
	if (mail->socket >= 0)
		close(mail->socket);
	return status;
}
