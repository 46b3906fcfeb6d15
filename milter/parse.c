#include "milter/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "milter/parse_wire.h"

#define PATIENCE 4 /* times its seconds a parser may take where other programs have most of the processor; the seconds themselves the kernel counts */
#define LIBRARIES (256 * 1024 * 1024) /* address space for what is mapped, beside what is allocated */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true /* its shadow needs all address space, its reports a way out */
#else
#define IS_SANITIZED false
#endif

struct parser {
	char *program;
	guint seconds;
	guint64 memory;
	pid_t pid; /* 0: none runs */
	int fd;
};

GQuark
parse_error_quark(void)
{
	return g_quark_from_static_string("belfry-parse");
}

/* After fork: only calls that are safe there. */
static void
child_run(const parser *reader, int fd, pid_t parent)
{
	char *const arguments[] = {(char *)"belfry", (char *)"parse", NULL};
	char *const environment[] = {(char *)"LANG=C.UTF-8", (char *)"LC_ALL=C.UTF-8", NULL};
	sigset_t none;
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent || chdir("/") != 0)
		_exit(127);
	int error = IS_SANITIZED ? -1 : open("/dev/null", O_WRONLY);
	if (error > 0)
		dup2(error, 2);
	if (dup2(fd, 0) < 0 || dup2(0, 1) < 0 || fcntl(0, F_SETFD, 0) < 0 || close_range(3, ~0u, 0) != 0)
		_exit(127);
	if (reader->memory && !IS_SANITIZED) {
		rlim_t data = reader->memory, all = data + LIBRARIES;
		setrlimit(RLIMIT_DATA, &(struct rlimit){data, data});
		setrlimit(RLIMIT_AS, &(struct rlimit){all, all});
	}
	execve(reader->program, arguments, environment);
	_exit(127);
}

/* Ends the child. How it ended, as wait tells it: by itself, when it had before. */
static int
child_end(parser *reader)
{
	int status = 0;
	if (reader->pid == 0)
		return 0;
	close(reader->fd);
	kill(reader->pid, SIGKILL);
	while (waitpid(reader->pid, &status, 0) < 0 && errno == EINTR) {}
	reader->pid = 0;
	return status;
}

