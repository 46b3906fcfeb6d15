/* sockets: every way to write an address; what is left over, in use, or handed down. */
#include "milter/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/ground.h"

static char *directory, *path;

static void
test_split(void)
{
	static const char *const cases[][3] = {{"inet:127.0.0.1:8891", "127.0.0.1", "8891"}, {"inet:8891@127.0.0.1", "127.0.0.1", "8891"},
		{"127.0.0.1:8891", "127.0.0.1", "8891"}, {"[::1]:8891", "::1", "8891"}, {"inet6:8891@[::1]", "::1", "8891"}, {"inet6:8891@::1", "::1", "8891"},
		{"inet:localhost:8891", "localhost", "8891"}, {"inet:8891", NULL, NULL}, {"8891", NULL, NULL}, {"inet:host:0", NULL, NULL},
		{"inet:host:65536", NULL, NULL}, {"inet:host:smtp", NULL, NULL}, {"inet:host@8891", NULL, NULL}, {":8891", NULL, NULL}, {"", NULL, NULL},
		{"@", NULL, NULL}, {"8891@", NULL, NULL}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *host = NULL, *port = NULL;
		bool ok = sockets_split(cases[i][0], &host, &port);
		g_assert_cmpint(ok, ==, cases[i][1] != NULL);
		if (ok) {
			g_assert_cmpstr(host, ==, cases[i][1]);
			g_assert_cmpstr(port, ==, cases[i][2]);
		}
	}
}

static void
test_path(void)
{
	g_assert_cmpstr(sockets_path("unix:/a/b"), ==, "/a/b");
	g_assert_cmpstr(sockets_path("local:/a/b"), ==, "/a/b");
	g_assert_cmpstr(sockets_path("/a/b"), ==, "/a/b");
	g_assert_null(sockets_path("unix:a/b"));
	g_assert_null(sockets_path("inet:1@/a"));
}

static int
listen_to(const char *address, mode_t mode)
{
	g_autoptr(GError) error = NULL;
	int listener = sockets_listen(address, mode, "", &error);
	g_assert_no_error(error);
	g_assert_cmpint(listener, >=, 0);
	return listener;
}

static void
refuse(const char *address, const char *group, const char *told)
{
	g_autoptr(GError) error = NULL;
	g_assert_cmpint(sockets_listen(address, 0600, group, &error), ==, -1);
	if (!strstr(error->message, told))
		g_error("%s: \"%s\" does not tell %s", address, error->message, told);
}

static void
test_unix(void)
{
	struct stat file;
	mode_t mask = umask(0077);
	g_autofree char *deep = g_build_filename(directory, "new", "deep", "x.sock", NULL), *parent = g_path_get_dirname(deep);
	int listener = listen_to(deep, 0666);
	umask(mask);
	g_assert_cmpint(stat(deep, &file), ==, 0);
	g_assert_cmpint(file.st_mode & 0777, ==, 0666);
	g_assert_cmpint(stat(parent, &file), ==, 0);
	g_assert_cmpint(file.st_mode & 0777, ==, 0755);
	g_assert_true(sockets_knock(listener));
	int visitor = accept(listener, NULL, NULL);
	g_assert_cmpint(visitor, >=, 0);
	g_assert_cmpint(read(visitor, &(char){0}, 1), ==, 0);
	close(visitor);
	close(listener);
}

static void
test_unix_in_use(void)
{
	g_autofree char *address = g_strconcat("unix:", path, NULL);
	int first = listen_to(address, 0600);
	refuse(address, "", "already");
	close(first);
	int second = listen_to(address, 0600); /* nobody answers any more */
	g_assert_true(sockets_knock(second));
	close(second);
	unlink(path);
}

static void
test_unix_refused(void)
{
	g_autofree char *fill = g_strnfill(120, 'x'), *longest = g_build_filename(directory, fill, NULL);
	refuse(longest, "", "too long");
	g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
	refuse(path, "", "no socket");
	g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
	unlink(path);
	refuse(path, "no-such-group", "no-such-group");
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	refuse("nonsense", "", "inet:HOST:PORT");
	refuse("inet:127.0.0.1", "", "inet:HOST:PORT");
}

