#include "store/writer.h"

/* Held by who waits and by the writer's thread: the last one frees it. */
struct ticket {
	writer_job *job;
	void *data;
	GDestroyNotify free_data;
	GError *error;
	enum {WAITING, RUNNING, DONE, TAKEN_BACK} state;
	GCond is_done; /* its own: who waits for the next commit is not to be woken by this one */
	bool is_ok;
};

struct writer {
	char *path;
	db *connection;
	GThread *thread;
	void (*after)(void *);
	void *after_data;
	GMutex lock; /* over all below and the tickets' state */
	GCond has_work;
	bool is_cut;     /* the file was cut short under us: nothing is written to it any more; the writer's thread's own */
	GQueue queue;    /* struct ticket * */
	guint in_flight;
	bool is_stopping;
	bool is_idle;    /* the writer's thread waits for work: else a signal is a system call for nothing */
	gint64 blocked;  /* since when no transaction could begin, monotonic us; 0: they can */
	gint64 lasted;   /* when a commit last did, monotonic us; 0: not all of the last one did */
};

static void
clear_ticket(void *data)
{
	struct ticket *ticket = data;
	g_clear_error(&ticket->error);
	g_cond_clear(&ticket->is_done);
	if (ticket->free_data)
		ticket->free_data(ticket->data);
}

static void
release_ticket(struct ticket *ticket)
{
	g_atomic_rc_box_release_full(ticket, clear_ticket);
}

/* Until there is something to do. */
static void
wait_for_work(writer *self)
{
	gint64 rest = g_get_monotonic_time() + DB_REST_SECONDS * G_TIME_SPAN_SECOND;
	self->is_idle = true;
	while (g_queue_is_empty(&self->queue) && !self->is_stopping)
		if (!g_cond_wait_until(&self->has_work, &self->lock, rest)) {
			g_mutex_unlock(&self->lock);
			db_rest(self->connection);
			g_mutex_lock(&self->lock);
			rest = G_MAXINT64;
		}
	self->is_idle = false;
}

static guint
take_batch(writer *self, struct ticket **batch)
{
	guint count = 0;
	g_mutex_lock(&self->lock);
	wait_for_work(self);
	while (count < WRITER_BATCH_MAX && !g_queue_is_empty(&self->queue))
		batch[count++] = g_queue_pop_head(&self->queue);
	self->in_flight = count;
	if (count && !self->blocked)
		self->blocked = g_get_monotonic_time();
	g_mutex_unlock(&self->lock);
	return count;
}

static void
run_job(db *connection, struct ticket *ticket)
{
	if (!db_savepoint(connection, "job", &ticket->error))
		return;
	ticket->is_ok = ticket->job(connection, ticket->data, &ticket->error) && db_release(connection, "job", &ticket->error);
	if (!ticket->is_ok)
		db_rollback_to(connection, "job");
}

static void
fail_batch(struct ticket **batch, guint count, const GError *error)
{
	for (guint i = 0; i < count; i++) {
		batch[i]->is_ok = false;
		if (!batch[i]->error)
			batch[i]->error = g_error_copy(error);
	}
}

static bool
fail_cut(const writer *self, GError **error)
{
	g_set_error(error, DB_ERROR, DB_DAMAGED, "%s was cut short while it was open: bring it back from a backup", self->path);
	return false;
}

static bool
commit_in_place(writer *self, GError **error)
{
	if ((self->is_cut = self->is_cut || !db_is_whole(self->connection))) {
		db_rollback(self->connection);
		return fail_cut(self, error);
	}
	if (!db_commit(self->connection, error))
		return false;
	if (db_is_in_place(self->connection))
		return true;
	g_set_error(error, DB_ERROR, DB_GONE, "%s was removed or replaced while it was open", self->path);
	return false;
}

/* From here on who waits for a job waits for its end; those that were taken back meanwhile are dropped. The number left. */
static guint
claim(writer *self, bool has_begun, struct ticket **batch, guint count)
{
	guint left = 0;
	g_mutex_lock(&self->lock);
	if (has_begun)
		self->blocked = 0;
	for (guint i = 0; i < count; i++)
		if (batch[i]->state == WAITING) {
			batch[i]->state = RUNNING;
			batch[left++] = batch[i];
		} else {
			release_ticket(batch[i]);
		}
	g_mutex_unlock(&self->lock);
	return left;
}

/* A full disk and the like may take the whole transaction away under a job: then none of the batch is kept. */
static bool
run_jobs(db *connection, struct ticket **batch, guint count, GError **error)
{
	for (guint i = 0; i < count; i++) {
		run_job(connection, batch[i]);
		if (!db_is_writing(connection)) {
			g_propagate_error(error, g_error_copy(batch[i]->error));
			db_rollback(connection);
			return false;
		}
	}
	return true;
}

/* After a restore the path names another file: that one is written from now on. */
static bool
follow_path(writer *self, GError **error)
{
	if (db_is_in_place(self->connection) && self->is_cut)
		return fail_cut(self, error);
	if (db_is_in_place(self->connection))
		return true;
	db *now = db_open(self->path, DB_WRITE, error);
	if (!now)
		return false;
	db_close(self->connection);
	self->connection = now;
	self->is_cut = false;
	return true;
}

