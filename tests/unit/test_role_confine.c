/* What each role may once it is confined, tried one by one in a process of its own: a call that is refused, one that ends the process, and
 * what must still work. */
#include "milter/role_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "milter/landlock.h"
#include "milter/sockets.h"
#include "tests/unit/ground.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif

enum {MILTER = 1, SORT = 2, COURIER = 4, WEB = 8, NOBODY = 0, ALL = 15};
static const struct {const char *name; unsigned bit;} roles[] = {{"milter", MILTER}, {"sort", SORT}, {"courier", COURIER}, {"web", WEB}};

static char *store, *outside; /* directories */
static int relay = -1, other = -1; /* listening TCP sockets */
static pid_t self;

static struct sockaddr_in
address_of(int listener)
{
	struct sockaddr_in address = {0};
	socklen_t size = sizeof address;
	getsockname(listener, (struct sockaddr *)&address, &size);
	return address;
}

static bool
can_open(const char *directory, const char *name, int flags)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	int file = open(path, flags | O_CLOEXEC, 0600);
	if (file >= 0)
		close(file);
	return file >= 0;
}

static bool
can_run(const char *program)
{
	char *const words[] = {(char *)program, (char *)"--nothing", NULL};
	execv(program, words);
	return false;
}

static bool
has_socket(int family, int type)
{
	return socket(family, type | SOCK_CLOEXEC, 0) >= 0;
}

static bool
can_connect(int listener)
{
	const struct sockaddr_in place = address_of(listener);
	int visitor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return visitor >= 0 && !connect(visitor, (const struct sockaddr *)&place, sizeof place);
}

/* Of others, by an abstract name. */
static bool
can_call(void)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	g_snprintf(place.sun_path + 1, sizeof place.sun_path - 1, "belfry-test-%d", (int)self);
	int visitor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return visitor >= 0 && !connect(visitor, (struct sockaddr *)&place, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(place.sun_path + 1)));
}

static void *
nothing(void *data)
{
	return data;
}

