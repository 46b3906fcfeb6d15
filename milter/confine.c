#include "milter/confine.h"

#include <errno.h>
#include <gio/gio.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAPABILITIES 64 /* more than there are */

bool
confine_fail(GError **error, const char *what, int number)
{
	g_set_error(error, G_IO_ERROR, (int)g_io_error_from_errno(number), "cannot confine: %s: %s", what, g_strerror(number));
	return false;
}

void
confine_bounds(void)
{
	for (unsigned long one = 0; one < CAPABILITIES; one++)
		prctl(PR_CAPBSET_DROP, one, 0, 0, 0); /* EINVAL: no such capability; EPERM: not ours to drop, and no_new_privs makes it useless */
}

bool
confine_rights(GError **error)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return confine_fail(error, "no new rights", errno);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return !syscall(SYS_capset, &head, none) || confine_fail(error, "capabilities", errno);
}

static int
add_call(scmp_filter_ctx filter, uint32_t verdict, const struct confine_call *call)
{
	if (!call->mask)
		return seccomp_rule_add(filter, verdict, call->number, 0);
	const struct scmp_arg_cmp argument = SCMP_CMP(call->argument, SCMP_CMP_MASKED_EQ, call->mask, call->value);
	return seccomp_rule_add(filter, verdict, call->number, 1, argument);
}

static int
add_calls(scmp_filter_ctx filter, const struct confine_calls *group)
{
	const uint32_t verdicts[] = {[CONFINE_ALLOW] = SCMP_ACT_ALLOW, [CONFINE_KILL] = SCMP_ACT_KILL_PROCESS, [CONFINE_ABSENT] = SCMP_ACT_ERRNO(ENOSYS)};
	int result = 0;
	for (size_t i = 0; i < group->count && !result; i++)
		result = add_call(filter, verdicts[group->verdict], &group->calls[i]);
	return result;
}

bool
confine_calls(const struct confine_calls *groups, size_t count, GError **error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return confine_fail(error, "system calls", ENOMEM);
	int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, not a list: a hundred calls are looked for */
	for (size_t i = 0; i < count && !result; i++)
		result = add_calls(filter, &groups[i]);
	result = result ? result : seccomp_load(filter);
	seccomp_release(filter);
	return !result || confine_fail(error, "system calls", -result);
}
