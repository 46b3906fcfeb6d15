#include "web/workers.h"

#include <sys/resource.h>

#include "store/mail.h"

struct task {
	worker_job *job; /* NULL: the thread ends */
	void *data;
};

struct worker {
	GThread *thread;
	db *desk, *raw;
	GAsyncQueue *tasks;
	int nice;
};

struct workers {
	GAsyncQueue *tasks; /* struct task * */
	int count;
	struct worker *each;
};

static struct task *
next_task(struct worker *self)
{
	struct task *task = g_async_queue_timeout_pop(self->tasks, DB_REST_SECONDS * G_USEC_PER_SEC);
	if (task)
		return task;
	db_rest(self->desk);
	db_rest(self->raw);
	return g_async_queue_pop(self->tasks);
}

static void *
worker_run(void *data)
{
	struct worker *self = data;
	setpriority(PRIO_PROCESS, 0, self->nice); /* of this thread alone; without it others are slower under load, no more */
	for (;;) {
		g_autofree struct task *task = next_task(self);
		if (!task->job)
			return NULL;
		task->job(self->desk, self->raw, task->data);
	}
}

static bool
open_connections(struct worker *self, const char *store, GError **error)
{
	g_autofree char *desk = g_build_filename(store, "desk.db", NULL);
	self->desk = db_open(desk, DB_READ, error);
	self->raw = self->desk ? mail_open(store, error) : NULL;
	return self->raw != NULL;
}

workers *
workers_open(const char *store, int count, int nice, GError **error)
{
	workers *pool = g_new0(workers, 1);
	bool is_open = true;
	pool->tasks = g_async_queue_new_full(g_free);
	pool->count = count;
	pool->each = g_new0(struct worker, count);
	for (int i = 0; i < count; i++) {
		pool->each[i].tasks = pool->tasks;
		pool->each[i].nice = nice;
		is_open = is_open && open_connections(&pool->each[i], store, error);
	}
	for (int i = 0; is_open && i < count; i++)
		pool->each[i].thread = g_thread_new("worker", worker_run, &pool->each[i]);
	if (is_open)
		return pool;
	workers_close(pool);
	return NULL;
}

void
workers_close(workers *pool)
{
	if (!pool)
		return;
	for (int i = 0; i < pool->count; i++)
		workers_push(pool, NULL, NULL);
	for (int i = 0; i < pool->count; i++) {
		if (pool->each[i].thread)
			g_thread_join(pool->each[i].thread);
		g_clear_pointer(&pool->each[i].desk, db_close);
		g_clear_pointer(&pool->each[i].raw, db_close);
	}
	g_async_queue_unref(pool->tasks);
	g_free(pool->each);
	g_free(pool);
}

void
workers_push(workers *pool, worker_job *job, void *data)
{
	struct task *task = g_new(struct task, 1);
	*task = (struct task){job, data};
	g_async_queue_push(pool->tasks, task);
}

guint
workers_waiting(workers *pool)
{
	return (guint)MAX(g_async_queue_length(pool->tasks), 0);
}