/* Each returns true when it succeeded. */
static bool try_store(void) { return can_open(store, "desk.db", O_RDWR); }
static bool try_create(void) { return can_open(store, "new", O_RDWR | O_CREAT); }
static bool try_library(void) { return can_open("/usr/lib", "os-release", O_RDONLY); }
static bool try_thread(void) { return g_thread_join(g_thread_new("nothing", nothing, &store)) == &store; }
static bool try_unix(void) { return has_socket(AF_UNIX, SOCK_DGRAM); }
static bool try_raise(void) { return !syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), 0); }
static bool try_own_program(void) { return can_run("/proc/self/exe"); }
static bool try_program(void) { return can_run("/bin/true"); }
static bool try_shell(void) { return can_run("/bin/sh"); }
static bool try_fork(void) { return fork() >= 0; }
static bool try_accept(void) { return accept4(other, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) >= 0 || errno == EAGAIN; }
static bool try_inet(void) { return has_socket(AF_INET, SOCK_STREAM); }
static bool try_netlink(void) { return has_socket(AF_NETLINK, SOCK_RAW); }
static bool try_packet(void) { return has_socket(AF_PACKET, SOCK_RAW); }
static bool try_raw(void) { return has_socket(AF_INET, SOCK_RAW); }
static bool try_relay(void) { return can_connect(relay); }
static bool try_other_port(void) { return can_connect(other); }
static bool try_listen(void)
{
	const struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(IPPORT_USERRESERVED + 1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return door >= 0 && !bind(door, (const struct sockaddr *)&place, sizeof place) && !listen(door, 1);
}
static bool try_read(void) { return can_open(outside, "file", O_RDONLY); }
static bool try_write(void) { return can_open(outside, "file", O_WRONLY); }
static bool try_make(void) { return can_open(outside, "new", O_WRONLY | O_CREAT); }
static bool try_accounts(void) { return can_open("/etc", "shadow", O_RDONLY); }
static bool try_processes(void) { return can_open("/proc/1", "environ", O_RDONLY); }
static bool try_truncate(void)
{
	g_autofree char *path = g_build_filename(outside, "file", NULL);
	return !truncate(path, 0);
}
static bool try_remove(void)
{
	g_autofree char *path = g_build_filename(outside, "file", NULL);
	return !unlink(path);
}
static bool try_link(void)
{
	g_autofree char *path = g_build_filename(store, "link", NULL);
	return !symlink("/etc/shadow", path);
}
static bool try_chmod(void)
{
	g_autofree char *path = g_build_filename(store, "desk.db", NULL);
	return !chmod(path, 04777);
}
static bool try_device(void)
{
	g_autofree char *path = g_build_filename(store, "disk", NULL);
	return !mknod(path, S_IFBLK | 0600, 0x100);
}
static bool try_kill(void) { return !kill(self, 0); }
static bool try_queue(void) { return !syscall(SYS_rt_sigqueueinfo, self, 0, NULL); }
static bool try_trace(void) { return !ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static bool try_peek(void)
{
	struct iovec here = {&store, sizeof store}, there = here;
	return process_vm_readv(self, &here, 1, &there, 1, 0) > 0;
}
static bool try_root(void) { return !setuid(0) || !setresuid(0, 0, 0); }
static bool try_mount(void) { return !mount("tmpfs", store, "tmpfs", 0, NULL); }
static bool try_unshare(void) { return !unshare(CLONE_NEWUSER); }
static bool try_chroot(void) { return !chroot(store); }
static bool try_bpf(void) { return syscall(SYS_bpf, BPF_MAP_CREATE, NULL, 0) >= 0; }
static bool try_module(void) { return !syscall(SYS_finit_module, -1, "", 0); }
static bool try_ring(void) { return syscall(SYS_io_uring_setup, 1, NULL) >= 0; }
static bool try_key(void) { return syscall(SYS_keyctl, 0, -3, 1) >= 0; }
static bool try_typing(void) { return !ioctl(0, TIOCSTI, "x"); }
static bool try_core(void) { return !setrlimit(RLIMIT_CORE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}); }
static bool try_code(void) { return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }
static bool try_turn_to_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page != MAP_FAILED && !mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static const struct attempt {
	const char *name;
	bool (*try)(void);
	unsigned may, dies; /* roles; the rest are told no */
	int landlock;       /* the version that knows it; 0: no matter */
} attempts[] = {
	{"a file of the store", try_store, ALL, NOBODY, 0},
	{"a new file in the store", try_create, ALL, NOBODY, 0},
	{"a library", try_library, ALL, NOBODY, 0},
	{"a thread", try_thread, ALL, NOBODY, 0},
	{"a unix socket", try_unix, ALL, NOBODY, 0},
	{"a signal to itself", try_raise, ALL, NOBODY, 0},
	{"the relay", try_relay, COURIER, NOBODY, 0},
	{"to take a connection", try_accept, MILTER | WEB, NOBODY, 0},
	{"this program", try_own_program, SORT, ALL - SORT, 0},
	{"a child", try_fork, SORT, ALL - SORT, 0},
	{"an Internet socket", try_inet, COURIER, NOBODY, 0},
	{"a netlink socket", try_netlink, COURIER, NOBODY, 0},
	{"another program", try_program, NOBODY, ALL - SORT, 1},
	{"a shell", try_shell, NOBODY, ALL - SORT, 1},
	{"another port", try_other_port, NOBODY, NOBODY, 4},
	{"a port of its own", try_listen, NOBODY, NOBODY, 4},
	{"a packet socket", try_packet, NOBODY, NOBODY, 0},
	{"a raw socket", try_raw, NOBODY, NOBODY, 0},
	{"an abstract socket of others", can_call, NOBODY, NOBODY, 6},
	{"to read elsewhere", try_read, NOBODY, NOBODY, 1},
	{"to write elsewhere", try_write, NOBODY, NOBODY, 1},
	{"to make a file elsewhere", try_make, NOBODY, NOBODY, 1},
	{"to empty a file elsewhere", try_truncate, NOBODY, NOBODY, 3},
	{"to remove a file elsewhere", try_remove, NOBODY, NOBODY, 1},
	{"the hashes of the system's passwords", try_accounts, NOBODY, NOBODY, 0},
	{"another process' environment", try_processes, NOBODY, NOBODY, 1},
	{"a link", try_link, NOBODY, NOBODY, 0},
	{"a mode", try_chmod, NOBODY, NOBODY, 0},
	{"a device", try_device, NOBODY, NOBODY, 0},
	{"a signal to another process", try_kill, NOBODY, NOBODY, 6},
	{"a queued signal", try_queue, NOBODY, NOBODY, 0},
	{"to be traced", try_trace, NOBODY, ALL, 0},
	{"another process' memory", try_peek, NOBODY, ALL, 0},
	{"to be root", try_root, NOBODY, NOBODY, 0},
	{"a mount", try_mount, NOBODY, ALL, 0},
	{"a namespace", try_unshare, NOBODY, ALL, 0},
	{"another root directory", try_chroot, NOBODY, ALL, 0},
	{"a program for the kernel", try_bpf, NOBODY, ALL, 0},
	{"a kernel module", try_module, NOBODY, ALL, 0},
	{"a ring of calls", try_ring, NOBODY, ALL, 0},
	{"a key of the kernel's", try_key, NOBODY, NOBODY, 0},
	{"to type into the terminal", try_typing, NOBODY, NOBODY, 0},
	{"a core file", try_core, NOBODY, NOBODY, 0},
	{"memory to write code into", try_code, NOBODY, NOBODY, 0},
	{"data that becomes code", try_turn_to_code, NOBODY, NOBODY, 0},
};

enum outcome {SUCCEEDED, REFUSED, DIED, BROKE};

/* What becomes of ATTEMPT in a process that is ROLE; NULL: nobody confined. */
static enum outcome
outcome_of(const struct attempt *attempt, const char *role, const struct conf *conf)
{
	int status;
	pid_t child = fork();
	if (!child)
		_exit(role && !role_confine(conf, role, NULL) ? BROKE : attempt->try() ? SUCCEEDED : REFUSED);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? DIED : BROKE;
	return (enum outcome)WEXITSTATUS(status);
}

/* A sanitizer's own needs are left to it: what it does itself is not refused, and nothing is deadly. */
static bool
is_as_said(const struct attempt *attempt, unsigned role, enum outcome outcome)
{
	if (role & attempt->may)
		return outcome == SUCCEEDED;
	if (IS_SANITIZED)
		return outcome == REFUSED || attempt->try == try_fork || attempt->try == try_trace || attempt->try == try_turn_to_code ||
			attempt->try == try_processes;
	return outcome == ((role & attempt->dies) ? DIED : REFUSED);
}

static struct conf *
open_conf(void)
{
	g_autofree char *path = g_build_filename(outside, "belfry.conf", NULL), *text = NULL;
	text = g_strdup_printf("[belfry]\nstore = %s\n[courier]\nrelay = 127.0.0.1:%d\n", store, ntohs(address_of(relay).sin_port));
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_autoptr(GError) error = NULL;
	struct conf *conf = conf_load(path, &error);
	g_assert_no_error(error);
	return conf;
}

static void
test_attempts(void)
{
	struct conf *conf = open_conf();
	int wrong = 0, version = landlock_version();
	g_test_message("Landlock: version %d (0: this kernel has none)", version);
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++)
		for (size_t j = 0; j < G_N_ELEMENTS(roles); j++) {
			if (attempts[i].landlock > version)
				continue;
			enum outcome outcome = outcome_of(&attempts[i], roles[j].name, conf);
			if (is_as_said(&attempts[i], roles[j].bit, outcome))
				continue;
			g_test_message("%s and %s: %s", roles[j].name, attempts[i].name, (const char *[]){"succeeded", "refused", "died", "broke"}[outcome]);
			wrong++;
		}
	g_assert_cmpint(wrong, ==, 0);
	conf_free(conf);
}

