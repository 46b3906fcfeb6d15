#include "milter/capture_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "store/log.h"

#define VISITS_MAX 32
#define VISITS_PER_USER_MAX 16 /* so that one user cannot shut out the others */
#define SILENCE_MAX 30         /* seconds a client may be silent */
#define VISIT_MAX 600          /* seconds a mail may take in all */

struct visit {
	capture_socket *owner;
	int socket; /* -1: nobody */
	uid_t user;
};

struct capture_socket {
	int listener, stop;
	const struct intake_house *house;
	GThread *thread;
	GMutex lock; /* over visits */
	GCond has_left;
	struct visit visits[VISITS_MAX];
};

/* What comes from a client, with its limits. */
struct stream {
	int socket;
	gint64 deadline; /* monotonic us */
	size_t start, end;
	char octets[CAPTURE_FRAME_MAX];
};

static bool
fill(struct stream *from)
{
	if (from->start < from->end)
		return true;
	ssize_t got;
	do
		got = recv(from->socket, from->octets, sizeof from->octets, 0);
	while (got < 0 && errno == EINTR);
	from->start = 0;
	from->end = got > 0 ? (size_t)got : 0;
	return got > 0 && g_get_monotonic_time() < from->deadline;
}

/* Up to SIZE octets, where they stand in the stream; 0: none come any more. */
static size_t
take(struct stream *from, size_t size, const char **octets)
{
	if (!fill(from))
		return 0;
	size_t taken = MIN(size, from->end - from->start);
	*octets = from->octets + from->start;
	from->start += taken;
	return taken;
}

/* A line without its end, false when none comes or it holds controls. */
static bool
take_line(struct stream *from, char line[static CAPTURE_LINE_MAX])
{
	const char *octet;
	for (size_t length = 0; length < CAPTURE_LINE_MAX && take(from, 1, &octet); length++) {
		line[length] = *octet == '\n' ? '\0' : *octet;
		if (*octet == '\n')
			return true;
		if ((unsigned char)*octet < ' ' || *octet == 127)
			break;
	}
	*line = '\0';
	return false;
}

