#include "milter/carrier.h"

#include <string.h>

#include "milter/send.h"
#include "store/mail.h"
#include "store/squeeze.h"

struct carrier {
	const struct carrier_tools *tools;
	db *raw; /* to read */
	send_line *line;
};

/* A mail on its way. */
struct trip {
	carrier *porter;
	const outbox_mail *mail;
	gint64 size; /* octets */
};

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

carrier *
carrier_open(const struct carrier_tools *tools, GError **error)
{
	g_autoptr(carrier) self = g_new0(carrier, 1);
	self->tools = tools;
	self->line = send_open(tools->server);
	self->raw = mail_open(tools->store, error);
	return self->raw ? g_steal_pointer(&self) : NULL;
}

void
carrier_close(carrier *self)
{
	if (!self)
		return;
	send_close(self->line);
	db_close(self->raw);
	g_free(self);
}

void
carrier_rest(carrier *self)
{
	send_close(self->line);
	self->line = send_open(self->tools->server);
	db_rest(self->raw);
}

static GBytes *
read_octets(void *data, guint64 at, GError **error)
{
	const struct trip *trip = data;
	return at >= (guint64)trip->size ? g_bytes_new(NULL, 0)
					 : mail_read_range(trip->porter->raw, trip->mail->mail_id, at, SQUEEZE_FRAME - at % SQUEEZE_FRAME, error);
}

static bool
hand_job(db *desk, void *data, GError **error)
{
	const struct trip *trip = data;
	return outbox_hand(desk, trip->mail->id, trip->mail->mail_id, now_ms(), error);
}

static bool
hand_over(void *data, GError **error)
{
	struct trip *trip = data;
	return writer_submit(trip->porter->tools->desk, hand_job, data, error);
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

static bool
is_put_off(const struct outbox_said *said, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (said[i].code / 100 != 2 && said[i].code / 100 != 5)
			return true;
	return false;
}

static enum carrier_result
judge(enum send_result result, bool is_stopped, const struct outbox_said *said, size_t count)
{
	if (is_stopped)
		return CARRIER_STOPPED;
	if (result == SEND_UNREACHED)
		return CARRIER_UNREACHED;
	return result == SEND_ANSWERED && !is_put_off(said, count) ? CARRIER_ANSWERED : CARRIER_PUT_OFF;
}

static enum carrier_result
conclude(const struct trip *trip, const struct send_mail *mail, enum send_result result, const struct outbox_said *said, const GError *why, gint64 started)
{
	const outbox_mail *row = trip->mail;
	size_t count = mail->recipient_count;
	bool is_stopped = result != SEND_ANSWERED && result != SEND_DOUBTFUL && g_error_matches(why, NET_ERROR, NET_STOPPED);
	g_autofree char *queue_id = find_queue_id(first_good(said, count));
	const struct outbox_outcome outcome = {.id = row->id, .mail_id = row->mail_id, .now = now_ms(), .reason = why ? why->message : "",
		.queue_id = queue_id, .said = said, .said_count = count,
		.what = is_stopped ? OUTBOX_GIVEN_BACK : result == SEND_ANSWERED ? OUTBOX_ANSWERED : result == SEND_DOUBTFUL ? OUTBOX_UNANSWERED :
			OUTBOX_NOT_HANDED};
	ending *end = ending_new(&outcome);
	end->thread_id = row->thread_id;
	end->size = trip->size;
	end->tries = row->tries;
	end->recipients = (int)count;
	end->milliseconds = (g_get_monotonic_time() - started) / 1000;
	settling_add(trip->porter->tools->settling, end);
	return judge(result, is_stopped, said, count);
}

static bool
find_size(struct trip *trip, GError **error)
{
	g_autoptr(mail_info) info = mail_get(trip->porter->raw, trip->mail->mail_id, error);
	trip->size = info ? info->size : 0;
	if (!info && !*error)
		g_set_error(error, DB_ERROR, DB_FAILED, "raw mail %" G_GINT64_FORMAT " is not there", trip->mail->mail_id);
	return info;
}

enum carrier_result
carrier_carry(carrier *self, const outbox_mail *row, char **why)
{
	gint64 started = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	struct trip trip = {.porter = self, .mail = row};
	g_autoptr(GArray) positions = g_array_new(FALSE, FALSE, sizeof(int)), recipients = list_waiting(row, positions);
	struct send_mail mail = {.sender = row->sender, .envelope_id = row->message_ref, .read = read_octets, .before_last = hand_over, .data = &trip,
		.recipients = (struct send_recipient *)(void *)recipients->data, .recipient_count = recipients->len};
	enum send_result result = recipients->len ? SEND_NOT : SEND_ANSWERED; /* nobody waits any more: reports were quicker */
	if (recipients->len && find_size(&trip, &error)) {
		mail.size = trip.size;
		result = send_mail(self->line, &mail, &error);
	}
	g_autofree struct outbox_said *said = list_said(recipients, positions);
	enum carrier_result end = conclude(&trip, &mail, result, said, error, started);
	*why = end == CARRIER_UNREACHED && error ? g_strdup(error->message) : NULL;
	send_clear(&mail);
	return end;
}