/* Or the test above would prove nothing: who is not confined may all that needs no root. */
static void
test_unconfined(void)
{
	bool (*const harmless[])(void) = {try_read, try_write, try_make, try_truncate, try_link, try_kill, try_code, try_turn_to_code, try_inet,
		try_other_port, try_listen, try_fork, try_trace, try_own_program, try_program, can_call};
	for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++)
		g_assert_cmpint(outcome_of(&(struct attempt){.try = harmless[i]}, NULL, NULL), ==, SUCCEEDED);
	g_autofree char *link = g_build_filename(store, "link", NULL);
	unlink(link);
}

/* Where the milter listens on TCP it knocks at its own door, and at no other. */
static void
test_milter_on_tcp(void)
{
	struct conf *conf = open_conf();
	g_free(conf->milter.socket);
	conf->milter.socket = g_strdup_printf("inet:127.0.0.1:%d", ntohs(address_of(relay).sin_port));
	g_assert_cmpint(outcome_of(&(struct attempt){.try = try_relay}, "milter", conf), ==, SUCCEEDED);
	g_assert_cmpint(outcome_of(&(struct attempt){.try = try_other_port}, "milter", conf), ==, landlock_version() < 4 ? SUCCEEDED : REFUSED);
	conf_free(conf);
}

static void
test_others_are_left_alone(void)
{
	int status;
	pid_t child = fork();
	if (!child)
		_exit(role_confine(NULL, "check", NULL) && try_read() && try_fork() ? 0 : 1);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
}

/* Roles are never root, and what root may is not what is tried here. */
static void
become_nobody(void)
{
	const id_t nobody = 65534;
	if (!geteuid())
		g_assert_true(!setgroups(0, NULL) && !setresgid(nobody, nobody, nobody) && !setresuid(nobody, nobody, nobody) &&
			!prctl(PR_SET_DUMPABLE, 1)); /* as after exec: a sanitizer looks into /proc/self */
}

static int
listen_anywhere(void)
{
	const struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	g_assert_true(!bind(door, (const struct sockaddr *)&place, sizeof place) && !listen(door, 1000));
	return door;
}

static void
listen_abstract(void)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	g_snprintf(place.sun_path + 1, sizeof place.sun_path - 1, "belfry-test-%d", (int)self);
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_true(!bind(door, (struct sockaddr *)&place, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(place.sun_path + 1))) &&
		!listen(door, 1000));
}

int
main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--nothing"))
		return 0;
	g_test_init(&argc, &argv, NULL);
	become_nobody();
	self = getpid();
	store = ground_store();
	outside = ground_directory();
	g_autofree char *file = g_build_filename(outside, "file", NULL);
	g_assert_true(g_file_set_contents(file, "x", 1, NULL));
	relay = listen_anywhere();
	other = listen_anywhere();
	listen_abstract();
	g_test_add_func("/role-confine/unconfined", test_unconfined);
	g_test_add_func("/role-confine/attempts", test_attempts);
	g_test_add_func("/role-confine/milter-on-tcp", test_milter_on_tcp);
	g_test_add_func("/role-confine/others", test_others_are_left_alone);
	int status = g_test_run();
	ground_free(store);
	ground_free(outside);
	return status;
}
