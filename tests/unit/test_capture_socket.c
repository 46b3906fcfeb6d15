/* capture_socket, `belfry capture`: what comes from standard input stands in the store, or the exit status says why not. */
#include "milter/capture_socket.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "milter/milter.h"
#include "milter/sockets.h"
#include "store/log.h"
#include "tests/unit/ground.h"

#define LIMIT 1000000

static char *directory, *address, *conf_path;
static db *raw;
static struct intake_house house;
static int listener;

/* `belfry capture` as a process of its own: this program, see main. SENDER NULL: not given. */
static int
capture_mail(const char *sender, const char *recipient, const char *octets, size_t size)
{
	int input[2], status;
	g_assert_cmpint(pipe2(input, O_CLOEXEC), ==, 0);
	pid_t child = fork();
	if (!child) {
		dup2(input[0], STDIN_FILENO);
		close(input[1]);
		execl("/proc/self/exe", "capture", conf_path, sender ? sender : "-", recipient, NULL);
		_exit(99);
	}
	close(input[0]);
	for (ssize_t sent; size && (sent = write(input[1], octets, size)) > 0; octets += sent)
		size -= (size_t)sent;
	close(input[1]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	return WEXITSTATUS(status);
}

static int
be_capture(char **words)
{
	g_autoptr(GError) error = NULL;
	struct conf *conf = conf_load(words[1], &error);
	int status = conf ? capture_send(conf, strcmp(words[2], "-") ? words[2] : NULL, (const char *const[]){"nobody@x.example", words[3], NULL}) : 98;
	conf_free(conf);
	return status;
}

static void
assert_last(const char *sender, const char *octets, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(mail_info) info = mail_get(raw, mail_last_id(raw, &error), &error);
	g_autoptr(GBytes) read = mail_read(raw, info->id, &error);
	g_assert_cmpmem(g_bytes_get_data(read, NULL), g_bytes_get_size(read), octets, size);
	g_assert_cmpstr(info->sender, ==, sender);
	g_assert_cmpstr(info->door, ==, "capture");
	g_assert_cmpstr(info->recipients[0], ==, "keep@shop.example");
	g_assert_null(info->recipients[1]);
}

static void
test_stored(void)
{
	static const struct {const char *sender, *in, *from, *out;} cases[] = {
		{"jane@x.example", "A: 1\n\nbody\n", "jane@x.example", "A: 1\n\nbody\n"}, {"", "A: 1\r\n\r\nbody", "", "A: 1\r\n\r\nbody"},
		{NULL, "From bob@x.example Mon Jan  1 00:00:00 2024\nA: 1\n\nbody\n", "bob@x.example", "A: 1\n\nbody\n"},
		{"jane@x.example", "From bob@x.example Mon\nA: 1\n\n", "jane@x.example", "A: 1\n\n"}, {NULL, "A: 1\n\nFrom here\n", "", "A: 1\n\nFrom here\n"},
		{NULL, "", "", ""}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(capture_mail(cases[i].sender, "keep@shop.example", cases[i].in, strlen(cases[i].in)), ==, 0);
		assert_last(cases[i].from, cases[i].out, strlen(cases[i].out));
	}
}

static void
test_large(void)
{
	g_autofree char *octets = g_malloc(LIMIT + 1);
	for (size_t i = 0; i <= LIMIT; i++)
		octets[i] = (char)(i * 7919 >> 5);
	memcpy(octets, "A: 1\n\n", 6);
	g_assert_cmpint(capture_mail("", "keep@shop.example", octets, LIMIT), ==, 0);
	assert_last("", octets, LIMIT);
	gint64 last = mail_last_id(raw, NULL);
	g_assert_cmpint(capture_mail("", "keep@shop.example", octets, LIMIT + 1), ==, EX_DATAERR);
	g_assert_cmpint(mail_last_id(raw, NULL), ==, last);
}

static void
test_nobody(void)
{
	g_assert_cmpint(capture_mail("", "other@shop.example", "A: 1\n\n", 6), ==, EX_NOUSER);
	g_assert_cmpint(capture_mail("", "off@shop.example", "A: 1\n\n", 6), ==, EX_NOUSER);
	g_assert_cmpint(capture_mail("", "keep@shop.example\nto other@x.example", "A: 1\n\n", 6), ==, 0);
}

static int
speak(const char *text, size_t size, char answer[static 256])
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	g_strlcpy(place.sun_path, address, sizeof place.sun_path);
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&place, sizeof place), ==, 0);
	g_assert_cmpint(send(client, text, size, MSG_NOSIGNAL), ==, (ssize_t)size);
	shutdown(client, SHUT_WR);
	ssize_t length = 0, got;
	while ((got = recv(client, answer + length, (size_t)(255 - length), 0)) > 0)
		length += got;
	answer[length] = '\0';
	close(client);
	return (int)length;
}

