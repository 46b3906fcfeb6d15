#include "milter/courier.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "milter/carrier.h"
#include "milter/making.h"
#include "milter/pace.h"
#include "milter/patience.h"
#include "milter/relay.h"
#include "milter/turn.h"
#include "store/complaint.h"
#include "store/log.h"
#include "store/migrate.h"
#include "store/trouble.h"
#include "store/wake.h"

#define ROOM_MIN 8         /* mails are taken ahead, in batches; they wait here for a session */
#define LOOK_MS 1000
#define REST_MS 10000      /* an idle session's connection is kept so long */
#define UNREACHED_QUIET 3  /* failures in a row before the relay is left alone for a while */
#define PAUSE_MIN 1000
#define PAUSE_MAX 30000
#define MARGIN 2           /* of min_free: replies still leave when mail from outside is put off already */

struct courier {
	const struct conf *conf;
	relay *relay;
	struct carrier_tools tools;
	capture *door;
	making *making;
	db *look;
	int turn, wake, signals, stop, room; /* descriptors; stop stays readable, room tells that more can be taken */
	GPtrArray *threads;

	GMutex lock; /* of what follows */
	GCond work;
	pace *pace;
	bool is_ending;
	guint unreached;     /* in a row */
	gint64 pause_until;  /* ms; the relay cannot be reached */
	bool is_probing;     /* one session tries whether it can again */
	struct complaint complaint;
};

static gint64
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

static void
ring(int descriptor)
{
	eventfd_write(descriptor, 1);
}

static void
on_commit(void *data)
{
	const struct courier *self = data;
	wake_send(self->conf->belfry.store, "web");
}

/* Whether a session may go to the relay: always, but when it could not be reached: then one after a while. */
static bool
may_reach(const struct courier *self)
{
	return self->unreached < UNREACHED_QUIET || (!self->is_probing && now_ms() >= self->pause_until);
}

/* The next mail; NULL: it is time to end. Without one for a while, the connection rests. */
static outbox_mail *
next_mail(struct courier *self, carrier *porter)
{
	bool is_resting = false;
	for (;;) {
		gint64 until = g_get_monotonic_time() + (is_resting ? LOOK_MS : REST_MS) * 1000;
		if (self->is_ending)
			return NULL;
		outbox_mail *mail = may_reach(self) ? pace_next(self->pace, now_ms()) : NULL;
		if (mail) {
			self->is_probing = self->unreached >= UNREACHED_QUIET;
			if (pace_waiting(self->pace))
				g_cond_signal(&self->work);
			return mail;
		}
		if (!g_cond_wait_until(&self->work, &self->lock, until) && !is_resting) {
			is_resting = true;
			g_mutex_unlock(&self->lock);
			carrier_rest(porter);
			g_mutex_lock(&self->lock);
		}
	}
}

static void
note_reach(struct courier *self, enum carrier_result result, const char *why)
{
	self->is_probing = false;
	if (result == CARRIER_UNREACHED) {
		self->unreached++;
		guint beyond = self->unreached - MIN(self->unreached, UNREACHED_QUIET);
		self->pause_until = now_ms() + MIN(PAUSE_MIN << MIN(beyond, 10), PAUSE_MAX);
		complaint_say(&self->complaint, LOG_ERROR, why);
	} else if (result != CARRIER_STOPPED) {
		self->unreached = 0;
		complaint_end(&self->complaint, "the relay can be reached again");
	}
}

static void
carry_one(struct courier *self, carrier *porter, outbox_mail *mail)
{
	g_autofree char *why = NULL;
	gint64 started = now_ms();
	g_mutex_unlock(&self->lock);
	enum carrier_result result = carrier_carry(porter, mail, &why);
	g_mutex_lock(&self->lock);
	note_reach(self, result, why);
	if (pace_end(self->pace, mail->domain, started, now_ms(), result == CARRIER_ANSWERED || result == CARRIER_UNREACHED))
		ring(self->room);
	outbox_mail_free(mail);
}

static void *
work(void *data)
{
	struct courier *self = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(carrier) porter = carrier_open(&self->tools, &error);
	if (!porter) {
		log_line(LOG_ERROR, "%s", error->message);
		return NULL;
	}
	g_mutex_lock(&self->lock);
	for (outbox_mail *mail; (mail = next_mail(self, porter));)
		carry_one(self, porter, mail);
	g_mutex_unlock(&self->lock);
	return NULL;
}

