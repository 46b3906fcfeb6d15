/* The capture queue as the milter's threads use it, for ThreadSanitizer: mails are gathered and stored by many at once, some with no patience, while the
 * writers' lock is taken away from them now and then; the local socket takes and loses visitors; all of it is closed while in use. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "milter/capture_socket.h"
#include "milter/sockets.h"
#include "store/contact.h"
#include "store/log.h"
#include "tests/unit/ground.h"

#define THREADS 8
#define MAILS 25 /* each thread's */

static const struct envelope way = {.door = "milter", .sender = "", .recipients = (const char *const[]){"a@b.example", NULL},
	.client = "", .helo = "", .tls = "", .auth = "", .queue_id = ""};

static char *directory;
static gint is_over; /* atomic */

static void *
store_mails(void *data)
{
	capture *door = data;
	for (int i = 0; i < MAILS; i++) {
		g_autoptr(GError) error = NULL;
		gint64 id = 0;
		gather *mail = capture_gather(door, 1 << 20);
		g_autofree char *text = g_strnfill(1000 * (gsize)i, 'x');
		g_assert_true(gather_add(mail, "A: 1\n\n", 6, &error) && gather_add(mail, text, strlen(text), &error));
		g_assert_true(capture_store(door, &way, mail, &id, &error) && id > 0);
	}
	return NULL;
}

/* As /metrics and the log do, and as somebody else does who writes to the file. */
static void *
disturb(void *data)
{
	g_autoptr(db) raw = ground_open(directory, "raw.db", DB_WRITE);
	guint most = 0;
	while (!g_atomic_int_get(&is_over)) {
		most = MAX(most, capture_waiting(data));
		g_assert_true(db_begin(raw, NULL));
		g_usleep(2000);
		db_rollback(raw);
		g_usleep(2000);
	}
	return GUINT_TO_POINTER(most);
}

static void
test_stored(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(capture) door = capture_open(directory, 0, &error);
	g_autoptr(db) raw = ground_open(directory, "raw.db", DB_READ);
	GThread *threads[THREADS], *other = g_thread_new("other", disturb, door);
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("mails", store_mails, door);
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	g_atomic_int_set(&is_over, true);
	g_assert_cmpuint(GPOINTER_TO_UINT(g_thread_join(other)), <=, THREADS);
	g_assert_cmpint(ground_number(raw, "SELECT count(*) FROM mail"), ==, THREADS * MAILS);
}

static bool
insert(db *connection, void *data, GError **error)
{
	query *statement = db_query(connection, "INSERT INTO t VALUES (:n)", error);
	if (!statement)
		return false;
	query_set_int(statement, ":n", *(const gint64 *)data);
	return query_finish(statement, error);
}

struct crowd {
	writer *writer;
	gint freed, tried; /* atomic */
};

struct number {
	gint64 value; /* first: the job's data */
	struct crowd *crowd;
};

static void
free_number(void *data)
{
	struct number *number = data;
	g_atomic_int_inc(&number->crowd->freed);
	g_free(number);
}

/* What is given up is freed by whoever is last with it. */
static void *
submit_without_patience(void *data)
{
	struct crowd *crowd = data;
	for (int i = 0; i < 4 * MAILS; i++) {
		struct number *number = g_new(struct number, 1);
		*number = (struct number){g_atomic_int_add(&crowd->tried, 1), crowd};
		writer_submit_within(crowd->writer, insert, number, free_number, i % 3, NULL);
	}
	return NULL;
}

static void
test_given_up(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(directory, "own.db", NULL);
	db_create(path, DB_PAGE_FRAMES, &error);
	g_assert_no_error(error);
	g_autoptr(db) connection = db_open(path, DB_WRITE, &error);
	ground_run(connection, "CREATE TABLE t (n INTEGER)");
	struct crowd crowd = {.writer = writer_open(path, NULL, NULL, &error)};
	GThread *threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("impatient", submit_without_patience, &crowd);
	for (int i = 0; i < 20; i++) {
		g_assert_true(db_begin(connection, &error));
		g_usleep(5000);
		db_rollback(connection);
	}
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	writer_close(crowd.writer);
	g_assert_cmpint(crowd.freed, ==, THREADS * 4 * MAILS);
	g_assert_cmpint(ground_number(connection, "SELECT count(*) FROM t"), <=, crowd.freed);
}

static int
visit(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(socket_fd, (struct sockaddr *)&address, sizeof address), ==, 0);
	return socket_fd;
}

/* Each fourth breaks off in the middle of its mail. TRUE: it was told that its mail is stored. */
static bool
hand_in(const char *path, bool is_whole)
{
	static const char envelope[] = CAPTURE_GREETING "\nfrom a@b.example\nto keep@shop.example\nmail\n", mail[] = "\0\0\0\6A: 1\n\n\0\0\0";
	char answer[100] = "";
	int socket_fd = visit(path);
	g_assert_cmpint(send(socket_fd, envelope, sizeof envelope - 1, MSG_NOSIGNAL), ==, sizeof envelope - 1);
	bool is_told = recv(socket_fd, answer, sizeof answer - 1, 0) > 0 && g_str_has_prefix(answer, "go\n") &&
		send(socket_fd, mail, is_whole ? sizeof mail : 5, MSG_NOSIGNAL) > 5 && recv(socket_fd, answer, sizeof answer - 1, 0) > 0 &&
		g_str_has_prefix(answer, "ok ");
	close(socket_fd);
	return is_told;
}

struct street {
	const char *path;
	gint told; /* atomic */
};

static void *
hand_in_many(void *data)
{
	struct street *street = data;
	for (int i = 0; i < MAILS; i++)
		if (hand_in(street->path, i % 4))
			g_atomic_int_inc(&street->told);
	return NULL;
}

static void
add_contact(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = ground_open(directory, "desk.db", DB_WRITE);
	const struct contact_new contact = {.name = "Keep", .description = "", .addresses = (const char *const[]){"keep@shop.example", NULL}};
	gint64 id;
	g_assert_true(db_begin(desk, &error) && contact_add(desk, &contact, &id, &error) && db_commit(desk, &error));
}

static void
test_visited(void)
{
	g_autoptr(GError) error = NULL;
	add_contact();
	g_autofree char *path = g_build_filename(directory, "capture.sock", NULL);
	g_autoptr(db) raw = ground_open(directory, "raw.db", DB_READ);
	gint64 before = ground_number(raw, "SELECT count(*) FROM mail");
	g_autoptr(capture) door = capture_open(directory, 0, &error);
	g_autoptr(routes) ways = routes_open(directory, '+', &error);
	g_assert_no_error(error);
	const struct intake_house house = {.door = door, .routes = ways, .size_limit = 1 << 20, .store = directory};
	int listener = sockets_listen(path, 0600, "", &error);
	capture_socket *socket_door = capture_socket_open(listener, &house);
	struct street street = {.path = path};
	GThread *threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("street", hand_in_many, &street);
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	int last = visit(path); /* says nothing, and does not hold up the end */
	capture_socket_close(socket_door);
	close(last);
	close(listener);
	g_assert_cmpint(street.told, >=, THREADS * MAILS / 2);
	g_assert_cmpint(ground_number(raw, "SELECT count(*) FROM mail") - before, ==, street.told);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	log_open("milter", LOG_ERROR);
	directory = ground_store();
	g_test_add_func("/race/capture/stored", test_stored);
	g_test_add_func("/race/capture/given-up", test_given_up);
	g_test_add_func("/race/capture/visited", test_visited);
	int status = g_test_run();
	ground_free(directory);
	return status;
}
