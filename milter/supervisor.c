#include "milter/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "milter/confine.h"
#include "milter/sockets.h"
#include "store/complaint.h"
#include "store/durable.h"
#include "store/log.h"
#include "store/migrate.h"
#include "store/trouble.h"

#define DELAY_MIN 100             /* ms before what died is started again; doubled each time */
#define DELAY_MAX 2000            /* sessions wait as long, and Postfix gives a milter 30 s */
#define STORE_LOOK 500            /* ms between looks at a store that cannot be opened */
#define STEADY 10000              /* ms after which a role counts as well again */
#define LEAVE_MAX 10000           /* ms that roles get to end */

static const char *const role_names[] = {"milter", "sort", "courier", "web"};
#define ROLES G_N_ELEMENTS(role_names)
#define SOCKETS 3

struct role {
	const char *name;
	pid_t pid; /* 0: not running */
	gint64 started, due; /* monotonic ms */
	int delay;
};

/* A listening socket, the role that gets it, and how it is opened. */
struct place {
	const char *role, *name, *address, *group;
	mode_t mode;
	int socket;
};

struct supervisor {
	const char *conf_path;
	struct role roles[ROLES];
	struct place places[SOCKETS];
	const char *store;
	struct complaint complaint; /* of the store */
	bool is_stopping;
};

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

static bool
fail(GError **error, const char *what, const char *text)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", what, text);
	return false;
}

static void
list_places(struct place places[static SOCKETS], const struct conf *conf)
{
	places[0] = (struct place){"milter", "milter", conf->milter.socket, conf->milter.socket_group, (mode_t)conf->milter.socket_mode, -1};
	places[1] = (struct place){"milter", "capture", conf->capture.socket, "", (mode_t)conf->capture.socket_mode, -1};
	places[2] = (struct place){"web", "web", conf->web.listen, "", 0, -1};
}

/* The account to become; *USER is NULL when we are not root and stay who we are. */
static bool
find_user(const struct conf *conf, const struct passwd **user, GError **error)
{
	*user = NULL;
	if (geteuid())
		return true;
	if (!*conf->belfry.user)
		return fail(error, "[belfry] user", "is empty, and Belfry does not run as root: name an account there, or start it as one");
	*user = getpwnam(conf->belfry.user); /* NOLINT(concurrency-mt-unsafe): before any thread */
	if (!*user)
		return fail(error, conf->belfry.user, "there is no such account: add it (useradd --system), or set [belfry] user to another");
	return (*user)->pw_uid || fail(error, conf->belfry.user, "is root, and Belfry does not run as root: set [belfry] user to another account");
}

/* Makes PATH, mode 0755 on its way there, MODE and owner at its end; what is there stays as it is. */
static bool
make_directory(const char *path, mode_t mode, const struct passwd *owner, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return true;
	if (!durable_directory(parent, 0755, error))
		return false;
	if (mkdir(path, mode) || chmod(path, mode) || chown(path, owner->pw_uid, owner->pw_gid))
		return fail(error, path, g_strerror(errno));
	return durable_sync(parent, error);
}

/* The user's own, so that it can be replaced and reached by the role itself. */
static bool
open_place(struct place *place, const struct passwd *user, GError **error)
{
	const char *path = sockets_path(place->address);
	g_autofree char *parent = path ? g_path_get_dirname(path) : NULL;
	place->socket = sockets_inherited(place->name);
	if (place->socket >= 0)
		return true; /* systemd's */
	if (path && user && !make_directory(parent, 0755, user, error))
		return false;
	place->socket = sockets_listen(place->address, place->mode, place->group, error);
	if (place->socket < 0)
		return false;
	return !path || !user || !chown(path, user->pw_uid, (gid_t)-1) || fail(error, path, g_strerror(errno));
}

static bool
open_places(struct place places[static SOCKETS], const char *role, const struct passwd *user, GError **error)
{
	for (struct place *place = places; place < places + SOCKETS; place++)
		if ((!role || !strcmp(place->role, role)) && !open_place(place, user, error))
			return false;
	return true;
}