static void
say(int socket, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(int socket, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	/* A client that has gone hears nothing. */
	if (send(socket, line, strlen(line), MSG_NOSIGNAL) < 0)
		return;
}

static const char *
after_word(const char *line, const char *word)
{
	return g_str_has_prefix(line, word) ? line + strlen(word) : NULL;
}

static intake *
take_envelope(struct stream *from, const struct intake_house *house)
{
	char line[CAPTURE_LINE_MAX];
	const char *address;
	if (!take_line(from, line) || strcmp(line, CAPTURE_GREETING) || !take_line(from, line) || !(address = after_word(line, "from "))) {
		say(from->socket, "no %d this is not " CAPTURE_GREETING "\n", EX_PROTOCOL);
		return NULL;
	}
	g_autoptr(intake) mail = intake_new(house, address, true);
	int count = 0;
	while (take_line(from, line) && (address = after_word(line, "to ")) && count++ < CAPTURE_RECIPIENTS_MAX)
		intake_add_recipient(mail, address);
	if (strcmp(line, "mail"))
		say(from->socket, "no %d no mail follows, or too many recipients stand before it\n", EX_PROTOCOL);
	else if (!intake_has_recipients(mail))
		say(from->socket, "no %d none of the recipients is a contact that saves mail\n", EX_NOUSER);
	else
		return g_steal_pointer(&mail);
	return NULL;
}

static bool
take_size(struct stream *from, guint32 *size)
{
	guint32 number = 0;
	for (size_t i = 0; i < sizeof number; i++) {
		const char *octet;
		if (!take(from, 1, &octet))
			return false;
		number = number << 8 | (guint8)*octet;
	}
	*size = number;
	return number <= CAPTURE_FRAME_MAX;
}

/* TRUE at the mail's end, or as soon as it need not be read to its end. */
static bool
take_mail(struct stream *from, intake *mail)
{
	guint32 size;
	while (take_size(from, &size)) {
		if (!size || intake_is_hopeless(mail))
			return true;
		while (size) {
			const char *octets;
			size_t taken = take(from, size, &octets);
			if (!taken)
				return false;
			intake_add_octets(mail, octets, taken);
			size -= (guint32)taken;
		}
	}
	return false;
}

static void
answer(struct stream *to, intake *mail, uid_t user)
{
	static const struct envelope way = {.door = "capture", .client = "", .helo = "", .tls = "", .auth = "", .queue_id = ""};
	g_autofree char *note = g_strdup_printf(" uid=%u", (unsigned)user);
	gint64 id = 0;
	switch (intake_finish(mail, &way, note, &id)) {
	case INTAKE_KEPT:
		say(to->socket, "ok %" G_GINT64_FORMAT "\n", id);
		break;
	case INTAKE_TOO_LARGE:
		say(to->socket, "no %d the mail is larger than size_limit\n", EX_DATAERR);
		break;
	case INTAKE_NOT_NOW:
		say(to->socket, "no %d the mail could not be stored, try again later\n", EX_TEMPFAIL);
		break;
	}
}

static void
receive(const struct visit *visit)
{
	g_autofree struct stream *from = g_new(struct stream, 1);
	from->socket = visit->socket;
	from->deadline = g_get_monotonic_time() + VISIT_MAX * G_USEC_PER_SEC;
	from->start = from->end = 0;
	g_autoptr(intake) mail = take_envelope(from, visit->owner->house);
	if (!mail)
		return;
	say(from->socket, "go\n");
	if (take_mail(from, mail))
		answer(from, mail, visit->user);
	else
		log_line(LOG_INFO, "NOQUEUE: forgotten uid=%u: the mail broke off", (unsigned)visit->user);
}

static void *
visit_run(void *data)
{
	struct visit *visit = data;
	capture_socket *owner = visit->owner;
	receive(visit);
	g_mutex_lock(&owner->lock);
	close(visit->socket);
	visit->socket = -1;
	g_cond_signal(&owner->has_left);
	g_mutex_unlock(&owner->lock);
	return NULL;
}

/* A free place for one more of USER; NULL when there are too many. */
static struct visit *
find_place(capture_socket *self, uid_t user)
{
	struct visit *place = NULL;
	int same = 0;
	for (struct visit *visit = self->visits; visit < self->visits + VISITS_MAX; visit++)
		if (visit->socket < 0)
			place = visit;
		else
			same += visit->user == user;
	return same < VISITS_PER_USER_MAX ? place : NULL;
}

static void
let_in(capture_socket *self, int socket)
{
	const struct timeval silence = {.tv_sec = SILENCE_MAX};
	struct ucred who = {.uid = (uid_t)-1};
	socklen_t size = sizeof who;
	getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size);
	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
	setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &silence, sizeof silence);
	g_mutex_lock(&self->lock);
	struct visit *place = find_place(self, who.uid);
	if (place)
		*place = (struct visit){self, socket, who.uid};
	g_mutex_unlock(&self->lock);
	if (place) {
		g_thread_unref(g_thread_new("capture", visit_run, place));
		return;
	}
	say(socket, "wait\n");
	close(socket);
}

static void *
serve(void *data)
{
	capture_socket *self = data;
	struct pollfd waits[] = {{.fd = self->listener, .events = POLLIN}, {.fd = self->stop, .events = POLLIN}};
	while (poll(waits, 2, -1) < 0 || !waits[1].revents) {
		int socket = waits[0].revents ? accept4(self->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (socket >= 0)
			let_in(self, socket);
		else if (waits[0].revents)
			g_usleep(10 * 1000); /* no descriptor is left: wait for one */
	}
	return NULL;
}

capture_socket *
capture_socket_open(int listener, const struct intake_house *house)
{
	capture_socket *self = g_new0(capture_socket, 1);
	self->listener = listener;
	self->house = house;
	self->stop = eventfd(0, EFD_CLOEXEC);
	for (int i = 0; i < VISITS_MAX; i++)
		self->visits[i].socket = -1;
	g_mutex_init(&self->lock);
	g_cond_init(&self->has_left);
	self->thread = g_thread_new("capture door", serve, self);
	return self;
}

static bool
break_off(capture_socket *self)
{
	bool is_empty = true;
	for (struct visit *visit = self->visits; visit < self->visits + VISITS_MAX; visit++)
		if (visit->socket >= 0) {
			/* Only what comes in ends: an answer still goes out. */
			shutdown(visit->socket, SHUT_RD);
			is_empty = false;
		}
	return is_empty;
}

void
capture_socket_close(capture_socket *self)
{
	if (!self)
		return;
	eventfd_write(self->stop, 1);
	g_thread_join(self->thread);
	g_mutex_lock(&self->lock);
	while (!break_off(self))
		g_cond_wait(&self->has_left, &self->lock);
	g_mutex_unlock(&self->lock);
	close(self->stop);
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->has_left);
	g_free(self);
}
