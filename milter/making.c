#include "milter/making.h"

#include <string.h>

#include "milter/mime_compose.h"
#include "store/mail.h"

#define BATCH_OCTETS (4 * 1024 * 1024) /* kept by one commit, about */

struct making {
	db *raw, *desk; /* to read */
	capture *door;
};

/* Mails that wait for their commit. */
struct batch {
	GPtrArray *mails, *octets; /* outbox_mail *, gather * */
	GArray *places;            /* guint: where each stands among all */
	gint64 size;
};

making *
making_open(const char *store, capture *door, GError **error)
{
	g_autofree char *desk = g_build_filename(store, "desk.db", NULL);
	g_autoptr(making) self = g_new0(making, 1);
	self->door = door;
	self->raw = mail_open(store, error);
	self->desk = self->raw ? db_open(desk, DB_READ, error) : NULL;
	return self->desk ? g_steal_pointer(&self) : NULL;
}

void
making_close(making *self)
{
	if (!self)
		return;
	db_close(self->raw);
	db_close(self->desk);
	g_free(self);
}

/* Reads a file out of the raw mail that holds it. */
struct source {
	db *raw;
	const struct part_row *row;
	part_stream *stream;
};

static GBytes *
read_source(void *data, bool is_start, GError **error)
{
	struct source *source = data;
	if (is_start) {
		g_clear_pointer(&source->stream, part_stream_free);
		source->stream = part_stream_new(source->row->mail_id, source->row);
	}
	return part_stream_read(source->stream, source->raw, error);
}

static void
free_source(void *data)
{
	struct source *source = data;
	g_clear_pointer(&source->stream, part_stream_free);
	g_free(source);
}

static bool
write_gather(const void *octets, size_t size, void *data, GError **error)
{
	return gather_add(data, octets, size, error);
}

static GArray *
list_people(const outbox_mail *mail, const char *field)
{
	GArray *people = g_array_new(FALSE, FALSE, sizeof(struct compose_person));
	for (guint i = 0; i < mail->targets->len; i++) {
		const struct outbox_target *target = mail->targets->pdata[i];
		struct compose_person person = {target->name, target->address};
		if (!strcmp(target->field, field))
			g_array_append_val(people, person);
	}
	return people;
}

static bool
compose(const outbox_mail *mail, const outbox_letter *letter, const GArray *files, gather *octets, GError **error)
{
	g_autoptr(GArray) to = list_people(mail, "to"), cc = list_people(mail, "cc");
	const struct compose_person reply_to = {letter->reply_name, letter->reply_address};
	const struct compose made = {.from = {letter->from_name, letter->from_address}, .reply_to = *letter->reply_address ? &reply_to : NULL,
		.to = (const struct compose_person *)(void *)to->data, .to_count = to->len, .cc = (const struct compose_person *)(void *)cc->data,
		.cc_count = cc->len, .subject = letter->subject, .message_id = mail->message_ref, .in_reply_to = letter->in_reply_to,
		.references = letter->references, .language = letter->language, .date = mail->created, .is_automatic = letter->is_automatic,
		.text = letter->text, .html = letter->html, .files = (const struct compose_file *)(void *)files->data, .file_count = files->len};
	return mime_compose(&made, write_gather, octets, error);
}

/* The octets of the mail; NULL with ERROR. */
static gather *
make_octets(const making *self, const outbox_mail *mail, GError **error)
{
	g_autoptr(outbox_letter) letter = outbox_letter_load(self->desk, mail->id, error);
	if (!letter)
		return NULL;
	g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(free_source);
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(struct compose_file));
	for (guint i = 0; i < letter->files->len; i++) {
		struct source *source = g_new0(struct source, 1);
		source->raw = self->raw;
		source->row = letter->files->pdata[i];
		struct compose_file file = {source->row->name, source->row->type, source->row->charset, read_source, source};
		g_ptr_array_add(sources, source);
		g_array_append_val(files, file);
	}
	g_autoptr(gather) octets = capture_gather(self->door, G_MAXINT64);
	return compose(mail, letter, files, octets, error) ? g_steal_pointer(&octets) : NULL;
}

static void
describe(const outbox_mail *mail, struct envelope *envelope)
{
	const char **recipients = g_new0(const char *, mail->targets->len + 1);
	for (guint i = 0; i < mail->targets->len; i++)
		recipients[i] = ((const struct outbox_target *)mail->targets->pdata[i])->address;
	*envelope = (struct envelope){.door = "courier", .sender = mail->sender, .recipients = recipients, .client = "", .helo = "", .tls = "",
		.auth = "", .queue_id = "", .captured = g_get_real_time() / 1000};
}

/* One commit for what the batch holds. */
static void
store_batch(const making *self, struct batch *batch, char **why)
{
	g_autoptr(GError) error = NULL;
	guint count = batch->mails->len;
	g_autofree struct envelope *envelopes = g_new0(struct envelope, count + 1);
	g_autofree gint64 *ids = g_new0(gint64, count + 1);
	for (guint i = 0; i < count; i++)
		describe(batch->mails->pdata[i], &envelopes[i]);
	bool ok = !count || capture_store_many(self->door, envelopes, (gather **)batch->octets->pdata, count, ids, &error);
	for (guint i = 0; i < count; i++) {
		((outbox_mail *)batch->mails->pdata[i])->mail_id = ok ? ids[i] : 0;
		if (!ok)
			why[g_array_index(batch->places, guint, i)] = g_strdup(error->message);
		g_free((const char **)envelopes[i].recipients);
	}
	g_ptr_array_set_size(batch->mails, 0);
	g_ptr_array_set_size(batch->octets, 0);
	g_array_set_size(batch->places, 0);
	batch->size = 0;
}

/* What was made for an earlier try is still there; or gone, with a raw.db that was put back. */
static bool
is_made(const making *self, const outbox_mail *mail)
{
	g_autoptr(mail_info) made = mail->mail_id ? mail_get(self->raw, mail->mail_id, NULL) : NULL;
	return made;
}

void
making_make(making *self, const GPtrArray *mails, char **why)
{
	struct batch batch = {g_ptr_array_new(), g_ptr_array_new(), g_array_new(FALSE, FALSE, sizeof(guint)), 0};
	for (guint i = 0; i < mails->len; i++) {
		g_autoptr(GError) error = NULL;
		if (is_made(self, mails->pdata[i]))
			continue;
		gather *octets = make_octets(self, mails->pdata[i], &error);
		if (!octets) {
			why[i] = g_strdup(error->message);
			continue;
		}
		g_ptr_array_add(batch.mails, mails->pdata[i]);
		g_ptr_array_add(batch.octets, octets);
		g_array_append_val(batch.places, i);
		batch.size += gather_size(octets);
		if (batch.size >= BATCH_OCTETS)
			store_batch(self, &batch, why);
	}
	store_batch(self, &batch, why);
	g_ptr_array_unref(batch.mails);
	g_ptr_array_unref(batch.octets);
	g_array_unref(batch.places);
}
