/* supervisor: roles get their sockets, come back when they die, and end with it, however it ends. This program plays the roles. */
#include "milter/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "milter/sockets.h"
#include "store/log.h"
#include "tests/unit/ground.h"

static char *directory, *conf_path, *notes;

/* As `belfry -c CONF ROLE`: notes who it is in a file beside CONF, then waits for its end. */
static int
be_role(const char *conf, const char *role)
{
	g_autofree char *beside = g_path_get_dirname(conf), *path = g_build_filename(beside, "notes", NULL);
	const char *names = g_getenv("LISTEN_FDNAMES");
	g_autofree char *line = g_strdup_printf("%s %d %d %s\n", role, (int)getpid(), (int)geteuid(), names ? names : "?");
	int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
	bool has_sockets = (strcmp(role, "web") || sockets_inherited("web") == 3) &&
		(strcmp(role, "milter") || (sockets_inherited("milter") == 3 && sockets_inherited("capture") == 4));
	if (!has_sockets || write(file, line, strlen(line)) != (ssize_t)strlen(line))
		return 1;
	close(file);
	for (;;)
		pause();
}

static int
be_supervisor(const char *path)
{
	g_autoptr(GError) error = NULL;
	struct conf *conf = conf_load(path, &error);
	log_open("run", LOG_ERROR);
	int status = conf ? supervisor_run(conf, path) : 98;
	conf_free(conf);
	return status;
}

static pid_t
start(void)
{
	unlink(notes);
	pid_t child = fork();
	if (!child) {
		execl("/proc/self/exe", "supervise", conf_path, NULL);
		_exit(99);
	}
	return child;
}

/* The latest note of ROLE: its pid, 0 while there is none. */
static pid_t
pid_of(const char *role, int *user, char **names)
{
	g_autofree char *text = NULL;
	pid_t pid = 0;
	if (!g_file_get_contents(notes, &text, NULL, NULL))
		return 0;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, " ", -1);
		if (g_strv_length(words) != 4 || strcmp(words[0], role))
			continue;
		pid = atoi(words[1]);
		if (user)
			*user = atoi(words[2]);
		if (names) {
			g_free(*names);
			*names = g_strdup(words[3]);
		}
	}
	return pid;
}

static pid_t
wait_for(const char *role, pid_t other_than)
{
	for (int i = 0; i < 1000; i++) {
		pid_t pid = pid_of(role, NULL, NULL);
		if (pid && pid != other_than)
			return pid;
		g_usleep(10000);
	}
	g_error("%s does not start", role);
}

static void
assert_gone(pid_t pid)
{
	for (int i = 0; i < 500 && !kill(pid, 0); i++)
		g_usleep(10000);
	g_assert_cmpint(kill(pid, 0), ==, -1);
}

static void
test_roles(void)
{
	static const char *const roles[] = {"milter", "sort", "web"}, *const sockets[] = {"milter:capture", "", "web"};
	pid_t supervisor = start(), pids[3];
	int status;
	for (int i = 0; i < 3; i++) {
		int user = -1;
		g_autofree char *names = NULL;
		pids[i] = wait_for(roles[i], 0);
		pid_of(roles[i], &user, &names);
		g_assert_cmpint(user, !=, 0);
		g_assert_cmpstr(names, ==, sockets[i]);
	}
	kill(pids[1], SIGKILL);
	pids[1] = wait_for("sort", pids[1]);
	kill(supervisor, SIGHUP);
	kill(supervisor, SIGTERM);
	g_assert_cmpint(waitpid(supervisor, &status, 0), ==, supervisor);
	g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	for (int i = 0; i < 3; i++)
		g_assert_cmpint(kill(pids[i], 0), ==, -1);
}

static void
test_killed(void)
{
	pid_t supervisor = start(), milter = wait_for("milter", 0), sort = wait_for("sort", 0), web = wait_for("web", 0);
	kill(supervisor, SIGKILL);
	g_assert_cmpint(waitpid(supervisor, NULL, 0), ==, supervisor);
	assert_gone(milter);
	assert_gone(sort);
	assert_gone(web);
}

static void
test_two_at_once(void)
{
	pid_t first = start();
	int status;
	wait_for("web", 0);
	pid_t second = fork();
	if (!second) {
		close(STDERR_FILENO);
		execl("/proc/self/exe", "supervise", conf_path, NULL);
		_exit(99);
	}
	g_assert_cmpint(waitpid(second, &status, 0), ==, second);
	g_assert_cmpint(WEXITSTATUS(status), ==, 1);
	kill(first, SIGTERM);
	g_assert_cmpint(waitpid(first, &status, 0), ==, first);
}

static void
test_never_root(void)
{
	static const char *const users[] = {"", "root", "no-such-account"};
	if (geteuid()) {
		g_test_skip("needs root");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(users); i++) {
		g_autoptr(GError) error = NULL;
		const struct conf conf = {.belfry = {.user = (char *)users[i]}};
		g_assert_false(supervisor_become_user(&conf, NULL, &error));
		g_assert_nonnull(error);
		g_assert_cmpint(geteuid(), ==, 0);
	}
}

static void
write_conf(void)
{
	g_autofree char *text = g_strdup_printf("[belfry]\nuser = nobody\nstore = %s/store\n[milter]\nsocket = %s/run/m.sock\nsocket_group =\n"
		"[capture]\nsocket = %s/run/c.sock\n[web]\nlisten = 127.0.0.1:%d\n", directory, directory, directory, 20000 + (int)(getpid() % 20000));
	g_assert_true(g_file_set_contents(conf_path, text, -1, NULL));
	g_assert_cmpint(chmod(conf_path, 0644), ==, 0);
	g_assert_cmpint(chmod(directory, 0777), ==, 0); /* the roles write their notes there, as nobody */
}

int
main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "-c"))
		return be_role(argv[2], argv[3]);
	if (!strcmp(argv[0], "supervise"))
		return be_supervisor(argv[1]);
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	conf_path = g_build_filename(directory, "belfry.conf", NULL);
	notes = g_build_filename(directory, "notes", NULL);
	write_conf();
	g_test_add_func("/supervisor/roles", test_roles);
	g_test_add_func("/supervisor/killed", test_killed);
	g_test_add_func("/supervisor/two-at-once", test_two_at_once);
	g_test_add_func("/supervisor/never-root", test_never_root);
	int status = g_test_run();
	g_free(conf_path);
	g_free(notes);
	ground_free(directory);
	return status;
}
