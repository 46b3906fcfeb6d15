#include "milter/ahead.h"

#include <string.h>

#include "milter/give_way.h"

#define BATCH_MAX 64
#define RUSH_BATCH 8                    /* the same, in a rush: others wait a little, and often, rather than long */
#define BATCH_OCTETS (8 * 1024 * 1024)  /* of raw mail read ahead of one commit */
#define READ_US (100 * 1000)            /* a slow mail does not keep those before it waiting */

enum state { AHEAD_IDLE, AHEAD_READING, AHEAD_ENDING };

struct ahead {
	db *raw;
	reader *source;
	GThread *thread;
	GMutex lock;
	GCond changed;
	enum state state; /* under the lock; the rest is the thread's while it is AHEAD_READING, else the caller's */
	gint64 after;
	GPtrArray *batch; /* NULL: nothing was read, or it was taken */
	GError *error;    /* why there is no batch */
};

static void
free_mail(void *data)
{
	struct ahead_mail *one = data;
	mail_info_free(one->mail);
	mime_message_free(one->message);
	g_free(one);
}

/* Files chosen for an answer, and answers as they leave. */
static bool
is_passed_over(const mail_info *mail)
{
	return !strcmp(mail->door, "upload") || !strcmp(mail->door, "courier");
}

static GPtrArray *
read_batch(const ahead *self, GError **error)
{
	g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_mail);
	gint64 after = self->after, start = g_get_monotonic_time();
	guint most = give_way_is_rush(self->raw) ? RUSH_BATCH : BATCH_MAX;
	size_t octets = 0, size;
	while (batch->len < most && octets < BATCH_OCTETS && g_get_monotonic_time() - start < READ_US) {
		mail_info *mail = mail_next(self->raw, after, error);
		if (!mail)
			break;
		struct ahead_mail *one = g_new0(struct ahead_mail, 1);
		one->mail = mail;
		g_ptr_array_add(batch, one);
		size = 0;
		if (!is_passed_over(mail) && !(one->message = reader_read(self->source, mail, NULL, &size, error)))
			return NULL;
		after = mail->id;
		octets += size;
	}
	return *error ? NULL : g_steal_pointer(&batch);
}

static void
change(ahead *self, enum state state)
{
	self->state = state;
	g_cond_broadcast(&self->changed);
}

static void *
read_when_asked(void *data)
{
	ahead *self = data;
	g_mutex_lock(&self->lock);
	while (self->state != AHEAD_ENDING) {
		if (self->state == AHEAD_IDLE) {
			g_cond_wait(&self->changed, &self->lock);
			continue;
		}
		g_mutex_unlock(&self->lock);
		self->batch = read_batch(self, &self->error);
		g_mutex_lock(&self->lock);
		change(self, AHEAD_IDLE);
	}
	g_mutex_unlock(&self->lock);
	return NULL;
}

ahead *
ahead_new(db *raw, reader *source)
{
	ahead *self = g_new0(ahead, 1);
	self->raw = raw;
	self->source = source;
	g_mutex_init(&self->lock);
	g_cond_init(&self->changed);
	self->thread = g_thread_new("ahead", read_when_asked, self);
	return self;
}

/* Waits until the thread has nothing to do, and gives it STATE. */
static void
hand_over(ahead *self, enum state state)
{
	g_mutex_lock(&self->lock);
	while (self->state == AHEAD_READING)
		g_cond_wait(&self->changed, &self->lock);
	change(self, state);
	g_mutex_unlock(&self->lock);
}

static void
forget(ahead *self)
{
	g_clear_pointer(&self->batch, g_ptr_array_unref);
	g_clear_error(&self->error);
}

void
ahead_free(ahead *self)
{
	if (!self)
		return;
	hand_over(self, AHEAD_ENDING);
	g_thread_join(self->thread);
	forget(self);
	g_cond_clear(&self->changed);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void
ahead_wait(ahead *self)
{
	hand_over(self, AHEAD_IDLE);
}

void
ahead_begin(ahead *self, gint64 after)
{
	ahead_wait(self);
	forget(self);
	self->after = after;
	hand_over(self, AHEAD_READING);
}

GPtrArray *
ahead_take(ahead *self, gint64 after, GError **error)
{
	ahead_wait(self);
	if (!self->batch || !self->batch->len || self->after != after) { /* where there was nothing a moment ago there may be something now */
		ahead_begin(self, after);
		ahead_wait(self);
	}
	if (self->error)
		g_propagate_error(error, g_steal_pointer(&self->error));
	return g_steal_pointer(&self->batch);
}