static void
test_group(void)
{
	g_autoptr(GError) error = NULL;
	struct stat file;
	const struct group *own = getgrgid(getgid());
	if (!own) {
		g_test_skip("our group has no name");
		return;
	}
	int listener = sockets_listen(path, 0660, own->gr_name, &error);
	g_assert_no_error(error);
	g_assert_cmpint(stat(path, &file), ==, 0);
	g_assert_cmpuint(file.st_gid, ==, getgid());
	g_assert_cmpint(file.st_mode & 0777, ==, 0660);
	close(listener);
	unlink(path);
}

/* Who comes after that is left to whoever else has the socket, also when a poll has seen them before. */
static void
test_leave(void)
{
	int listener = listen_to(path, 0600), next = dup(listener);
	struct pollfd looks = {.fd = listener, .events = POLLIN};
	g_assert_true(sockets_knock(listener));
	g_assert_cmpint(poll(&looks, 1, 0), ==, 1);
	sockets_leave(listener);
	g_assert_cmpint(accept(listener, NULL, NULL), ==, -1);
	g_assert_cmpint(errno, ==, EAGAIN);
	g_assert_cmpint(poll(&looks, 1, 0), ==, 0);
	g_assert_true(fcntl(listener, F_GETFD) & FD_CLOEXEC);
	g_assert_true(sockets_knock(next));
	for (int i = 0; i < 2; i++) {
		int visitor = accept(next, NULL, NULL);
		g_assert_cmpint(visitor, >=, 0);
		close(visitor);
	}
	close(listener);
	close(next);
	unlink(path);
}

/* A port that is free on the loopback now. */
static int
free_port(void)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof place;
	int probe = socket(AF_INET, SOCK_STREAM, 0);
	g_assert_cmpint(bind(probe, (struct sockaddr *)&place, sizeof place), ==, 0);
	g_assert_cmpint(getsockname(probe, (struct sockaddr *)&place, &size), ==, 0);
	close(probe);
	return ntohs(place.sin_port);
}

static void
test_inet(void)
{
	int port = free_port();
	g_autofree char *postfix = g_strdup_printf("inet:127.0.0.1:%d", port), *sendmail = g_strdup_printf("inet:%d@127.0.0.1", port);
	int listener = listen_to(postfix, 0);
	refuse(sendmail, "", "in use");
	g_assert_true(sockets_knock(listener));
	int visitor = accept(listener, NULL, NULL);
	g_assert_cmpint(visitor, >=, 0);
	close(visitor);
	close(listener);
}

/* Both ends of a pipe go through exec in the opposite order of their numbers. */
static void
test_hand_down(void)
{
	int ends[2];
	g_assert_cmpint(sockets_inherited("one"), ==, -1);
	g_assert_cmpint(pipe(ends), ==, 0);
	pid_t child = fork();
	if (!child) {
		sockets_hand_down((const int[]){ends[1], ends[0]}, (const char *const[]){"one", "two"}, 2);
		execl("/proc/self/exe", "test_sockets", "inherited", NULL);
		_exit(99);
	}
	int status;
	char got[6] = "";
	close(ends[1]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(read(ends[0], got, 5), ==, 5);
	g_assert_cmpstr(got, ==, "hello");
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	close(ends[0]);
}

static int
be_child(void)
{
	int one = sockets_inherited("one"), two = sockets_inherited("two");
	bool ok = one == 3 && two == 4 && sockets_inherited("three") == -1 && sockets_inherited("") == -1 && write(one, "hello", 5) == 5 &&
		(fcntl(one, F_GETFD) & FD_CLOEXEC) && (fcntl(two, F_GETFL) & O_ACCMODE) == O_RDONLY;
	if (!ok)
		return 1;
	g_setenv("LISTEN_PID", "1", TRUE); /* meant for somebody else */
	return sockets_inherited("one") == -1 ? 0 : 2;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "inherited"))
		return be_child();
	g_test_init(&argc, &argv, NULL);
	directory = ground_directory();
	path = g_build_filename(directory, "x.sock", NULL);
	g_test_add_func("/sockets/split", test_split);
	g_test_add_func("/sockets/path", test_path);
	g_test_add_func("/sockets/unix", test_unix);
	g_test_add_func("/sockets/unix-in-use", test_unix_in_use);
	g_test_add_func("/sockets/unix-refused", test_unix_refused);
	g_test_add_func("/sockets/group", test_group);
	g_test_add_func("/sockets/leave", test_leave);
	g_test_add_func("/sockets/inet", test_inet);
	g_test_add_func("/sockets/hand-down", test_hand_down);
	int status = g_test_run();
	g_free(path);
	ground_free(directory);
	return status;
}