/* What is due, out of the outbox. */
struct taking {
	char *busy;
	int limit;
	GPtrArray *mails;
};

static bool
take_job(db *desk, void *data, GError **error)
{
	struct taking *taking = data;
	return (taking->mails = outbox_take(desk, g_get_real_time() / 1000, taking->busy, taking->limit, error));
}

/* Those that cannot be made are put off; the rest waits for a session. */
static void
make_and_queue(struct courier *self, const GPtrArray *mails)
{
	g_autofree char **why = g_new0(char *, mails->len + 1);
	making_make(self->making, mails, why);
	for (guint i = 0; i < mails->len; i++) {
		outbox_mail *mail = mails->pdata[i];
		const struct outbox_outcome outcome = {.id = mail->id, .now = g_get_real_time() / 1000, .what = OUTBOX_NOT_HANDED, .reason = why[i],
			.queue_id = ""};
		if (!why[i])
			continue;
		ending *end = ending_new(&outcome);
		end->thread_id = mail->thread_id;
		end->tries = mail->tries;
		settling_add(self->tools.settling, end);
	}
	g_mutex_lock(&self->lock);
	for (guint i = 0; i < mails->len; i++)
		if (!why[i])
			pace_add(self->pace, ((outbox_mail *)mails->pdata[i])->domain, mails->pdata[i]);
		else
			outbox_mail_free(mails->pdata[i]);
	g_cond_signal(&self->work);
	g_mutex_unlock(&self->lock);
	for (guint i = 0; i < mails->len; i++)
		g_free(why[i]);
}

/* How many may be taken, and of which domains not (owner: caller). */
static int
count_room(struct courier *self, char **busy)
{
	g_mutex_lock(&self->lock);
	guint room = may_reach(self) ? pace_room(self->pace) : 0;
	bool is_full = room < ROOM_MIN;
	*busy = is_full ? NULL : pace_busy(self->pace);
	g_mutex_unlock(&self->lock);
	return is_full ? 0 : (int)room;
}

/* The number taken; -1: ERROR. */
static int
take_some(struct courier *self, GError **error)
{
	g_autofree char *busy = NULL;
	struct taking taking = {.limit = count_room(self, &busy)};
	int due = taking.limit ? outbox_is_due(self->look, g_get_real_time() / 1000, busy, error) : 0; /* mostly not: no lock is taken for that */
	if (due <= 0)
		return due;
	taking.busy = busy;
	bool ok = writer_submit(self->tools.desk, take_job, &taking, error);
	if (!ok) {
		g_clear_pointer(&taking.mails, g_ptr_array_unref);
		return -1;
	}
	int count = (int)taking.mails->len;
	g_ptr_array_set_free_func(taking.mails, NULL);
	make_and_queue(self, taking.mails);
	g_ptr_array_unref(taking.mails);
	return count;
}

static bool
is_told_to_stop(const struct courier *self)
{
	struct signalfd_siginfo info;
	return read(self->signals, &info, sizeof info) > 0;
}

static void
wait_for_work(struct courier *self)
{
	struct pollfd waits[] = {{.fd = self->wake, .events = POLLIN}, {.fd = self->room, .events = POLLIN}, {.fd = self->signals, .events = POLLIN}};
	eventfd_t count;
	poll(waits, G_N_ELEMENTS(waits), LOOK_MS);
	eventfd_read(self->room, &count);
	wake_clear(self->wake);
}

static bool
is_in_place(const struct courier *self)
{
	if (db_is_in_place(self->look))
		return true;
	log_line(LOG_ERROR, "%s: desk.db was removed or replaced: ending, to begin again with what is there", self->conf->belfry.store);
	return false;
}

static int
carry_until_stop(struct courier *self)
{
	struct complaint complaint = {0};
	bool is_sound = true;
	while (!is_told_to_stop(self) && (is_sound = is_in_place(self))) {
		g_autoptr(GError) error = NULL;
		int taken = take_some(self, &error);
		if (taken < 0)
			complaint_say(&complaint, LOG_ERROR, error->message);
		else
			complaint_end(&complaint, "the outbox can be read again");
		if (taken <= 0)
			wait_for_work(self);
	}
	g_free(complaint.text);
	return is_sound ? 0 : 1;
}