static void
write_batch(writer *self, struct ticket **batch, guint count)
{
	g_autoptr(GError) error = NULL;
	bool has_begun = follow_path(self, &error) && db_begin(self->connection, &error);
	count = claim(self, has_begun, batch, count);
	bool ok = has_begun && run_jobs(self->connection, batch, count, &error) && commit_in_place(self, &error);
	if (!ok)
		fail_batch(batch, count, error);
	g_mutex_lock(&self->lock);
	self->lasted = ok ? g_get_monotonic_time() : 0;
	for (guint i = 0; i < count; i++) {
		batch[i]->state = DONE;
		self->lasted = batch[i]->is_ok ? self->lasted : 0;
	}
	self->in_flight = 0;
	g_mutex_unlock(&self->lock);
	for (guint i = 0; i < count; i++) { /* without the lock: who wakes wants it */
		g_cond_signal(&batch[i]->is_done);
		release_ticket(batch[i]);
	}
	if (ok && self->after)
		self->after(self->after_data);
}

static void *
writer_run(void *data)
{
	writer *self = data;
	struct ticket *batch[WRITER_BATCH_MAX];
	guint count;
	while ((count = take_batch(self, batch)))
		write_batch(self, batch, count);
	return NULL;
}

writer *
writer_open(const char *path, void (*after)(void *), void *data, GError **error)
{
	db *connection = db_open(path, DB_WRITE, error);
	if (!connection)
		return NULL;
	writer *made = g_new0(writer, 1);
	made->path = g_strdup(path);
	made->connection = connection;
	made->after = after;
	made->after_data = data;
	g_mutex_init(&made->lock);
	g_cond_init(&made->has_work);
	g_queue_init(&made->queue);
	made->thread = g_thread_new("writer", writer_run, made);
	return made;
}

void
writer_close(writer *self)
{
	if (!self)
		return;
	g_mutex_lock(&self->lock);
	self->is_stopping = true;
	g_cond_signal(&self->has_work);
	g_mutex_unlock(&self->lock);
	g_thread_join(self->thread);
	db_close(self->connection);
	g_free(self->path);
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->has_work);
	g_free(self);
}

/* Waits until TICKET is done, at most until DEADLINE. One that has not begun by then is taken back; one that has is waited for, but when
 * its data can be left to it. */
static bool
await(writer *self, struct ticket *ticket, gint64 deadline)
{
	bool is_late = false;
	g_mutex_lock(&self->lock);
	g_queue_push_tail(&self->queue, g_atomic_rc_box_acquire(ticket));
	if (self->is_idle)
		g_cond_signal(&self->has_work);
	while (ticket->state != DONE && !is_late)
		if (ticket->state == RUNNING && !ticket->free_data)
			g_cond_wait(&ticket->is_done, &self->lock);
		else
			is_late = !g_cond_wait_until(&ticket->is_done, &self->lock, deadline) && (ticket->state == WAITING || ticket->free_data);
	bool is_done = ticket->state == DONE, is_queued = !is_done && g_queue_remove(&self->queue, ticket);
	if (ticket->state == WAITING)
		ticket->state = TAKEN_BACK;
	g_mutex_unlock(&self->lock);
	if (is_queued)
		release_ticket(ticket);
	return is_done;
}

static bool
submit(writer *self, struct ticket *ticket, gint64 deadline, GError **error)
{
	bool is_done = await(self, ticket, deadline), ok = is_done && ticket->is_ok;
	if (!is_done)
		g_set_error(error, DB_ERROR, DB_LIMIT, "%s: the disk or another writer is too slow", self->path);
	else if (!ok)
		g_propagate_error(error, g_steal_pointer(&ticket->error));
	release_ticket(ticket);
	return ok;
}

/* Whoever comes when others have waited long already is not to wait as long again: what waits are threads that others need. */
static gint64
patience_end(writer *self)
{
	gint64 now = g_get_monotonic_time();
	g_mutex_lock(&self->lock);
	gint64 since = self->blocked ? self->blocked : now;
	g_mutex_unlock(&self->lock);
	return MAX(since + WRITER_PATIENCE * G_TIME_SPAN_MILLISECOND, now + WRITER_GRACE * G_TIME_SPAN_MILLISECOND);
}

static struct ticket *
new_ticket(writer_job *job, void *data, GDestroyNotify free_data)
{
	struct ticket *ticket = g_atomic_rc_box_new0(struct ticket);
	ticket->job = job;
	ticket->data = data;
	ticket->free_data = free_data;
	g_cond_init(&ticket->is_done);
	return ticket;
}

bool
writer_submit(writer *self, writer_job *job, void *data, GError **error)
{
	struct ticket *ticket = new_ticket(job, data, NULL);
	return submit(self, ticket, patience_end(self), error);
}

bool
writer_submit_within(writer *self, writer_job *job, void *data, GDestroyNotify free_data, int milliseconds, GError **error)
{
	struct ticket *ticket = new_ticket(job, data, free_data);
	return submit(self, ticket, g_get_monotonic_time() + milliseconds * G_TIME_SPAN_MILLISECOND, error);
}

static bool
touch(db *connection, void *unused, GError **error)
{
	(void)unused;
	return db_touch(connection, error);
}

static void
keep_nothing(void *unused)
{
	(void)unused;
}

bool
writer_try(writer *self, int milliseconds, GError **error)
{
	g_mutex_lock(&self->lock);
	bool is_fresh = self->lasted && g_get_monotonic_time() - self->lasted < WRITER_FRESH * G_TIME_SPAN_MILLISECOND;
	g_mutex_unlock(&self->lock);
	return is_fresh || writer_submit_within(self, touch, NULL, keep_nothing, milliseconds, error);
}

guint
writer_waiting(writer *self)
{
	g_mutex_lock(&self->lock);
	guint count = g_queue_get_length(&self->queue) + self->in_flight;
	g_mutex_unlock(&self->lock);
	return count;
}
