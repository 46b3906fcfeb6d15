/* Octets on a connection to the real server: requests one after the other, or a WebSocket and its frames. Whatever they are, what comes back is
 * HTTP or a frame, no descriptor stays open, and the next visitor is served. */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "store/log.h"
#include "store/secret.h"
#include "store/session.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/desk.h"
#include "web/server.h"

#define SILENCE_MS 5         /* as long as that nothing comes: what was sent is not a whole request, or is answered */
#define PATIENCE_MS 60000    /* for an answer that must come */
#define DESCRIPTORS_MAX 64   /* of the whole program: stores, sockets, and connections that are just being closed */
#define LOOK_EVERY 16        /* inputs */

static char *directory;
static struct conf *conf;
static GThread *thread;
static struct sockaddr_un place = {.sun_family = AF_UNIX};
static int listener;
static guint count;

static int
visit(void)
{
	int visitor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(visitor, (struct sockaddr *)&place, sizeof place), ==, 0);
	return visitor;
}

/* libFuzzer's clock interrupts. */
static bool
is_heard(int visitor, int milliseconds)
{
	struct pollfd wait = {.fd = visitor, .events = POLLIN};
	return TEMP_FAILURE_RETRY(poll(&wait, 1, milliseconds)) == 1;
}

/* What comes within MILLISECONDS of silence. Owner: caller. */
static GString *
listen_to(int visitor, int milliseconds)
{
	GString *heard = g_string_new(NULL);
	char piece[4096];
	for (ssize_t got; is_heard(visitor, milliseconds) && (got = recv(visitor, piece, sizeof piece, 0)) > 0;)
		g_string_append_len(heard, piece, got);
	return heard;
}

static void
check_answer(const GString *heard)
{
	if (heard->len)
		g_assert_true(g_str_has_prefix(heard->str, "HTTP/1."));
}

static void
check_next_visitor(void)
{
	static const char question[] = "GET /api/v1/session/look HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n\r\n";
	int visitor = visit();
	char answer[sizeof "HTTP/1.1 204"] = "";
	g_assert_cmpint(send(visitor, question, strlen(question), MSG_NOSIGNAL), ==, (ssize_t)strlen(question));
	g_assert_true(is_heard(visitor, PATIENCE_MS));
	g_assert_cmpint(recv(visitor, answer, sizeof answer - 1, MSG_WAITALL), ==, (ssize_t)sizeof answer - 1);
	g_assert_cmpstr(answer, ==, "HTTP/1.1 204");
	close(visitor);
}

static void
check_descriptors(void)
{
	DIR *open = opendir("/proc/self/fd");
	int found = 0;
	while (readdir(open))
		found++;
	closedir(open);
	g_assert_cmpint(found, <, DESCRIPTORS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int visitor = visit();
	ssize_t sent = send(visitor, data, size, MSG_NOSIGNAL); /* it may hang up early */
	g_autoptr(GString) heard = sent > 0 ? listen_to(visitor, SILENCE_MS) : g_string_new(NULL);
	close(visitor);
	check_answer(heard);
	if (++count % LOOK_EVERY == 0) {
		check_next_visitor();
		check_descriptors();
	}
	return 0;
}

static void *
serve(G_GNUC_UNUSED void *data)
{
	g_assert_cmpint(web_run(conf, listener), ==, 0);
	return NULL;
}

/* Its session's token is "admin". */
static void
fill_store(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) hash = secret_token_hash("admin");
	struct session_new session = {.token_hash = hash, .employee_id = 1, .now = g_get_real_time() / 1000, .address = "", .agent = ""};
	struct desk desk;
	desk_setup(&desk);
	desk_file(&desk, &(struct desk_mail){.from = "kim@customer.example", .subject = "Lamp", .text = "It broke"});
	g_assert_true(db_begin(desk.db, &error) && session_add(desk.db, &session, &error) && db_commit(desk.db, &error));
	directory = desk.directory;
	viewer_free(desk.admin);
	db_close(desk.db);
}

static void
leave(void)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", directory);
	kill(getpid(), SIGTERM);
	g_thread_join(thread);
	conf_free(conf);
	g_assert_cmpint(system(command), ==, 0);
	g_free(directory);
}

/* SIGTERM is for the server, which waits for it by a descriptor. */
static void
leave_terminating_to_server(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***arguments)
{
	g_autoptr(GError) error = NULL;
	log_open("web", LOG_ERROR);
	fill_store();
	g_autofree char *text = g_strdup_printf("[belfry]\nstore = %s\n[milter]\nmin_free = 0\n[web]\nurl = http://desk.example\nworkers = 1\n", directory);
	conf = conf_read(text, strlen(text), "belfry.conf", &error);
	g_assert_no_error(error);
	g_snprintf(place.sun_path, sizeof place.sun_path, "%s/web.sock", directory);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	g_assert_cmpint(bind(listener, (struct sockaddr *)&place, sizeof place), ==, 0);
	g_assert_cmpint(listen(listener, 128), ==, 0);
	leave_terminating_to_server();
	thread = g_thread_new("web", serve, NULL);
	check_next_visitor();
	return atexit(leave);
}
