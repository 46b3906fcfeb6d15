#include "milter/parse_confine.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "milter/confine.h"
#include "milter/landlock.h"

#define DESCRIPTORS 3 /* in, out, error */

#define CALL(name) {.number = SCMP_SYS(name)}

/* What a program does that computes, allocates, and speaks over descriptors it has. New memory may hold data only. */
static const struct confine_call allowed[] = {
	CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(close), CALL(lseek),
	CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise), CALL(futex),
	CALL(exit), CALL(exit_group), CALL(rt_sigreturn), CALL(rt_sigprocmask), CALL(rt_sigaction), CALL(sigaltstack),
	CALL(clock_gettime), CALL(gettimeofday), CALL(time), CALL(getpid), CALL(gettid), CALL(tgkill),
	CALL(getrandom), CALL(sched_yield), CALL(restart_syscall), CALL(fstat), CALL(getrusage),
	{SCMP_SYS(mmap), 2, PROT_EXEC, 0}, {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
};

static const struct confine_call deadly[] = {
	CALL(execve), CALL(execveat), CALL(fork), CALL(vfork), CALL(clone), CALL(clone3), CALL(ptrace),
	CALL(process_vm_readv), CALL(process_vm_writev), CALL(socket), CALL(socketpair), CALL(connect), CALL(bind),
	CALL(kill), CALL(tkill), CALL(setuid), CALL(setgid), CALL(mount), CALL(bpf), CALL(unshare), CALL(setns),
};

static const struct confine_calls calls[] = {
	{allowed, G_N_ELEMENTS(allowed), CONFINE_ALLOW},
	{deadly, G_N_ELEMENTS(deadly), CONFINE_KILL},
};

static bool
limits_set(GError **error)
{
	static const struct {__rlimit_resource_t resource; rlim_t limit; const char *name;} limits[] = {
		{RLIMIT_CORE, 0, "core"}, {RLIMIT_NOFILE, DESCRIPTORS, "descriptors"}, {RLIMIT_FSIZE, 0, "file size"}, {RLIMIT_NPROC, 0, "processes"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++)
		if (setrlimit(limits[i].resource, &(struct rlimit){limits[i].limit, limits[i].limit}) != 0)
			return confine_fail(error, limits[i].name, errno);
	return true;
}

bool
parse_confine(GError **error)
{
	const struct landlock_plan nothing = {0};
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return confine_fail(error, "dumps", errno);
	return confine_rights(error) && landlock_restrict(&nothing, error) && limits_set(error) &&
		confine_calls(calls, G_N_ELEMENTS(calls), error);
}
