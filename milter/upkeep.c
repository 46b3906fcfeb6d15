#include "milter/upkeep.h"

#include "store/complaint.h"
#include "store/db.h"

#define LOOK_MS 1000
#define QUIET_MS 1000 /* without a commit, after which a log is written back; while there are some, of mail above all, senders wait for the disk, */
#define LATE 10       /* but for so many seconds at most, */
#define GROWN (32 * 1024 * 1024) /* or until it has become so many octets larger */
#define LONG_WAIT 10 /* seconds; a writer keeps the lock for milliseconds */
#define LOG_MAX (128 * 1024 * 1024) /* octets; beyond that a log is to begin anew, even if writers have to wait for it */
#define LOG_WAIT 1000               /* ms they wait for those who read in it, at most */
#define LOG_PAUSE 10                /* seconds until it is tried again */

static const char *const names[] = {"raw.db", "desk.db"};
#define FILES G_N_ELEMENTS(names)

struct upkeep {
	char *store;
	GThread *thread;
	gint waiting_since; /* atomic; monotonic seconds, 0 = not waiting */
	gint is_stopping;   /* atomic */
	db *files[FILES];
	gint patient[FILES]; /* monotonic seconds until which its log is let grow */
	gint written[FILES]; /* when its log was last written back, monotonic seconds */
	gint64 sizes[FILES]; /* of its log then */
	struct complaint faults[FILES], wait;
};

static gint
now_seconds(void)
{
	return (gint)(g_get_monotonic_time() / G_USEC_PER_SEC) + 1;
}

/* Where there is no moment without a reader the log does not begin anew by itself. */
static bool
bound_log(upkeep *self, size_t i, GError **error)
{
	if (db_log_size(self->files[i]) <= LOG_MAX || now_seconds() < self->patient[i])
		return true;
	self->patient[i] = now_seconds() + LOG_PAUSE;
	return db_empty_log(self->files[i], LOG_WAIT, error) >= 0;
}

/* The disk is the same: who writes one file back keeps those waiting who commit to another. */
static bool
are_quiet(const upkeep *self)
{
	for (size_t i = 0; i < FILES; i++)
		if (self->files[i] && db_log_rest(self->files[i]) < QUIET_MS)
			return false;
	return true;
}

static bool
is_due(const upkeep *self, size_t i)
{
	const db *file = self->files[i];
	return !file || are_quiet(self) || now_seconds() - self->written[i] >= LATE || db_log_size(file) - self->sizes[i] >= GROWN;
}

static void
write_back(upkeep *self, size_t i)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(self->store, names[i], NULL);
	if (!self->files[i])
		self->files[i] = db_open(path, DB_WRITE, &error);
	if (self->files[i] && db_checkpoint(self->files[i], &error) && bound_log(self, i, &error)) {
		complaint_end(&self->faults[i], "checkpoints go on");
		self->written[i] = now_seconds();
		self->sizes[i] = db_log_size(self->files[i]);
		return;
	}
	g_prefix_error(&error, "no checkpoint: ");
	complaint_say(&self->faults[i], LOG_WARNING, error->message);
}

static void
look_at_wait(upkeep *self)
{
	gint since = g_atomic_int_get(&self->waiting_since);
	if (since && now_seconds() - since > LONG_WAIT)
		complaint_say(&self->wait, LOG_ERROR, "sorting waits: somebody does not give back the writers' lock of desk.db (desk.db.lock)");
	else
		complaint_end(&self->wait, "the writers' lock of desk.db is free again");
}

static void *
keep_up(void *data)
{
	upkeep *self = data;
	while (!g_atomic_int_get(&self->is_stopping)) {
		for (size_t i = 0; i < FILES; i++)
			if (is_due(self, i))
				write_back(self, i);
		look_at_wait(self);
		g_usleep(LOOK_MS * 1000);
	}
	return NULL;
}

upkeep *
upkeep_open(const char *store)
{
	upkeep *self = g_new0(upkeep, 1);
	self->store = g_strdup(store);
	self->thread = g_thread_new("upkeep", keep_up, self);
	return self;
}

void
upkeep_close(upkeep *self)
{
	if (!self)
		return;
	g_atomic_int_set(&self->is_stopping, true);
	g_thread_join(self->thread);
	for (size_t i = 0; i < FILES; i++) {
		db_close(self->files[i]);
		g_free(self->faults[i].text);
	}
	g_free(self->wait.text);
	g_free(self->store);
	g_free(self);
}

void
upkeep_note_waiting(upkeep *self, bool is_waiting)
{
	g_atomic_int_set(&self->waiting_since, is_waiting ? now_seconds() : 0);
}
