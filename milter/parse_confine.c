#include "milter/parse_confine.h"

#include <errno.h>
#include <gio/gio.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define DESCRIPTORS 3 /* in, out, error */

/* What a program does that computes, allocates, and speaks over descriptors it has. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(lseek),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill),
	SCMP_SYS(getrandom), SCMP_SYS(sched_yield), SCMP_SYS(restart_syscall), SCMP_SYS(fstat), SCMP_SYS(getrusage),
};

static const int deadly[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind),
	SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(mount), SCMP_SYS(bpf), SCMP_SYS(unshare), SCMP_SYS(setns),
};

static bool
fail(GError **error, const char *what, int number)
{
	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(number), "cannot confine the parser: %s: %s", what, g_strerror(number));
	return false;
}

static bool
limits_set(GError **error)
{
	static const struct {__rlimit_resource_t resource; rlim_t limit; const char *name;} limits[] = {
		{RLIMIT_CORE, 0, "core"}, {RLIMIT_NOFILE, DESCRIPTORS, "descriptors"}, {RLIMIT_FSIZE, 0, "file size"}, {RLIMIT_NPROC, 0, "processes"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++)
		if (setrlimit(limits[i].resource, &(struct rlimit){limits[i].limit, limits[i].limit}) != 0)
			return fail(error, limits[i].name, errno);
	return true;
}

/* New memory may hold data only. */
static int
memory_rules(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);
	return result ? result : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
}

static int
rules_add(scmp_filter_ctx filter)
{
	int result = memory_rules(filter);
	for (gsize i = 0; i < G_N_ELEMENTS(allowed) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (gsize i = 0; i < G_N_ELEMENTS(deadly) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	return result;
}

static bool
calls_filter(GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return fail(error, "system calls", ENOMEM);
	int result = rules_add(filter);
	result = result ? result : seccomp_load(filter);
	seccomp_release(filter);
	return result == 0 || fail(error, "system calls", -result);
}

bool
parse_confine(GError **error)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(error, "rights", errno);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return fail(error, "dumps", errno);
	return limits_set(error) && calls_filter(error);
}
