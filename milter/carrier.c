#include "milter/carrier.h"

#include <poll.h>
#include <string.h>

#include "milter/mime_compose.h"
#include "milter/send.h"
#include "store/log.h"
#include "store/mail.h"
#include "store/squeeze.h"

#define AGAIN_MS 1000 /* until what could not be committed is tried again */

struct carrier {
	const struct carrier_tools *tools;
	db *raw, *desk; /* to read */
	send_line *line;
};

/* A mail on its way. */
struct trip {
	carrier *porter;
	outbox_mail *mail;
	gint64 mail_id, size; /* in raw.db; octets */
};

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

carrier *
carrier_open(const struct carrier_tools *tools, GError **error)
{
	g_autofree char *raw = g_build_filename(tools->store, "raw.db", NULL), *desk = g_build_filename(tools->store, "desk.db", NULL);
	g_autoptr(carrier) self = g_new0(carrier, 1);
	self->tools = tools;
	self->line = send_open(tools->server);
	self->raw = db_open(raw, DB_READ, error);
	self->desk = self->raw ? db_open(desk, DB_READ, error) : NULL;
	return self->desk ? g_steal_pointer(&self) : NULL;
}

void
carrier_close(carrier *self)
{
	if (!self)
		return;
	send_close(self->line);
	db_close(self->raw);
	db_close(self->desk);
	g_free(self);
}