static bool
become(const struct passwd *user, GError **error)
{
	confine_bounds();
	if (initgroups(user->pw_name, user->pw_gid) || setgid(user->pw_gid) || setuid(user->pw_uid) || !setuid(0))
		return fail(error, user->pw_name, "this process cannot become that account");
	g_setenv("HOME", user->pw_dir, TRUE);
	return true;
}

/* As root: what only root can prepare, then root no more, nor of any other privilege. */
static bool
drop_root(const struct conf *conf, const struct passwd *user, GError **error)
{
	return (!user || (make_directory(conf->belfry.store, 0700, user, error) && become(user, error))) && confine_rights(error);
}

static void
hand_down(const struct place places[static SOCKETS], const char *role)
{
	int descriptors[SOCKETS], count = 0;
	const char *names[SOCKETS];
	for (const struct place *place = places; place < places + SOCKETS; place++)
		if (!strcmp(place->role, role) && place->socket >= 0) {
			descriptors[count] = place->socket;
			names[count++] = place->name;
		}
	sockets_hand_down(descriptors, names, count);
}

bool
supervisor_become_user(const struct conf *conf, const char *role, GError **error)
{
	struct place places[SOCKETS];
	const struct passwd *user;
	if (!find_user(conf, &user, error))
		return false;
	list_places(places, conf);
	if (role) {
		if (!open_places(places, role, user, error))
			return false;
		hand_down(places, role);
	}
	return drop_root(conf, user, error);
}

/* In the child. */
static void
exec_role(const struct supervisor *self, const struct role *role, pid_t parent)
{
	sigset_t none;
	char *const words[] = {(char *)"belfry", (char *)"-c", (char *)self->conf_path, (char *)role->name, NULL};
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	int nothing = open("/dev/null", O_RDONLY);
	if (nothing > 0) {
		dup2(nothing, STDIN_FILENO);
		close(nothing);
	}
	hand_down(self->places, role->name);
	signal(SIGHUP, SIG_IGN); /* a terminal that is closed ends nothing */
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	execv("/proc/self/exe", words);
	log_line(LOG_ERROR, "%s: exec: %s", role->name, g_strerror(errno));
	_exit(1);
}

static void
start_role(const struct supervisor *self, struct role *role)
{
	pid_t own = getpid(), pid = fork();
	if (!pid)
		exec_role(self, role, own);
	role->started = now_ms();
	if (pid > 0) {
		role->pid = pid;
		log_line(LOG_INFO, "%s started pid=%d", role->name, (int)pid);
		return;
	}
	role->due = role->started + DELAY_MAX;
	log_line(LOG_ERROR, "%s: fork: %s", role->name, g_strerror(errno));
}

static void
note_end(const struct supervisor *self, struct role *role, int status)
{
	gint64 now = now_ms();
	pid_t pid = role->pid;
	role->pid = 0;
	if (self->is_stopping)
		return;
	if (now - role->started > STEADY)
		role->delay = DELAY_MIN;
	role->due = now + role->delay;
	g_autofree char *how = WIFSIGNALED(status) ? g_strdup_printf("was killed by signal %d", WTERMSIG(status))
						   : g_strdup_printf("ended with status %d", WEXITSTATUS(status));
	log_line(LOG_WARNING, "%s pid=%d %s after %d s, starting it again in %d ms", role->name, (int)pid, how,
		(int)((now - role->started) / 1000), role->delay);
	role->delay = MIN(role->delay * 2, DELAY_MAX);
}

static void
reap(struct supervisor *self)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		for (struct role *role = self->roles; role < self->roles + ROLES; role++)
			if (role->pid == pid)
				note_end(self, role, status);
}