/* Waits for EVENTS until DEADLINE (monotonic, in µs). */
static bool
wait_for(parser *reader, short events, gint64 deadline)
{
	for (;;) {
		gint64 left = deadline - g_get_monotonic_time();
		if (left <= 0) {
			errno = ETIMEDOUT;
			return false;
		}
		int ready = poll(&(struct pollfd){.fd = reader->fd, .events = events}, 1, left / 1000 + 1);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

/* All of PIECES, with one call as a rule, so that the child wakes once. On failure errno is ETIMEDOUT, or the child is gone. */
static bool
send_all(parser *reader, struct parse_pieces *pieces, gint64 deadline)
{
	while (pieces->count > 0) {
		const struct msghdr message = {.msg_iov = pieces->next, .msg_iovlen = pieces->count};
		ssize_t put = sendmsg(reader->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (put < 0 && !wait_for(reader, POLLOUT, deadline))
			return false;
		parse_pieces_pass(pieces, MAX(put, 0));
	}
	return true;
}

static bool
receive_all(parser *reader, void *to, gsize size, gint64 deadline)
{
	for (char *p = to; size > 0;) {
		ssize_t got = recv(reader->fd, p, size, MSG_DONTWAIT);
		if (got == 0) {
			errno = ECONNRESET;
			return false;
		}
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (got < 0 && !wait_for(reader, POLLIN, deadline))
			return false;
		if (got > 0)
			p += got, size -= got;
	}
	return true;
}

/* Turns the failure of an exchange into an error; the child is gone afterwards. */
static void
exchange_failed(parser *reader, int number, GError **error)
{
	int status = child_end(reader);
	bool is_slow = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
	if (number == ETIMEDOUT || is_slow)
		g_set_error(error, PARSE_ERROR, PARSE_TIMEOUT, "the parser took more than %u s", reader->seconds);
	else if (WIFSIGNALED(status))
		g_set_error(error, PARSE_ERROR, WTERMSIG(status) == SIGKILL ? PARSE_KILLED : PARSE_DIED, "the parser died (signal %d)", WTERMSIG(status));
	else
		g_set_error(error, PARSE_ERROR, PARSE_DIED, "the parser died (exit status %d)", WEXITSTATUS(status));
}

static gint64
deadline_of(const parser *reader)
{
	return g_get_monotonic_time() + (gint64)reader->seconds * PATIENCE * G_USEC_PER_SEC;
}

static bool
child_start(parser *reader, GError **error)
{
	int pair[2];
	guint32 ready = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		g_set_error(error, PARSE_ERROR, PARSE_DIED, "cannot start the parser: %s", g_strerror(errno));
		return false;
	}
	pid_t self = getpid();
	reader->pid = fork();
	if (reader->pid == 0)
		child_run(reader, pair[1], self);
	close(pair[1]);
	reader->fd = pair[0];
	if (reader->pid < 0) {
		g_set_error(error, PARSE_ERROR, PARSE_DIED, "cannot start the parser: %s", g_strerror(errno));
		close(pair[0]);
		reader->pid = 0;
		return false;
	}
	if (receive_all(reader, &ready, sizeof ready, deadline_of(reader)) && ready == PARSE_READY)
		return true;
	exchange_failed(reader, errno, error);
	g_prefix_error(error, "cannot start %s: ", reader->program);
	return false;
}

parser *
parser_open(const struct parse_limits *limits, GError **error)
{
	parser *made = g_new0(parser, 1);
	made->program = g_strdup(limits->program ? limits->program : "/proc/self/exe");
	made->seconds = MAX(limits->seconds, 1);
	made->memory = limits->memory;
	if (child_start(made, error))
		return made;
	parser_close(made);
	return NULL;
}

void
parser_close(parser *reader)
{
	if (!reader)
		return;
	if (reader->pid)
		child_end(reader);
	g_free(reader->program);
	g_free(reader);
}

static GString *
options_pack(const struct mime_options *options)
{
	GString *packed = g_string_new(options && options->charset ? options->charset : "");
	g_string_append_c(packed, '\0');
	const char *const *id = options ? options->authserv_ids : NULL;
	for (; id && *id && packed->len + strlen(*id) < PARSE_OPTIONS_MAX; id++)
		g_string_append_len(packed, *id, strlen(*id) + 1);
	return packed;
}

static bool
mail_send(parser *reader, GBytes *raw, const struct mime_options *options, gint64 deadline)
{
	g_autoptr(GString) packed = options_pack(options);
	struct parse_frame frame = {.magic = PARSE_MAGIC, .options_size = packed->len, .is_null_sender = options && options->is_null_sender, .size = g_bytes_get_size(raw)};
	struct iovec all[] = {{&frame, sizeof frame}, {packed->str, packed->len}, {(void *)g_bytes_get_data(raw, NULL), frame.size}};
	return send_all(reader, &(struct parse_pieces){all, G_N_ELEMENTS(all)}, deadline);
}

/* NULL with errno as send_all; EBADMSG when the child speaks nonsense. */
static GBytes *
answer_receive(parser *reader, gint64 deadline)
{
	struct parse_frame frame;
	if (!wait_for(reader, POLLIN, deadline) || !receive_all(reader, &frame, sizeof frame, deadline))
		return NULL;
	errno = EBADMSG;
	if (frame.magic != PARSE_MAGIC || frame.size > PARSE_ANSWER_MAX)
		return NULL;
	g_autofree guint8 *bytes = g_malloc(frame.size + 1);
	if (!receive_all(reader, bytes, frame.size, deadline))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), frame.size);
}

static bool
are_parts_within(const mime_message *message, gsize size)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const struct mime_part *part = message->parts->pdata[i];
		if (part->offset > size || part->length > size - part->offset)
			return false;
	}
	return true;
}

static mime_message *
answer_read(GBytes *answer, gsize size, GError **error)
{
	g_autoptr(mime_message) message = mime_unpack(answer, NULL);
	if (message && are_parts_within(message, size))
		return g_steal_pointer(&message);
	g_set_error(error, PARSE_ERROR, PARSE_BAD_ANSWER, "what the parser sent is no message");
	return NULL;
}

/* The kernel ends the child (SIGXCPU) that has used what it had, and what it may use for one more mail. */
static void
limit_seconds(const parser *reader)
{
	clockid_t clock;
	struct timespec used;
	if (clock_getcpuclockid(reader->pid, &clock) || clock_gettime(clock, &used))
		return;
	const struct rlimit until = {.rlim_cur = (rlim_t)used.tv_sec + reader->seconds + 1, .rlim_max = RLIM_INFINITY};
	prlimit(reader->pid, RLIMIT_CPU, &until, NULL);
}

mime_message *
parser_read(parser *reader, GBytes *raw, const struct mime_options *options, GError **error)
{
	if (reader->pid == 0 && !child_start(reader, error))
		return NULL;
	limit_seconds(reader);
	gint64 deadline = deadline_of(reader);
	g_autoptr(GBytes) answer = mail_send(reader, raw, options, deadline) ? answer_receive(reader, deadline) : NULL;
	int number = errno;
	if (!answer && number != EBADMSG) {
		exchange_failed(reader, number, error);
		return NULL;
	}
	mime_message *message = answer ? answer_read(answer, g_bytes_get_size(raw), error) : NULL;
	if (!answer)
		g_set_error(error, PARSE_ERROR, PARSE_BAD_ANSWER, "what the parser sent is no answer");
	if (!message)
		child_end(reader); /* one that lies is not asked again */
	return message;
}

int
parser_pid(const parser *reader)
{
	return reader->pid;
}
