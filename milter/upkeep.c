#include "milter/upkeep.h"

#include "milter/complaint.h"
#include "store/db.h"

#define LOOK_MS 1000
#define LONG_WAIT 10 /* seconds; a writer keeps the lock for milliseconds */

static const char *const names[] = {"raw.db", "desk.db"};
#define FILES G_N_ELEMENTS(names)

struct upkeep {
	char *store;
	GThread *thread;
	gint waiting_since; /* atomic; monotonic seconds, 0 = not waiting */
	gint is_stopping;   /* atomic */
	db *files[FILES];
	struct complaint faults[FILES], wait;
};

static gint
now_seconds(void)
{
	return (gint)(g_get_monotonic_time() / G_USEC_PER_SEC) + 1;
}

static void
write_back(upkeep *self, size_t i)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(self->store, names[i], NULL);
	if (!self->files[i])
		self->files[i] = db_open(path, DB_WRITE, &error);
	if (self->files[i] && db_checkpoint(self->files[i], false, &error)) {
		complaint_end(&self->faults[i], "checkpoints go on");
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
