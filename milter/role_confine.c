#include "milter/role_confine.h"

#include <errno.h>
#include <limits.h>
#include <link.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "milter/confine.h"
#include "milter/landlock.h"
#include "milter/sockets.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true /* its leak detector is a tracer that it clones */
#else
#define IS_SANITIZED false
#endif

#define CALL(name) {.number = SCMP_SYS(name)}
#define CLONE_THREAD_FLAG 0x10000 /* of clone(2): a thread of this process, not a process */
#define DNS_PORT 53
#define PLACES_MAX 24

/* What all roles do: files, memory, threads, time, and unix sockets. */
static const struct confine_call common[] = {
	CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(pread64), CALL(pwrite64), CALL(preadv), CALL(pwritev), CALL(lseek), CALL(close),
	CALL(open), CALL(openat), CALL(stat), CALL(fstat), CALL(lstat), CALL(newfstatat), CALL(statx), CALL(statfs), CALL(fstatfs),
	CALL(access), CALL(faccessat), CALL(faccessat2), CALL(readlink), CALL(readlinkat), CALL(getdents64), CALL(getcwd), CALL(chdir),
	CALL(unlink), CALL(unlinkat), CALL(rename), CALL(renameat), CALL(renameat2), CALL(mkdir), CALL(mkdirat), CALL(rmdir),
	CALL(fchmod), CALL(umask), CALL(ftruncate), CALL(truncate), CALL(fallocate), CALL(fadvise64), CALL(fsync), CALL(fdatasync), CALL(flock),
	CALL(fcntl), CALL(dup), CALL(dup2), CALL(dup3), CALL(pipe), CALL(pipe2), CALL(eventfd2), CALL(signalfd4), CALL(timerfd_create),
	CALL(timerfd_settime), CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_wait), CALL(epoll_pwait), CALL(poll), CALL(ppoll), CALL(select),
	CALL(pselect6),
	CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise), CALL(msync), CALL(mlock), CALL(munlock), CALL(membarrier),
	{SCMP_SYS(mmap), 2, PROT_WRITE, 0}, {SCMP_SYS(mmap), 2, PROT_EXEC, 0}, /* never both */
	{SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
	CALL(futex), CALL(set_robust_list), CALL(get_robust_list), CALL(rseq), CALL(set_tid_address), CALL(arch_prctl), CALL(sched_yield),
	CALL(sched_getaffinity), CALL(sched_getattr), CALL(sched_setattr), CALL(setpriority), CALL(getcpu), CALL(exit), CALL(exit_group), CALL(restart_syscall),
	{SCMP_SYS(clone), 0, CLONE_THREAD_FLAG, CLONE_THREAD_FLAG}, {SCMP_SYS(prctl), 0, 0xffffffff, PR_SET_NAME},
	CALL(rt_sigreturn), CALL(rt_sigprocmask), CALL(rt_sigaction), CALL(rt_sigtimedwait), CALL(rt_sigpending), CALL(rt_sigsuspend),
	CALL(sigaltstack), CALL(tgkill),
	CALL(clock_gettime), CALL(clock_getres), CALL(clock_nanosleep), CALL(nanosleep), CALL(gettimeofday), CALL(time), CALL(times),
	CALL(getpid), CALL(gettid), CALL(getppid), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid), CALL(getgroups), CALL(getrusage),
	CALL(getrlimit), CALL(setrlimit), CALL(prlimit64), CALL(sysinfo), CALL(uname), CALL(getrandom),
	{SCMP_SYS(ioctl), 1, 0xffffffff, FIONREAD}, {SCMP_SYS(ioctl), 1, 0xffffffff, FIONBIO}, {SCMP_SYS(ioctl), 1, 0xffffffff, TCGETS},
	{SCMP_SYS(socket), 0, 0xffffffff, AF_UNIX},
	CALL(bind), CALL(connect), CALL(sendto), CALL(sendmsg), CALL(recvfrom), CALL(recvmsg), CALL(shutdown), CALL(socketpair),
	CALL(getsockname), CALL(getpeername), CALL(getsockopt), CALL(setsockopt),
};

/* What nobody here ever does. */
static const struct confine_call deadly[] = {
	CALL(fork), CALL(vfork), CALL(execveat), CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev), CALL(pidfd_getfd),
	CALL(kcmp), CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(unshare), CALL(setns), CALL(bpf), CALL(perf_event_open),
	CALL(userfaultfd), CALL(init_module), CALL(finit_module), CALL(delete_module), CALL(kexec_load), CALL(reboot), CALL(swapon),
	CALL(open_by_handle_at), CALL(io_uring_setup), CALL(personality),
};
static const struct confine_call no_spawn[] = {CALL(execve), {SCMP_SYS(clone), 0, CLONE_THREAD_FLAG, 0}};

