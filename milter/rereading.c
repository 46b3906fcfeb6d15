#include "milter/rereading.h"

#include <string.h>

#include "milter/returned.h"
#include "milter/sorting_reading.h"
#include "store/complaint.h"
#include "store/log.h"
#include "store/reread.h"
#include "store/wake.h"

#define AGAIN_US (1000 * 1000) /* after an error */

struct rereading {
	struct sorting sorting;
	db *raw;
	reader *reader;
	struct complaint complaint;
	gint64 next; /* monotonic µs, 0: at once */
};

rereading *
rereading_new(const struct conf *conf, const keyring *keys, db *raw, db *desk, reader *source)
{
	rereading *self = g_new0(rereading, 1);
	self->sorting = (struct sorting){.desk = desk, .conf = conf, .keys = keys};
	self->raw = raw;
	self->reader = source;
	return self;
}

void
rereading_free(rereading *self)
{
	if (!self)
		return;
	sorting_clear(&self->sorting);
	g_free(self->complaint.text);
	g_free(self);
}

bool
rereading_refresh(rereading *self, GError **error)
{
	return sorting_refresh(&self->sorting, error);
}

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

/* What is done to ROW's message in one transaction. */
struct step {
	const struct reread_row *row;
	struct reading *reading; /* NULL: it could not be read */
	guint32 *changes;
	bool is_there;
};

/* A report of a delivery that was not known as one is entered where it belongs. */
static bool
enter_report(const rereading *self, const struct step *step, GError **error)
{
	const struct reading *reading = step->reading;
	g_autoptr(GString) log = g_string_new(NULL);
	if (step->row->is_report || !reading->message->bounce || reading->is_copy)
		return true;
	return returned_enter(&self->sorting, reading->message, reading->references, step->row->thread, reading->sender, reading->mail->captured, log,
		error);
}

static bool
run_step(const rereading *self, struct step *step, GError **error)
{
	const struct reread_row *row = step->row;
	const struct reread_reading entry = {.message = row->message, .mail = step->reading ? &step->reading->filing : NULL, .charset = row->charset,
		.employee = row->employee, .now = now_ms()};
	db *desk = self->sorting.desk;
	if (step->reading) {
		int got = reread_enter(desk, &entry, step->changes, error);
		step->is_there = got > 0;
		if (got < 0 || (got && !enter_report(self, step, error)))
			return false;
	} else if (row->employee && !reread_fail(desk, &entry, error))
		return false;
	return reread_list_answered(desk, row, error);
}

static bool
commit_step(const rereading *self, struct step *step, GError **error)
{
	db *desk = self->sorting.desk;
	if (!db_begin(desk, error))
		return false;
	if (run_step(self, step, error) && db_commit(desk, error))
		return true;
	db_rollback(desk);
	return false;
}

