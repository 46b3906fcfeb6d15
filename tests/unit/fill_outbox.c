/* fill_outbox STORE COUNT [--file FILE] ADDRESS…: puts replies into the outbox of a store that `belfry migrate` has made, a thread for each address, in turn.
 * FILE is attached to
 * each. For tests and measures of the courier. Prints the first reply's message number. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/capture.h"
#include "store/contact.h"
#include "store/employee.h"
#include "store/filing.h"
#include "store/reply.h"
#include "store/upload.h"
#include "store/wake.h"

#define BATCH 100

struct filling {
	db *desk;
	const viewer *who;
	struct signer signer;
	gint64 contact, first;
	gint64 *threads;
	capture *door; /* NULL: no file */
	const char *file, *octets;
	size_t size;
};

static void
stop_on(GError *error)
{
	if (!error)
		return;
	fprintf(stderr, "fill_outbox: %s\n", error->message);
	exit(1);
}

static gint64
add_thread(const struct filling *filling, const char *address, int number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) none = g_ptr_array_new(), persons = g_ptr_array_new();
	g_autoptr(GArray) related = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autofree char *id = g_strdup_printf("%d.%" G_GINT64_FORMAT "@customer.example", number, g_get_real_time());
	g_autoptr(GBytes) digest = g_bytes_new(id, strlen(id));
	g_ptr_array_add(persons, (char *)address);
	gint64 now = g_get_real_time() / 1000;
	struct filing_mail mail = {.received = now, .shop_id = 1, .contact_id = filling->contact, .from_name = "Zoë Müller", .from_address = address,
		.subject = "Où est ma commande ?", .text = "Bonjour,\n\noù est ma commande ?", .reply = "Bonjour,\n\noù est ma commande ?", .message_ref = id,
		.in_reply_to = "", .language = "fr", .state = "ok", .note = "", .people = "{}", .warnings = "", .auth = "", .bounce = "",
		.protection = "", .digest = digest,
		.references = none, .persons = persons};
	struct filing_place place = {.related = related};
	struct filing_result result;
	filing_file(filling->desk, &mail, &place, &result, &error);
	stop_on(error);
	return result.thread;
}

/* The file as one that was chosen for an answer. */
static gint64
add_file(const struct filling *filling, gint64 thread)
{
	g_autoptr(GError) error = NULL;
	static const char *const nobody[] = {NULL};
	const struct envelope envelope = {.door = "upload", .sender = "", .recipients = nobody, .client = "", .helo = "", .tls = "", .auth = "", .queue_id = "",
		.captured = g_get_real_time() / 1000};
	gather *octets = capture_gather(filling->door, G_MAXINT64);
	struct upload row = {.name = filling->file, .type = "application/octet-stream", .size = (gint64)filling->size};
	gather_add(octets, filling->octets, filling->size, &error);
	stop_on(error);
	capture_store(filling->door, &envelope, octets, &row.id, &error);
	stop_on(error);
	upload_add(filling->desk, filling->who, thread, &row, g_get_real_time() / 1000, &error);
	stop_on(error);
	return row.id;
}

static void
add_reply(struct filling *filling, gint64 thread)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) uploads = g_array_new(FALSE, FALSE, sizeof(gint64));
	struct reply_done done;
	gint64 file = filling->door ? add_file(filling, thread) : 0;
	if (file)
		g_array_append_val(uploads, file);
	const struct reply_new reply = {.thread = thread, .text = "Bonjour,\n\nvotre commande est en route, elle devrait arriver demain ou après-demain.\n\n"
		"Cordialement,\nle service client", .employee = REPLY_AUTHOR, .uploads = uploads};
	enum reply_result result = reply_send(filling->desk, filling->who, &filling->signer, &reply, g_get_real_time() / 1000, &done, &error);
	stop_on(error);
	if (result != REPLY_DONE) {
		fprintf(stderr, "fill_outbox: refused (%d)\n", (int)result);
		exit(1);
	}
	filling->first = filling->first ? filling->first : done.message;
}

/* "support@shop.example", if it is not there yet. */
static gint64
find_contact(db *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) row = db_query(desk, "SELECT contact_id FROM contact_address WHERE address = 'support@shop.example'", &error);
	stop_on(error);
	gint64 id = query_next(row, &error) > 0 ? query_int(row, 0) : 0;
	struct contact_new contact = {.name = "Support", .description = "", .addresses = (const char *const[]){"support@shop.example", NULL}};
	if (!id)
		contact_add(desk, &contact, &id, &error);
	stop_on(error);
	return id;
}

static gint64
find_employee(db *desk)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_by_email(desk, "ada@shop.example", &error);
	gint64 id = person ? person->id : 0;
	struct employee_new ada = {.email = "ada@shop.example", .firstname = "Ada", .lastname = "Lovelace", .role = "admin", .language = "en",
		.password_hash = "", .created = 1};
	if (!id)
		employee_add(desk, &ada, &id, &error);
	stop_on(error);
	return id;
}

static void
fill(struct filling *filling, int count, int address_count, char **addresses)
{
	g_autoptr(GError) error = NULL;
	for (int i = 0; i < count; i++) {
		if (i % BATCH == 0)
			db_begin(filling->desk, &error);
		stop_on(error);
		if (i < address_count)
			filling->threads[i] = add_thread(filling, addresses[i], i);
		add_reply(filling, filling->threads[i % address_count]);
		if (i % BATCH == BATCH - 1 || i == count - 1)
			db_commit(filling->desk, &error);
		stop_on(error);
	}
}

static void
open_file(struct filling *filling, const char *store, const char *path)
{
	g_autoptr(GError) error = NULL;
	filling->file = path;
	g_file_get_contents(path, (char **)&filling->octets, &filling->size, &error);
	stop_on(error);
	filling->door = capture_open(store, 0, &error);
	stop_on(error);
}

int
main(int count, char **words)
{
	g_autoptr(GError) error = NULL;
	int first = count > 4 && !strcmp(words[3], "--file") ? 5 : 3;
	if (count <= first)
		return fprintf(stderr, "fill_outbox STORE COUNT [--file FILE] ADDRESS…\n"), 64;
	g_autofree char *path = g_build_filename(words[1], "desk.db", NULL), *keys = g_build_filename(words[1], "keys", NULL);
	g_autoptr(db) desk = db_open(path, DB_WRITE, &error);
	stop_on(error);
	g_autoptr(keyring) ring = keyring_open(keys, &error);
	stop_on(error);
	db_begin(desk, &error);
	struct filling filling = {.desk = desk, .signer = {ring, '+'}, .contact = find_contact(desk), .threads = g_new0(gint64, count)};
	gint64 who = find_employee(desk);
	db_commit(desk, &error);
	stop_on(error);
	g_autoptr(viewer) ada = viewer_load(desk, who, &error);
	stop_on(error);
	filling.who = ada;
	if (first > 3)
		open_file(&filling, words[1], words[4]);
	fill(&filling, atoi(words[2]), count - first, words + first);
	g_free(filling.threads);
	g_free((char *)filling.octets);
	g_clear_pointer(&filling.door, capture_close);
	wake_send(words[1], NULL);
	printf("%" G_GINT64_FORMAT "\n", filling.first);
	return 0;
}
