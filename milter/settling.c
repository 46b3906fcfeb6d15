#include "milter/settling.h"

#include "store/log.h"

#define BATCH_MAX 64
#define WAITING_MAX 256
#define AGAIN_MS 1000

struct settling {
	writer *desk;
	GThread *thread;
	GMutex lock;
	GCond changed;
	GQueue waiting; /* ending * */
	bool is_ending;
};

ending *
ending_new(const struct outbox_outcome *outcome)
{
	ending *end = g_new0(ending, 1);
	struct outbox_said *said = g_new0(struct outbox_said, outcome->said_count + 1);
	for (size_t i = 0; i < outcome->said_count; i++)
		said[i] = (struct outbox_said){outcome->said[i].position, outcome->said[i].code, g_strdup(outcome->said[i].answer)};
	end->outcome = *outcome;
	end->outcome.reason = g_strdup(outcome->reason);
	end->outcome.queue_id = g_strdup(outcome->queue_id);
	end->outcome.said = said;
	return end;
}

static void
free_ending(void *data)
{
	ending *end = data;
	for (size_t i = 0; i < end->outcome.said_count; i++)
		g_free((char *)end->outcome.said[i].answer);
	g_free((struct outbox_said *)end->outcome.said);
	g_free((char *)end->outcome.reason);
	g_free((char *)end->outcome.queue_id);
	g_free(end);
}

struct batch {
	GPtrArray *endings;
	const char *states[BATCH_MAX];
};

static bool
settle_job(db *desk, void *data, GError **error)
{
	struct batch *batch = data;
	for (guint i = 0; i < batch->endings->len; i++) {
		const ending *end = batch->endings->pdata[i];
		if (!outbox_settle(desk, &end->outcome, &batch->states[i], error))
			return false;
	}
	return true;
}

static void
log_ending(const ending *end, const char *state)
{
	const struct outbox_outcome *outcome = &end->outcome;
	bool is_answered = outcome->what == OUTBOX_ANSWERED;
	const char *text = !is_answered ? outcome->reason : outcome->said_count ? outcome->said[0].answer : "";
	log_line(is_answered ? LOG_INFO : LOG_WARNING, "outbox=%" G_GINT64_FORMAT " thread=%" G_GINT64_FORMAT " to=%d size=%" G_GINT64_FORMAT
		" %s try=%d: %s ms=%" G_GINT64_FORMAT, outcome->id, end->thread_id, end->recipients, end->size, state, end->tries, text, end->milliseconds);
}

/* TRUE when there is no time left. */
static bool
wait_a_little(settling *self)
{
	gint64 until = g_get_monotonic_time() + AGAIN_MS * 1000;
	g_mutex_lock(&self->lock);
	while (!self->is_ending && g_cond_wait_until(&self->changed, &self->lock, until))
		;
	bool is_ending = self->is_ending;
	g_mutex_unlock(&self->lock);
	return is_ending;
}

static void
settle(settling *self, struct batch *batch)
{
	bool is_told = false, is_last = false;
	for (;;) {
		g_autoptr(GError) error = NULL;
		if (writer_submit(self->desk, settle_job, batch, &error)) {
			for (guint i = 0; i < batch->endings->len; i++)
				log_ending(batch->endings->pdata[i], batch->states[i]);
			return;
		}
		if (!is_told || is_last)
			log_line(LOG_ERROR, "answers to %u mails cannot be noted%s: %s", batch->endings->len, is_last ? "" : ", trying again", error->message);
		if (is_last)
			return;
		is_told = true;
		is_last = wait_a_little(self);
	}
}

/* What waits, as much as fits; empty at the end. */
static GPtrArray *
take(settling *self)
{
	GPtrArray *endings = g_ptr_array_new_with_free_func(free_ending);
	g_mutex_lock(&self->lock);
	while (!self->waiting.length && !self->is_ending)
		g_cond_wait(&self->changed, &self->lock);
	for (ending *end; endings->len < BATCH_MAX && (end = g_queue_pop_head(&self->waiting));)
		g_ptr_array_add(endings, end);
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
	return endings;
}

static void *
work(void *data)
{
	for (bool is_over = false; !is_over;) {
		g_autoptr(GPtrArray) endings = take(data);
		struct batch batch = {.endings = endings};
		if (!(is_over = !endings->len))
			settle(data, &batch);
	}
	return NULL;
}

settling *
settling_open(writer *desk)
{
	settling *self = g_new0(settling, 1);
	self->desk = desk;
	g_mutex_init(&self->lock);
	g_cond_init(&self->changed);
	g_queue_init(&self->waiting);
	self->thread = g_thread_new("settling", work, self);
	return self;
}

void
settling_close(settling *self)
{
	if (!self)
		return;
	g_mutex_lock(&self->lock);
	self->is_ending = true;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
	g_thread_join(self->thread);
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->changed);
	g_free(self);
}

void
settling_add(settling *self, ending *end)
{
	g_mutex_lock(&self->lock);
	while (self->waiting.length >= WAITING_MAX && !self->is_ending)
		g_cond_wait(&self->changed, &self->lock);
	g_queue_push_tail(&self->waiting, end);
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
}
