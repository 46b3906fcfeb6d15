/* What somebody says to the capture socket, through a real socket and into a real store. "ok" is answered to a mail alone that is in the
 * store, octet by octet as its frames said; anything else leaves nothing there. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "milter/capture_socket.h"
#include "milter/sockets.h"
#include "store/contact_edit.h"
#include "store/log.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/ground.h"

#define LIMIT 4096 /* of a mail: small enough to be passed */

static char *directory, *address;
static db *raw;
static struct intake_house house;
static capture_socket *door;

static void
add_contact(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = ground_open(directory, "desk.db", DB_WRITE);
	const struct contact_new contact = {.name = "keep", .description = "", .addresses = (const char *const[]){"keep@shop.example", NULL}};
	gint64 id;
	g_assert_true(db_begin(desk, &error) && contact_add(desk, &contact, &id, &error) && db_commit(desk, &error));
}

static void
close_all(void)
{
	capture_socket_close(door);
	routes_close(house.routes);
	capture_close(house.door);
	db_close(raw);
	ground_free(directory);
}

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	g_autoptr(GError) error = NULL;
	log_open("milter", LOG_ERROR);
	directory = ground_store();
	add_contact();
	raw = ground_open(directory, "raw.db", DB_READ);
	address = g_build_filename(directory, "capture.sock", NULL);
	house = (struct intake_house){capture_open(directory, 0, &error), routes_open(directory, '+', &error), LIMIT, directory};
	door = capture_socket_open(sockets_listen(address, 0600, "", &error), &house);
	g_assert_no_error(error);
	return atexit(close_all);
}

/* The whole answer. Owner: caller. */
static char *
speak(const uint8_t *data, size_t size)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	GString *answer = g_string_new(NULL);
	char piece[256];
	g_strlcpy(place.sun_path, address, sizeof place.sun_path);
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(client, (struct sockaddr *)&place, sizeof place), ==, 0);
	ssize_t got = TEMP_FAILURE_RETRY(send(client, data, size, MSG_NOSIGNAL)); /* it may hang up early */
	shutdown(client, SHUT_WR);
	while ((got = TEMP_FAILURE_RETRY(recv(client, piece, sizeof piece, 0))) > 0)
		g_string_append_len(answer, piece, got);
	close(client);
	return g_string_free(answer, FALSE);
}

/* What the frames behind the line "mail" hold, up to the empty one. */
static GByteArray *
mail_of(const uint8_t *data, size_t size)
{
	static const char word[] = "\nmail\n";
	GByteArray *mail = g_byte_array_new();
	const uint8_t *at = memmem(data, size, word, strlen(word)), *end = data + size;
	g_assert_nonnull(at);
	for (at += strlen(word); end - at >= 4;) {
		guint32 length;
		memcpy(&length, at, sizeof length);
		length = ntohl(length);
		at += sizeof length;
		if (!length)
			return mail;
		g_assert_cmpuint(length, <=, end - at);
		g_byte_array_append(mail, at, length);
		at += length;
	}
	g_assert_not_reached(); /* it was kept and had no end */
}

static void
check_kept(gint64 id, const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) kept = mail_read(raw, id, &error);
	g_autoptr(GByteArray) sent = mail_of(data, size);
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(kept, NULL), g_bytes_get_size(kept), sent->data, sent->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gint64 last = mail_last_id(raw, NULL);
	g_autofree char *answer = speak(data, size);
	gint64 id = g_str_has_prefix(answer, "go\nok ") ? g_ascii_strtoll(answer + strlen("go\nok "), NULL, 10) : 0;
	g_assert_true(id || !*answer || g_str_has_prefix(answer, "go\n") || g_str_has_prefix(answer, "no "));
	bool may_be_kept = g_str_has_prefix(answer, "go\nno 75"); /* "not now", on a slow machine: see capture_store */
	if (!may_be_kept && mail_last_id(raw, NULL) != (id ? id : last))
		g_error("the store has another mail than \"%s\" says", answer);
	if (id)
		check_kept(id, data, size);
	return 0;
}