void
carrier_rest(carrier *self)
{
	send_close(self->line);
	self->line = send_open(self->tools->server);
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
compose(const struct trip *trip, const outbox_letter *letter, const GArray *files, gather *octets, GError **error)
{
	const outbox_mail *mail = trip->mail;
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
make_octets(const struct trip *trip, GError **error)
{
	const carrier *self = trip->porter;
	g_autoptr(outbox_letter) letter = outbox_letter_load(self->desk, trip->mail->id, error);
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
	g_autoptr(gather) octets = capture_gather(self->tools->door, G_MAXINT64);
	return compose(trip, letter, files, octets, error) ? g_steal_pointer(&octets) : NULL;
}

/* The mail as it leaves, once: what is tried again later is the same octets. */
static bool
make_mail(struct trip *trip, GError **error)
{
	gather *octets = make_octets(trip, error);
	if (!octets)
		return false;
	g_autoptr(GPtrArray) recipients = g_ptr_array_new();
	for (guint i = 0; i < trip->mail->targets->len; i++)
		g_ptr_array_add(recipients, ((const struct outbox_target *)trip->mail->targets->pdata[i])->address);
	g_ptr_array_add(recipients, NULL);
	const struct envelope envelope = {.door = "courier", .sender = trip->mail->sender, .recipients = (const char *const *)recipients->pdata,
		.client = "", .helo = "", .tls = "", .auth = "", .queue_id = "", .captured = now_ms()};
	trip->size = gather_size(octets);
	return capture_store(trip->porter->tools->door, &envelope, octets, &trip->mail_id, error);
}

static bool
find_mail(struct trip *trip, GError **error)
{
	g_autoptr(GError) why = NULL;
	trip->mail_id = trip->mail->mail_id;
	if (!trip->mail_id)
		return make_mail(trip, error);
	g_autoptr(mail_info) info = mail_get(trip->porter->raw, trip->mail_id, &why);
	if (why) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (!info)
		return make_mail(trip, error); /* a raw.db from before it was made */
	trip->size = info->size;
	return true;
}

static GBytes *
read_octets(void *data, guint64 at, GError **error)
{
	const struct trip *trip = data;
	return at >= (guint64)trip->size ? g_bytes_new(NULL, 0)
					 : mail_read_range(trip->porter->raw, trip->mail_id, at, SQUEEZE_FRAME - at % SQUEEZE_FRAME, error);
}

static bool
hand_job(db *desk, void *data, GError **error)
{
	const struct trip *trip = data;
	return outbox_hand(desk, trip->mail->id, trip->mail_id, now_ms(), error);
}

static bool
hand_over(void *data, GError **error)
{
	struct trip *trip = data;
	return writer_submit(trip->porter->tools->desk, hand_job, data, error);
}

/* What came of a trip, and where the row stands then. */
struct ending {
	struct outbox_outcome outcome;
	const char *state;
};

static bool
settle_job(db *desk, void *data, GError **error)
{
	struct ending *ending = data;
	return outbox_settle(desk, &ending->outcome, &ending->state, error);
}

static bool
is_stopping(const carrier *self, int milliseconds)
{
	return poll(&(struct pollfd){.fd = self->tools->server->stop, .events = POLLIN}, 1, milliseconds) > 0;
}

/* The server's answer is not lost because a disk is full: until it is written, nothing else is. */
static void
settle(const carrier *self, struct ending *ending)
{
	for (bool is_told = false;; is_told = true) {
		g_autoptr(GError) error = NULL;
		if (writer_submit(self->tools->desk, settle_job, ending, &error))
			return;
		if (!is_told)
			log_line(LOG_ERROR, "outbox=%" G_GINT64_FORMAT " cannot be noted, trying again: %s", ending->outcome.id, error->message);
		if (is_stopping(self, AGAIN_MS))
			return;
	}
}

/* What stands behind MARK in ANSWER, up to a blank or one of END; NULL: nothing. Owner: caller. */
static char *
word_behind(const char *answer, const char *mark)
{
	const char *start = strstr(answer, mark);
	if (!start)
		return NULL;
	start += strlen(mark);
	size_t length = strcspn(start, " ;,()<>");
	return length ? g_strndup(start, length) : NULL;
}

/* The relay's number for the mail, as Postfix, Exim and Sendmail tell it. Owner: caller. */
static char *
find_queue_id(const char *answer)
{
	char *id = word_behind(answer, "queued as ");
	if (!id)
		id = word_behind(answer, " id=");
	if (!id && strstr(answer, "Message accepted for delivery"))
		id = word_behind(answer, "2.0.0 ");
	return id ? id : g_strdup("");
}

static GArray *
list_waiting(const outbox_mail *mail, GArray *positions)
{
	GArray *recipients = g_array_new(FALSE, FALSE, sizeof(struct send_recipient));
	for (guint i = 0; i < mail->targets->len; i++) {
		const struct outbox_target *target = mail->targets->pdata[i];
		struct send_recipient recipient = {.address = target->address};
		if (!target->is_waiting)
			continue;
		g_array_append_val(recipients, recipient);
		g_array_append_val(positions, target->position);
	}
	return recipients;
}

static struct outbox_said *
list_said(const GArray *recipients, const GArray *positions)
{
	struct outbox_said *said = g_new0(struct outbox_said, recipients->len + 1);
	for (guint i = 0; i < recipients->len; i++) {
		const struct send_recipient *recipient = &g_array_index(recipients, struct send_recipient, i);
		said[i] = (struct outbox_said){g_array_index(positions, int, i), recipient->code, recipient->answer ? recipient->answer : ""};
	}
	return said;
}

static const char *
first_good(const struct outbox_said *said, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (said[i].code / 100 == 2)
			return said[i].answer;
	return "";
}

/* Notes what came of it and logs it. */
static enum carrier_result
conclude(const struct trip *trip, const struct send_mail *mail, enum send_result result, const struct outbox_said *said, const GError *why, gint64 started)
{
	const outbox_mail *row = trip->mail;
	bool is_stopped = result != SEND_ANSWERED && result != SEND_DOUBTFUL && g_error_matches(why, NET_ERROR, NET_STOPPED);
	const char *good = first_good(said, mail->recipient_count);
	g_autofree char *queue_id = find_queue_id(good);
	struct ending ending = {.outcome = {.id = row->id, .mail_id = trip->mail_id, .now = now_ms(), .reason = why ? why->message : "",
		.queue_id = queue_id, .said = said, .said_count = mail->recipient_count,
		.what = is_stopped ? OUTBOX_GIVEN_BACK : result == SEND_ANSWERED ? OUTBOX_ANSWERED : result == SEND_DOUBTFUL ? OUTBOX_UNANSWERED :
			OUTBOX_NOT_HANDED}, .state = "not noted"};
	settle(trip->porter, &ending);
	const char *answer = why ? why->message : mail->recipient_count ? said[0].answer : "";
	log_line(why ? LOG_WARNING : LOG_INFO, "outbox=%" G_GINT64_FORMAT " thread=%" G_GINT64_FORMAT " to=%zu size=%" G_GINT64_FORMAT " %s try=%d: %s ms=%"
		G_GINT64_FORMAT, row->id, row->thread_id, mail->recipient_count, trip->size, ending.state, row->tries, answer,
		(g_get_monotonic_time() - started) / 1000);
	if (is_stopped)
		return CARRIER_STOPPED;
	return result == SEND_UNREACHED ? CARRIER_UNREACHED : strcmp(ending.state, "delayed") ? CARRIER_ANSWERED : CARRIER_PUT_OFF;
}

enum carrier_result
carrier_carry(carrier *self, outbox_mail *row, char **why)
{
	gint64 started = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	struct trip trip = {.porter = self, .mail = row};
	g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(int)), recipients = list_waiting(row, positions);
	struct send_mail mail = {.sender = row->sender, .envelope_id = row->message_ref, .read = read_octets, .before_last = hand_over, .data = &trip,
		.recipients = (struct send_recipient *)(void *)recipients->data, .recipient_count = recipients->len};
	enum send_result result = recipients->len ? SEND_NOT : SEND_ANSWERED; /* nobody waits any more: reports were quicker */
	if (recipients->len && find_mail(&trip, &error)) {
		mail.size = trip.size;
		result = send_mail(self->line, &mail, &error);
	}
	g_autofree struct outbox_said *said = list_said(recipients, positions);
	enum carrier_result end = conclude(&trip, &mail, result, said, error, started);
	*why = end == CARRIER_UNREACHED ? g_strdup(error->message) : NULL;
	send_clear(&mail);
	return end;
}