/* What a stranger may say; nothing of it is stored. */
static void
test_strange(void)
{
#define HEAD "belfry-capture 1\nfrom \nto keep@shop.example\n"
	static const struct {const char *text; size_t size; const char *answer;} cases[] = {
		{"", 0, "no 76 "}, {"GET / HTTP/1.0\n", 15, "no 76 "}, {"belfry-capture 2\nfrom \nmail\n", 28, "no 76 "},
		{"belfry-capture 1\nto a@b\nmail\n", 29, "no 76 "}, {"belfry-capture 1\nfrom \nmail\n", 28, "no 67 "},
		{HEAD, sizeof HEAD - 1, "no 76 "}, {HEAD "\1\nmail\n", sizeof HEAD + 7, "no 76 "}, {HEAD "mail\n", sizeof HEAD + 4, "go\n"},
		{HEAD "mail\n\0\0", sizeof HEAD + 6, "go\n"}, {HEAD "mail\n\0\0\0\5abc", sizeof HEAD + 11, "go\n"},
		{HEAD "mail\n\xff\xff\xff\xff" "abc", sizeof HEAD + 11, "go\n"}, {HEAD "mail\n\0\0\0\3abc", sizeof HEAD + 11, "go\n"}};
	gint64 last = mail_last_id(raw, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char answer[256];
		speak(cases[i].text, cases[i].size, answer);
		if (!g_str_has_prefix(answer, cases[i].answer) || (*cases[i].answer == 'g' && answer[3]))
			g_error("case %d is answered \"%s\"", (int)i, answer);
	}
	g_autofree char *endless = g_strnfill(5000, 'x');
	char answer[256];
	speak(endless, 5000, answer);
	g_assert_true(g_str_has_prefix(answer, "no 76 "));
	GString *crowd = g_string_new("belfry-capture 1\nfrom \n");
	for (int i = 0; i <= CAPTURE_RECIPIENTS_MAX; i++)
		g_string_append(crowd, "to keep@shop.example\n");
	g_string_append(crowd, "mail\n");
	speak(crowd->str, crowd->len, answer);
	g_assert_true(g_str_has_prefix(answer, "no 76 "));
	g_string_free(crowd, TRUE);
	g_assert_cmpint(mail_last_id(raw, NULL), ==, last);
}

static void *
capture_one(void *data)
{
	return GINT_TO_POINTER(capture_mail("", "keep@shop.example", data, strlen(data)));
}

/* More at once than one user may: all wait for their turn and are stored. */
static void
test_crowd(void)
{
	GThread *threads[40];
	static const char mail[] = "A: 1\n\ncrowd\n";
	gint64 before = ground_number(raw, "SELECT count(*) FROM mail");
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("crowd", capture_one, (void *)mail);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(threads[i])), ==, 0);
	g_assert_cmpint(ground_number(raw, "SELECT count(*) FROM mail") - before, ==, (gint64)G_N_ELEMENTS(threads));
}

static void
test_no_daemon(void)
{
	unlink(address);
	g_assert_cmpint(capture_mail("", "keep@shop.example", "A: 1\n\n", 6), ==, EX_TEMPFAIL);
}

static void
add_contact(const char *recipient, bool is_off)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = ground_open(directory, "desk.db", DB_WRITE);
	const struct contact_new contact = {.name = recipient, .description = "", .addresses = (const char *const[]){recipient, NULL}, .is_off = is_off};
	gint64 id;
	g_assert_true(db_begin(desk, &error) && contact_add(desk, &contact, &id, &error) && db_commit(desk, &error));
}

static capture_socket *
open_door(void)
{
	g_autoptr(GError) error = NULL;
	directory = ground_store();
	add_contact("keep@shop.example", false);
	add_contact("off@shop.example", true);
	raw = ground_open(directory, "raw.db", DB_READ);
	address = g_build_filename(directory, "capture.sock", NULL);
	conf_path = g_build_filename(directory, "belfry.conf", NULL);
	g_autofree char *conf = g_strdup_printf("[capture]\nsocket = %s\n", address);
	g_assert_true(g_file_set_contents(conf_path, conf, -1, &error));
	house.door = capture_open(directory, 0, &error);
	house.routes = routes_open(directory, '+', &error);
	house.size_limit = LIMIT;
	listener = sockets_listen(address, 0666, "", &error);
	g_assert_no_error(error);
	return capture_socket_open(listener, &house);
}

int
main(int argc, char **argv)
{
	if (!strcmp(argv[0], "capture"))
		return be_capture(argv);
	g_test_init(&argc, &argv, NULL);
	log_open("milter", LOG_ERROR);
	capture_socket *door = open_door();
	g_test_add_func("/capture-socket/stored", test_stored);
	g_test_add_func("/capture-socket/large", test_large);
	g_test_add_func("/capture-socket/nobody", test_nobody);
	g_test_add_func("/capture-socket/strange", test_strange);
	g_test_add_func("/capture-socket/crowd", test_crowd);
	g_test_add_func("/capture-socket/no-daemon", test_no_daemon);
	int status = g_test_run();
	capture_socket_close(door);
	close(listener);
	routes_close(house.routes);
	capture_close(house.door);
	db_close(raw);
	g_free(address);
	g_free(conf_path);
	ground_free(directory);
	return status;
}
