#include "store/writer.h"

struct ticket {
	writer_job *job;
	void *data;
	GError *error;
	bool is_ok, is_done;
};

struct writer {
	db *connection;
	GThread *thread;
	void (*after)(void *);
	void *after_data;
	GMutex lock; /* over all below and the tickets' is_done */
	GCond has_work, has_result;
	GQueue queue;    /* struct ticket *, owned by who waits */
	guint in_flight;
	bool is_stopping;
};

static guint
take_batch(writer *self, struct ticket **batch)
{
	guint count = 0;
	g_mutex_lock(&self->lock);
	while (g_queue_is_empty(&self->queue) && !self->is_stopping)
		g_cond_wait(&self->has_work, &self->lock);
	while (count < WRITER_BATCH_MAX && !g_queue_is_empty(&self->queue))
		batch[count++] = g_queue_pop_head(&self->queue);
	self->in_flight = count;
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
commit_in_place(db *connection, GError **error)
{
	if (!db_commit(connection, error))
		return false;
	if (db_is_in_place(connection))
		return true;
	g_set_error(error, DB_ERROR, DB_DAMAGED, "the store's file was removed or replaced while it was open");
	return false;
}

static void
write_batch(writer *self, struct ticket **batch, guint count)
{
	g_autoptr(GError) error = NULL;
	bool ok = db_begin(self->connection, &error);
	for (guint i = 0; ok && i < count; i++)
		run_job(self->connection, batch[i]);
	ok = ok && commit_in_place(self->connection, &error);
	if (!ok)
		fail_batch(batch, count, error);
	else if (self->after)
		self->after(self->after_data);
	g_mutex_lock(&self->lock);
	for (guint i = 0; i < count; i++)
		batch[i]->is_done = true;
	self->in_flight = 0;
	g_cond_broadcast(&self->has_result);
	g_mutex_unlock(&self->lock);
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
	made->connection = connection;
	made->after = after;
	made->after_data = data;
	g_mutex_init(&made->lock);
	g_cond_init(&made->has_work);
	g_cond_init(&made->has_result);
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
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->has_work);
	g_cond_clear(&self->has_result);
	g_free(self);
}

bool
writer_submit(writer *self, writer_job *job, void *data, GError **error)
{
	struct ticket ticket = {.job = job, .data = data};
	g_mutex_lock(&self->lock);
	g_queue_push_tail(&self->queue, &ticket);
	g_cond_signal(&self->has_work);
	while (!ticket.is_done)
		g_cond_wait(&self->has_result, &self->lock);
	g_mutex_unlock(&self->lock);
	if (!ticket.is_ok)
		g_propagate_error(error, ticket.error);
	return ticket.is_ok;
}

guint
writer_waiting(writer *self)
{
	g_mutex_lock(&self->lock);
	guint count = g_queue_get_length(&self->queue) + self->in_flight;
	g_mutex_unlock(&self->lock);
	return count;
}
