#include "milter/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "milter/confine.h"

/* linux/landlock.h of Debian 12 is older than the kernels it runs on: what came since, by the version it came with. */
#define FILES_1 ((1ULL << 13) - 1)
#define FILES_2 LANDLOCK_ACCESS_FS_REFER
#define FILES_3 (1ULL << 14) /* truncate */
#define FILES_5 (1ULL << 15) /* ioctl of a device */
#define NET_4 3ULL           /* bind and connect of TCP */
#define NET_CONNECT 2ULL
#define SCOPE_6 3ULL         /* abstract unix sockets and signals of others */
#define RULE_PORT 2

struct ruleset {
	guint64 files, net, scope;
};
struct port_rule {
	guint64 access, port;
};

/* What each version takes away, and how much of the struct its kernels know. */
static const struct {
	struct ruleset what;
	size_t size;
} versions[] = {
	{{0}, 0},
	{{.files = FILES_1}, 8},
	{{.files = FILES_1 | FILES_2}, 8},
	{{.files = FILES_1 | FILES_2 | FILES_3}, 8},
	{{.files = FILES_1 | FILES_2 | FILES_3, .net = NET_4}, 16},
	{{.files = FILES_1 | FILES_2 | FILES_3 | FILES_5, .net = NET_4}, 16},
	{{.files = FILES_1 | FILES_2 | FILES_3 | FILES_5, .net = NET_4, .scope = SCOPE_6}, 24},
};

#define OF_FILES (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | FILES_3)
#define OF_READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define OF_WRITING (OF_READING | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REFER | FILES_3)

int
landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	return version > 0 ? (int)MIN(version, (long)G_N_ELEMENTS(versions) - 1) : 0;
}

static guint64
access_of(unsigned may)
{
	return (may & LANDLOCK_READ ? OF_READING : 0) | (may & LANDLOCK_WRITE ? OF_WRITING : 0) | (may & LANDLOCK_EXECUTE ? LANDLOCK_ACCESS_FS_EXECUTE : 0);
}

static bool
add_place(int rules, const struct landlock_place *place, guint64 known)
{
	struct stat what;
	int file = place->path && *place->path ? open(place->path, O_PATH | O_CLOEXEC) : -1;
	if (file < 0)
		return true;
	bool is_directory = !fstat(file, &what) && S_ISDIR(what.st_mode);
	const struct landlock_path_beneath_attr rule = {.parent_fd = file,
		.allowed_access = access_of(place->may) & known & (is_directory ? ~0ULL : OF_FILES)};
	bool ok = !syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(file);
	return ok;
}

static bool
add_rules(int rules, const struct landlock_plan *plan, const struct ruleset *known)
{
	for (size_t i = 0; i < plan->place_count; i++)
		if (!add_place(rules, &plan->places[i], known->files))
			return false;
	for (size_t i = 0; i < plan->port_count && known->net; i++) {
		const struct port_rule rule = {.access = NET_CONNECT, .port = plan->ports[i]};
		if (syscall(SYS_landlock_add_rule, rules, RULE_PORT, &rule, 0))
			return false;
	}
	return true;
}

bool
landlock_restrict(const struct landlock_plan *plan, GError **error)
{
	int version = landlock_version();
	if (!version)
		return true;
	const struct ruleset known = versions[version].what;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &known, versions[version].size, 0);
	if (rules < 0)
		return confine_fail(error, "files", errno);
	bool ok = (add_rules(rules, plan, &known) && !syscall(SYS_landlock_restrict_self, rules, 0)) || confine_fail(error, "files", errno);
	close(rules);
	return ok;
}
