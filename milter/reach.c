#include "milter/reach.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "milter/rights.h"

/* In a child, as root: what smtpd does before it serves, in its order; then the connect. An errno. */
static int
connect_as(const struct account *account, const char *queue, bool is_chrooted, const struct sockaddr_un *place)
{
	if (initgroups(account->name, account->group) || chdir(queue) || (is_chrooted && (chroot(queue) || chdir("/"))) ||
		setgid(account->group) || setuid(account->id))
		return EPERM;
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connect(server, (const struct sockaddr *)place, sizeof *place) ? errno : 0;
}

static int
try_as(const struct account *account, const char *queue, bool is_chrooted, const char *path)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	if (g_strlcpy(place.sun_path, path, sizeof place.sun_path) >= sizeof place.sun_path)
		return ENAMETOOLONG;
	pid_t child = fork();
	if (!child)
		_exit(connect_as(account, queue, is_chrooted, &place));
	int status;
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return ECHILD;
	return WEXITSTATUS(status);
}

int
reach(const postfix *mta, const struct postfix_service *service, const char *path, char **why)
{
	struct account account;
	const char *owner = postfix_get(mta, NULL, "mail_owner"), *queue = postfix_get(mta, NULL, "queue_directory");
	g_autofree char *outside = postfix_outside_path(mta, service, path);
	if (!account_by_name(owner, &account)) {
		*why = g_strdup_printf("there is no account %s, which Postfix runs as", owner);
		return EPERM;
	}
	int problem = geteuid() ? 0 : try_as(&account, queue, service->is_chrooted, path);
	g_autofree char *stop = rights_problem(outside, &account, RIGHTS_CONNECT);
	if (geteuid() && stop)
		problem = access(outside, F_OK) && errno == ENOENT ? ENOENT : EACCES;
	if (problem)
		*why = problem == EACCES && stop ? g_steal_pointer(&stop) : g_strdup_printf("%s: %s", outside, g_strerror(problem));
	return problem;
}