/* The store's refusal lies in the mail: it is left as it was, and nobody waits for it any longer. */
static bool
enter(const rereading *self, struct step *step, enum rereading_end *end, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (commit_step(self, step, &why)) {
		*end = !step->reading ? REREADING_UNREADABLE : !step->is_there ? REREADING_GONE : *step->changes ? REREADING_CHANGED : REREADING_SAME;
		return true;
	}
	if (!step->reading || !g_error_matches(why, DB_ERROR, DB_FAILED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	log_line(LOG_ERROR, "message=%" G_GINT64_FORMAT " was read again, and stays as it was: %s", step->row->message, why->message);
	step->reading = NULL;
	*end = REREADING_REFUSED;
	return commit_step(self, step, error);
}

/* Without the writers' lock, to which most messages, read as before, need not come. */
static bool
compare(const rereading *self, const struct step *step, enum rereading_end *end, GError **error)
{
	const struct reread_reading entry = {.message = step->row->message, .mail = &step->reading->filing, .charset = step->row->charset};
	int got = reread_compare(self->sorting.desk, &entry, step->changes, error);
	*end = !got ? REREADING_GONE : *step->changes ? REREADING_CHANGED : REREADING_SAME;
	return got >= 0;
}

static bool
take(const rereading *self, const struct reread_row *row, struct reading *reading, bool is_dry, enum rereading_end *end, guint32 *changes, GError **error)
{
	/* What was read once, and kills parsers now, is better as it was. */
	bool is_worse = reading->message->state == MIME_UNREADABLE && !row->is_unreadable;
	struct step step = {.row = row, .reading = is_worse ? NULL : reading, .changes = changes};
	reading->filing.shop_id = row->shop;
	if (row->is_employee)
		sorting_read_colleague(&self->sorting, reading);
	*end = REREADING_UNREADABLE;
	if (!is_worse && !compare(self, &step, end, error))
		return false;
	if (is_dry || (*end != REREADING_CHANGED && !row->employee))
		return true;
	return enter(self, &step, end, error);
}

/* Mail of our own making is none that came in. */
static bool
is_own(const mail_info *mail)
{
	return !strcmp(mail->door, "upload") || !strcmp(mail->door, "courier");
}

bool
rereading_message(rereading *self, const struct reread_row *row, bool is_dry, enum rereading_end *end, guint32 *changes, GError **error)
{
	struct reading reading;
	g_autoptr(GError) problem = NULL;
	g_autoptr(mail_info) mail = mail_get(self->raw, row->mail, &problem);
	*changes = 0;
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	if (!mail || is_own(mail)) {
		struct step none = {.row = row, .changes = changes};
		bool ok = !row->employee || is_dry || enter(self, &none, end, error);
		*end = REREADING_GONE;
		return ok;
	}
	g_autoptr(mime_message) message = reader_read(self->reader, mail, *row->charset ? row->charset : NULL, NULL, error);
	if (!message)
		return false;
	sorting_read(&self->sorting, mail, message, &reading);
	bool ok = take(self, row, &reading, is_dry, end, changes, error);
	sorting_reading_clear(&reading);
	return ok;
}

/* 1: filed; 0: somebody has done it before; -1: ERROR. */
static int
file_unsorted(const rereading *self, const mail_info *mail, const mime_message *message, GString *log, GError **error)
{
	db *desk = self->sorting.desk;
	if (!db_begin(desk, error))
		return -1;
	int was_there = reread_list_sorted(desk, mail->id, error);
	bool ok = was_there >= 0 && (!was_there || sorting_file(&self->sorting, mail, message, log, error));
	if (ok && db_commit(desk, error))
		return was_there;
	db_rollback(desk);
	return -1;
}

bool
rereading_unsorted(rereading *self, gint64 id, char **thread, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GString) log = g_string_new(NULL);
	g_autoptr(mail_info) mail = mail_get(self->raw, id, &why);
	g_autoptr(mime_message) message = mail ? reader_read(self->reader, mail, NULL, NULL, &why) : NULL;
	*thread = NULL;
	if (why || (message && file_unsorted(self, mail, message, log, &why) < 0)) {
		if (message && g_error_matches(why, DB_ERROR, DB_FAILED))
			return true;
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	*thread = g_strdup(g_strchug(log->str));
	return true;
}

static void
log_answer(const struct reread_row *row, enum rereading_end end, guint32 changes)
{
	static const char *const names[REREADING_ENDS] = {"as before", "changed", "unreadable", "gone", "refused"};
	g_autoptr(GString) what = g_string_new(names[end]);
	for (guint bit = 0; end == REREADING_CHANGED && reread_name(bit); bit++)
		if (changes & 1u << bit)
			g_string_append_printf(what, " %s", reread_name(bit));
	log_line(LOG_INFO, "read again: message=%" G_GINT64_FORMAT " thread=%" G_GINT64_FORMAT " mail=%" G_GINT64_FORMAT " charset=%s: %s", row->message,
		row->thread, row->mail, *row->charset ? row->charset : "none", what->str);
}

/* 1: one was answered; 0: nobody waits; -1: ERROR. */
static int
answer(rereading *self, GError **error)
{
	g_autoptr(GArray) asked = reread_list_asked(self->sorting.desk, 1, error);
	enum rereading_end end;
	guint32 changes;
	if (!asked || !asked->len)
		return asked ? 0 : -1;
	const struct reread_row *row = &g_array_index(asked, struct reread_row, 0);
	if (!rereading_refresh(self, error) || !rereading_message(self, row, false, &end, &changes, error))
		return -1;
	log_answer(row, end, changes);
	wake_send(self->sorting.conf->belfry.store, "web");
	return 1;
}

bool
rereading_step(rereading *self)
{
	g_autoptr(GError) error = NULL;
	gint64 now = g_get_monotonic_time();
	if (now < self->next)
		return false;
	int got = answer(self, &error);
	if (got >= 0) {
		complaint_end(&self->complaint, "reading again goes on");
		return got;
	}
	g_prefix_error(&error, "reading again waits: ");
	complaint_say(&self->complaint, LOG_ERROR, error->message);
	self->next = now + AGAIN_US;
	return false;
}
