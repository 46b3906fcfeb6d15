/* intruder: somebody who has got into a running role, as a library to preload (LD_PRELOAD). Each role asks poll(2) once a second at least, from a
 * thread that is confined: there it looks for an order, "INTRUDER_STORE/order.ROLE" with the name of an attempt in it, makes the
 * attempt, and leaves "done.ROLE" with what came of it: "succeeded" or the number of the error. A deadly one leaves nothing. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATH_SIZE 600 /* of a store, a word and a role */

int __poll_chk(struct pollfd *files, nfds_t count, int timeout, size_t size);

static char store[256], outside[256], role[256]; /* "": not a role of ours */
static int port;

static void
join(char to[static 256], const char *first, const char *second)
{
	(void)snprintf(to, 256, "%s%s", first, second);
}

/* The role is the last word of "belfry -c FILE ROLE". */
__attribute__((constructor)) static void
begin(void)
{
	char words[4096] = "";
	FILE *own = fopen("/proc/self/cmdline", "re");
	size_t size = own ? fread(words, 1, sizeof words - 1, own) : 0;
	if (own)
		(void)fclose(own);
	const char *last = words;
	for (const char *word = words; word < words + size; word += strlen(word) + 1)
		last = word;
	const char *where = getenv("INTRUDER_STORE"), *elsewhere = getenv("INTRUDER_OUTSIDE"), *number = getenv("INTRUDER_PORT");
	if (!where || !elsewhere || !number)
		return;
	join(role, last, "");
	join(store, where, "");
	join(outside, elsewhere, "");
	port = (int)strtol(number, NULL, 10);
}

static bool try_store(void) { return open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0; }
static bool try_read(void) { return open(outside, O_RDONLY | O_CLOEXEC) >= 0; }
static bool try_write(void) { return open(outside, O_WRONLY | O_CLOEXEC) >= 0; }
static bool try_remove(void) { return !unlink(outside); }
static bool try_socket(void) { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0; }
static bool try_connect(void)
{
	const struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int visitor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return visitor >= 0 && !connect(visitor, (const struct sockaddr *)&place, sizeof place);
}
static bool try_signal(void) { return !kill(getppid(), 0); }
static bool try_root(void) { return !setuid(0); }
static bool try_code(void) { return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }
static bool try_exec(void)
{
	char *const words[] = {(char *)"true", NULL};
	return !execv("/bin/true", words);
}
static bool try_fork(void)
{
	pid_t child = fork();
	if (!child)
		_exit(0);
	return child > 0;
}
static bool try_trace(void) { return !ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static bool try_mount(void) { return !mount("tmpfs", store, "tmpfs", 0, NULL); }

static const struct {
	const char *name;
	bool (*try)(void);
} attempts[] = {
	{"store", try_store}, {"read", try_read}, {"write", try_write}, {"remove", try_remove}, {"socket", try_socket}, {"connect", try_connect},
	{"signal", try_signal}, {"root", try_root}, {"code", try_code}, {"exec", try_exec}, {"fork", try_fork}, {"trace", try_trace}, {"mount", try_mount},
};

/* STORE NAME ROLE, in one word. */
static void
path_of(char path[static PATH_SIZE], const char *name)
{
	(void)snprintf(path, PATH_SIZE, "%s%s%s", store, name, role);
}

static void
report(bool is_done, int number)
{
	char path[PATH_SIZE], text[32] = "succeeded";
	path_of(path, "/done.");
	if (!is_done)
		(void)snprintf(text, sizeof text, "%d", number);
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file >= 0 && write(file, text, strlen(text)) != (ssize_t)strlen(text))
		unlink(path);
	close(file);
}

static void
obey(void)
{
	char path[PATH_SIZE], name[32] = "";
	path_of(path, "/order.");
	int order = *role ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (order < 0)
		return;
	bool is_read = read(order, name, sizeof name - 1) > 0;
	close(order);
	if (!is_read || unlink(path)) /* another thread was quicker */
		return;
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
		if (!strcmp(attempts[i].name, name)) {
			errno = 0;
			bool is_done = attempts[i].try();
			report(is_done, errno);
		}
}

int
poll(struct pollfd *files, nfds_t count, int timeout)
{
	static int (*real)(struct pollfd *, nfds_t, int);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "poll");
	int before = errno;
	obey();
	errno = before;
	return real(files, count, timeout);
}

/* What a program that was built with _FORTIFY_SOURCE calls. */
int
__poll_chk(struct pollfd *files, nfds_t count, int timeout, size_t size)
{
	return count * sizeof *files > size ? -1 : poll(files, count, timeout);
}