static bool
open_store(struct courier *self, GError **error)
{
	const char *store = self->tools.store = self->conf->belfry.store;
	g_autofree char *desk = g_build_filename(store, "desk.db", NULL);
	return migrate_is_current(store, error) && (self->look = db_open(desk, DB_READ, error)) &&
		(self->tools.desk = writer_open(desk, on_commit, self, error)) &&
		(self->door = patience_open(store, self->conf->milter.min_free / MARGIN, error)) &&
		(self->making = making_open(store, self->door, error));
}

static bool
recover_job(db *desk, void *data, GError **error)
{
	return outbox_recover(desk, g_get_real_time() / 1000, data, error);
}

static bool
recover(struct courier *self, GError **error)
{
	int doubtful = 0;
	if (!writer_submit(self->tools.desk, recover_job, &doubtful, error))
		return false;
	if (doubtful)
		log_line(LOG_WARNING, "mails of which it is not known whether they have left: %d", doubtful);
	return true;
}

static void
block_signals(struct courier *self)
{
	sigset_t stops;
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stops, NULL);
	signal(SIGPIPE, SIG_IGN);
	self->signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool
open_courier(struct courier *self, GError **error)
{
	const char *store = self->conf->belfry.store;
	block_signals(self);
	self->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self->room = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	g_mutex_init(&self->lock);
	g_cond_init(&self->work);
	self->threads = g_ptr_array_new();
	self->pace = pace_new((guint)self->conf->courier.sessions);
	if (!(self->relay = relay_new(self->conf, self->stop, error)) || (self->turn = turn_take(store, "courier", self->signals, error)) < 0)
		return false;
	self->tools.server = &self->relay->server;
	if (!open_store(self, error) || !recover(self, error))
		return false;
	self->tools.settling = settling_open(self->tools.desk);
	self->wake = wake_open(store, "courier", error);
	for (gint64 i = 0; self->wake >= 0 && i < self->conf->courier.sessions; i++)
		g_ptr_array_add(self->threads, g_thread_new("session", work, self));
	return self->wake >= 0;
}

/* What was taken and has not been tried. */
static bool
give_back_job(db *desk, void *data, GError **error)
{
	const GPtrArray *mails = data;
	const char *state;
	for (guint i = 0; i < mails->len; i++) {
		const outbox_mail *mail = mails->pdata[i];
		const struct outbox_outcome outcome = {.id = mail->id, .what = OUTBOX_GIVEN_BACK};
		if (!outbox_settle(desk, &outcome, &state, error))
			return false;
	}
	return true;
}

static void
end_sessions(struct courier *self)
{
	ring(self->stop);
	g_mutex_lock(&self->lock);
	self->is_ending = true;
	g_cond_broadcast(&self->work);
	g_mutex_unlock(&self->lock);
	for (guint i = 0; i < self->threads->len; i++)
		g_thread_join(self->threads->pdata[i]);
	GPtrArray *rest = pace_take_all(self->pace);
	if (rest->len)
		writer_submit(self->tools.desk, give_back_job, rest, NULL); /* else recover does */
	for (guint i = 0; i < rest->len; i++)
		outbox_mail_free(rest->pdata[i]);
	g_ptr_array_unref(rest);
	g_ptr_array_unref(self->threads);
}

static void
close_courier(struct courier *self)
{
	end_sessions(self);
	if (self->wake >= 0)
		wake_close(self->wake, self->conf->belfry.store, "courier");
	settling_close(self->tools.settling);
	making_close(self->making);
	capture_close(self->door);
	writer_close(self->tools.desk);
	db_close(self->look);
	pace_free(self->pace);
	g_free(self->complaint.text);
	relay_free(self->relay);
	const int descriptors[] = {self->turn, self->stop, self->room, self->signals};
	for (size_t i = 0; i < G_N_ELEMENTS(descriptors); i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
}

int
courier_run(const struct conf *conf)
{
	struct courier courier = {.conf = conf, .turn = -1, .wake = -1, .stop = -1, .room = -1, .signals = -1};
	g_autoptr(GError) error = NULL;
	bool is_open = open_courier(&courier, &error);
	if (is_open)
		log_line(LOG_INFO, "ready, relay %s", conf->courier.relay);
	int status = is_open ? carry_until_stop(&courier) : error != NULL;
	trouble_explain(error);
	if (error)
		log_line(LOG_ERROR, "%s", error->message);
	close_courier(&courier);
	return status;
}