/* Its arguments stand in memory, where no filter sees them; without it libc takes clone. */
static const struct confine_call absent[] = {CALL(clone3)};

static const struct confine_call accepting[] = {CALL(accept), CALL(accept4), CALL(listen)}; /* libmilter listens again */
static const struct confine_call internet[] = {{SCMP_SYS(socket), 0, 0xffffffff, AF_INET}, {SCMP_SYS(socket), 0, 0xffffffff, AF_INET6}};

/* Which of this machine's addresses a name is looked up for; many questions at once. */
static const struct confine_call resolving[] = {{SCMP_SYS(socket), 0, 0xffffffff, AF_NETLINK}, CALL(sendmmsg), CALL(recvmmsg)};

/* The parse child, and what it does until it has confined itself further. */
static const struct confine_call spawning[] = {
	CALL(execve), CALL(wait4), CALL(waitid), CALL(kill), CALL(close_range), CALL(memfd_create), CALL(capset), CALL(seccomp),
	CALL(landlock_create_ruleset), CALL(landlock_add_rule), CALL(landlock_restrict_self), {SCMP_SYS(clone), 0, CLONE_THREAD_FLAG, 0},
	{SCMP_SYS(prctl), 0, 0xffffffff, PR_SET_PDEATHSIG}, {SCMP_SYS(prctl), 0, 0xffffffff, PR_SET_NO_NEW_PRIVS},
	{SCMP_SYS(prctl), 0, 0xffffffff, PR_SET_DUMPABLE}, {SCMP_SYS(prctl), 0, 0xffffffff, PR_SET_SECCOMP},
	{SCMP_SYS(prctl), 0, 0xffffffff, PR_CAP_AMBIENT},
};
static const struct confine_call sanitizing[] = {CALL(prctl), CALL(wait4), CALL(kill), {SCMP_SYS(clone), 0, CLONE_THREAD_FLAG, 0}, CALL(rt_tgsigqueueinfo),
	CALL(ptrace), CALL(mprotect), CALL(getdents)};

enum {NEEDS_ACCEPT = 1, NEEDS_RELAY = 2, NEEDS_PROGRAM = 4, NEEDS_CERTIFICATE = 8, NEEDS_OWN_DOOR = 16};

static const struct role {
	const char *name;
	unsigned needs;
} roles[] = {
	{"milter", NEEDS_ACCEPT | NEEDS_OWN_DOOR},
	{"sort", NEEDS_PROGRAM},
	{"courier", NEEDS_RELAY},
	{"web", NEEDS_ACCEPT | NEEDS_CERTIFICATE},
};

/* What one role is left, gathered. */
struct plan {
	const struct conf *conf;
	unsigned needs;
	bool is_internet; /* TCP or UDP */
	struct landlock_place places[PLACES_MAX];
	size_t place_count;
	guint16 ports[2];
	size_t port_count;
	GPtrArray *texts; /* paths that were made here */
};

static void
add_place(struct plan *plan, const char *path, unsigned may)
{
	g_assert(plan->place_count < PLACES_MAX);
	plan->places[plan->place_count++] = (struct landlock_place){path, may};
}

/* The directory of FILE, and where it stands in truth when FILE is a link: what is renewed is put beside, or linked anew. */
static void
add_beside(struct plan *plan, const char *file, unsigned may)
{
	if (!*file)
		return;
	g_autofree char *truth = realpath(file, NULL);
	const char *const paths[] = {file, truth};
	for (size_t i = 0; i < G_N_ELEMENTS(paths) && paths[i]; i++) {
		char *directory = g_path_get_dirname(paths[i]);
		g_ptr_array_add(plan->texts, directory);
		add_place(plan, directory, may);
	}
}

static void
add_port(struct plan *plan, const char *address)
{
	g_autofree char *host = NULL, *port = NULL;
	if (sockets_split(address, &host, &port))
		plan->ports[plan->port_count++] = (guint16)g_ascii_strtoull(port, NULL, 10);
}

