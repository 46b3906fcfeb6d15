#include "milter/rights.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#define GROUPS_MAX 256

static bool
take_account(const struct passwd *entry, struct account *account)
{
	if (!entry)
		return false;
	g_strlcpy(account->name, entry->pw_name, sizeof account->name);
	account->id = entry->pw_uid;
	account->group = entry->pw_gid;
	return true;
}

/* NOLINTBEGIN(concurrency-mt-unsafe): asked before there is a thread, or by commands that have none */
bool
account_by_name(const char *name, struct account *account)
{
	return take_account(getpwnam(name), account);
}

bool
account_by_id(uid_t id, struct account *account)
{
	return take_account(getpwuid(id), account);
}
/* NOLINTEND(concurrency-mt-unsafe) */

static bool
is_in_group(const struct account *account, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;
	if (getgrouplist(account->name, account->group, groups, &count) < 0)
		return account->group == group;
	for (int i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* BIT: 4 read, 2 write, 1 pass. */
static bool
may(const struct stat *what, const struct account *account, mode_t bit)
{
	if (!account->id)
		return true;
	if (what->st_uid == account->id)
		return what->st_mode & (bit << 6);
	if (is_in_group(account, what->st_gid))
		return what->st_mode & (bit << 3);
	return what->st_mode & bit;
}

static char *
describe(const char *path, const struct stat *what, const struct account *account, const char *verb)
{
	struct account owner;
	const struct group *group = getgrgid(what->st_gid); /* NOLINT(concurrency-mt-unsafe): a command's, without threads */
	return g_strdup_printf("%s is %s:%s %04o: %s may not %s", path, account_by_id(what->st_uid, &owner) ? owner.name : "?",
		group ? group->gr_name : "?",
		(unsigned)what->st_mode & 07777, account->name, verb);
}

/* One stop on the way. */
static char *
problem_at(const char *path, const struct account *account, mode_t bit, const char *verb)
{
	struct stat what;
	if (stat(path, &what))
		return g_strdup_printf("%s: %s", path, g_strerror(errno));
	return may(&what, account, bit) ? NULL : describe(path, &what, account, verb);
}

char *
rights_problem(const char *path, const struct account *account, enum rights wanted)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	char *problem = NULL;
	for (char *slash = absolute; !problem && (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		problem = problem_at(absolute, account, 1, "pass");
		*slash = '/';
	}
	if (!problem)
		problem = wanted == RIGHTS_READ ? problem_at(absolute, account, 4, "read it") : problem_at(absolute, account, 2, "connect");
	return problem;
}