/* While the store cannot be opened no role could work on it: they are not started to find that out one by one. */
static bool
is_store_there(struct supervisor *self)
{
	g_autoptr(GError) error = NULL;
	if (migrate_is_current(self->store, &error)) {
		complaint_end(&self->complaint, "the store can be opened again");
		return true;
	}
	g_prefix_error(&error, "roles wait: ");
	trouble_explain(error);
	complaint_say(&self->complaint, LOG_ERROR, error->message);
	return false;
}

static void
start_due(struct supervisor *self)
{
	for (struct role *role = self->roles; role < self->roles + ROLES; role++)
		if (!role->pid && role->due <= now_ms()) {
			if (is_store_there(self))
				start_role(self, role);
			else
				role->due = now_ms() + STORE_LOOK;
		}
}

/* ms until a role must be started. */
static int
time_to_next(const struct supervisor *self)
{
	gint64 next = DELAY_MAX, now = now_ms();
	for (const struct role *role = self->roles; role < self->roles + ROLES; role++)
		if (!role->pid)
			next = CLAMP(role->due - now, 0, next);
	return (int)next;
}

static int
wait_signal(const sigset_t *signals, int milliseconds)
{
	const struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
	return sigtimedwait(signals, NULL, &time);
}

static void
signal_role(const struct supervisor *self, const char *name, int signal_number)
{
	for (const struct role *role = self->roles; role < self->roles + ROLES; role++)
		if (role->pid && !strcmp(role->name, name))
			kill(role->pid, signal_number);
}

static void
signal_roles(const struct supervisor *self, int signal_number)
{
	for (const struct role *role = self->roles; role < self->roles + ROLES; role++)
		if (role->pid)
			kill(role->pid, signal_number);
}

static bool
is_any_running(const struct supervisor *self)
{
	for (const struct role *role = self->roles; role < self->roles + ROLES; role++)
		if (role->pid)
			return true;
	return false;
}

static void
stop_all(struct supervisor *self, const sigset_t *signals)
{
	gint64 deadline = now_ms() + LEAVE_MAX;
	self->is_stopping = true;
	signal_roles(self, SIGTERM);
	for (reap(self); is_any_running(self) && now_ms() < deadline; reap(self))
		wait_signal(signals, 100);
	if (is_any_running(self))
		log_line(LOG_WARNING, "a role does not end: killing it");
	signal_roles(self, SIGKILL);
	while (is_any_running(self)) {
		wait_signal(signals, 100);
		reap(self);
	}
}

static void
watch(struct supervisor *self, const sigset_t *signals)
{
	int got = 0;
	while (got != SIGTERM && got != SIGINT) {
		start_due(self);
		got = wait_signal(signals, time_to_next(self));
		if (got == SIGHUP)
			signal_role(self, "web", SIGHUP); /* it looks whether its certificate is a new one */
		reap(self);
	}
	log_line(LOG_INFO, "ending");
	stop_all(self, signals);
}

static bool
prepare(struct supervisor *self, const struct conf *conf, GError **error)
{
	const struct passwd *user;
	if (!find_user(conf, &user, error) || !open_places(self->places, NULL, user, error) || !drop_root(conf, user, error))
		return false;
	if (access(self->conf_path, R_OK))
		return fail(error, self->conf_path, "the account that the roles run as cannot read it");
	return migrate_run(conf->belfry.store, error);
}

int
supervisor_run(const struct conf *conf, const char *conf_path)
{
	g_autoptr(GError) error = NULL;
	struct supervisor self = {.conf_path = conf_path, .store = conf->belfry.store};
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	list_places(self.places, conf);
	for (size_t i = 0; i < ROLES; i++)
		self.roles[i] = (struct role){.name = role_names[i], .delay = DELAY_MIN};
	if (!prepare(&self, conf, &error)) {
		trouble_explain(error);
		log_line(LOG_ERROR, "%s", error->message);
		return EXIT_FAILURE;
	}
	watch(&self, &signals);
	g_free(self.complaint.text);
	return EXIT_SUCCESS;
}