/* PT_INTERP of this program: who loads it. */
static int
note_loader(struct dl_phdr_info *object, G_GNUC_UNUSED size_t size, void *data)
{
	for (int i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_INTERP)
			*(const char **)data = (const char *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
	return 1; /* the first is the program */
}

/* This one, also when an update has put another in its place; its loader, also when that has been updated. */
static void
add_program(struct plan *plan)
{
	const char *loader = "";
	dl_iterate_phdr(note_loader, &loader);
	add_place(plan, "/proc/self/exe", LANDLOCK_READ | LANDLOCK_EXECUTE);
	add_beside(plan, loader, LANDLOCK_READ | LANDLOCK_EXECUTE);
	add_place(plan, "/etc/ld.so.cache", LANDLOCK_READ);
	add_place(plan, "/dev/null", LANDLOCK_READ | LANDLOCK_WRITE);
}

static void
add_relay(struct plan *plan)
{
	static const char *const names[] = {"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager"}; /* /etc/resolv.conf may lead there */
	plan->is_internet = true;
	add_port(plan, plan->conf->courier.relay);
	plan->ports[plan->port_count++] = DNS_PORT;
	add_place(plan, "/etc", LANDLOCK_READ);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		add_place(plan, names[i], LANDLOCK_READ);
	add_beside(plan, plan->conf->courier.ca_file, LANDLOCK_READ);
	add_place(plan, plan->conf->courier.password_file, LANDLOCK_READ);
}

static void
add_certificate(struct plan *plan)
{
	add_place(plan, "/etc/ssl/openssl.cnf", LANDLOCK_READ);
	add_beside(plan, plan->conf->web.certificate, LANDLOCK_READ);
	add_beside(plan, plan->conf->web.key, LANDLOCK_READ);
}

/* A milter that listens on TCP knocks at its own door (kicker). */
static void
add_own_door(struct plan *plan)
{
	if (sockets_path(plan->conf->milter.socket))
		return;
	plan->is_internet = true;
	add_port(plan, plan->conf->milter.socket);
}

static void
add_places(struct plan *plan)
{
	static const char *const system[] = {"/usr", "/lib", "/lib64", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu", "/etc/localtime"};
	for (size_t i = 0; i < G_N_ELEMENTS(system); i++)
		add_place(plan, system[i], LANDLOCK_READ);
	if (IS_SANITIZED)
		add_place(plan, "/proc", LANDLOCK_READ);
	add_place(plan, plan->conf->belfry.store, LANDLOCK_READ | LANDLOCK_WRITE);
}

static bool
confine_files(struct plan *plan, GError **error)
{
	add_places(plan);
	if (plan->needs & NEEDS_PROGRAM)
		add_program(plan);
	if (plan->needs & NEEDS_RELAY)
		add_relay(plan);
	if (plan->needs & NEEDS_CERTIFICATE)
		add_certificate(plan);
	if (plan->needs & NEEDS_OWN_DOOR)
		add_own_door(plan);
	return landlock_restrict(&(struct landlock_plan){plan->places, plan->place_count, plan->ports, plan->port_count}, error);
}

#define GROUP(calls, verdict) {calls, G_N_ELEMENTS(calls), verdict}

static bool
confine_to_calls(const struct plan *plan, GError **error)
{
	bool is_spawner = plan->needs & NEEDS_PROGRAM;
	const struct {
		bool is_wanted;
		struct confine_calls calls;
	} all[] = {
		{true, GROUP(common, CONFINE_ALLOW)},
		{true, GROUP(absent, CONFINE_ABSENT)},
		{!IS_SANITIZED, GROUP(deadly, CONFINE_KILL)},
		{!IS_SANITIZED && !is_spawner, GROUP(no_spawn, CONFINE_KILL)},
		{is_spawner, GROUP(spawning, CONFINE_ALLOW)},
		{plan->needs & NEEDS_ACCEPT, GROUP(accepting, CONFINE_ALLOW)},
		{plan->is_internet, GROUP(internet, CONFINE_ALLOW)},
		{plan->needs & NEEDS_RELAY, GROUP(resolving, CONFINE_ALLOW)},
		{IS_SANITIZED, GROUP(sanitizing, CONFINE_ALLOW)},
	};
	struct confine_calls groups[G_N_ELEMENTS(all)];
	size_t count = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i].is_wanted)
			groups[count++] = all[i].calls;
	return confine_calls(groups, count, error);
}

static const struct role *
find_role(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (!strcmp(roles[i].name, name))
			return &roles[i];
	return NULL;
}

bool
role_confine(const struct conf *conf, const char *name, GError **error)
{
	const struct role *role = find_role(name);
	if (!role)
		return true;
	struct plan plan = {.conf = conf, .needs = role->needs, .texts = g_ptr_array_new_with_free_func(g_free)};
	const struct rlimit no_core = {0};
	bool ok = (!setrlimit(RLIMIT_CORE, &no_core) || confine_fail(error, "core", errno)) && confine_rights(error) &&
		confine_files(&plan, error) && confine_to_calls(&plan, error);
	g_ptr_array_unref(plan.texts);
	return ok;
}
