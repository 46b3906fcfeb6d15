#include "milter/kicker.h"

#include <glib.h>
#include <stdbool.h>

#include "milter/sockets.h"

#define OFTEN 20 /* ms between two knocks while a mail waits */
#define SELDOM 50 /* while somebody is connected */

struct kicker {
	int listener;
	GThread *thread;
	gint sessions; /* atomic: one may end while libmilter holds its own lock */
	GMutex lock; /* over what is below */
	GCond has_news;
	guint waiting;
	bool is_stopping;
};

/* ms; 0: nobody needs one. */
static int
next_knock(kicker *self)
{
	if (self->waiting)
		return OFTEN;
	return g_atomic_int_get(&self->sessions) ? SELDOM : 0;
}

static void
rest(kicker *self, int milliseconds)
{
	gint64 end = g_get_monotonic_time() + milliseconds * G_TIME_SPAN_MILLISECOND;
	while (!self->is_stopping && g_cond_wait_until(&self->has_news, &self->lock, end))
		;
}

static void *
kick(void *data)
{
	kicker *self = data;
	g_mutex_lock(&self->lock);
	while (!self->is_stopping) {
		int pause = next_knock(self);
		if (!pause) {
			g_cond_wait(&self->has_news, &self->lock);
			continue;
		}
		rest(self, pause);
		if (next_knock(self))
			sockets_knock(self->listener);
	}
	g_mutex_unlock(&self->lock);
	return NULL;
}

kicker *
kicker_open(int listener)
{
	kicker *self = g_new0(kicker, 1);
	self->listener = listener;
	g_mutex_init(&self->lock);
	g_cond_init(&self->has_news);
	self->thread = g_thread_new("kicker", kick, self);
	return self;
}

void
kicker_close(kicker *self)
{
	g_mutex_lock(&self->lock);
	self->is_stopping = true;
	g_cond_signal(&self->has_news);
	g_mutex_unlock(&self->lock);
	g_thread_join(self->thread);
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->has_news);
	g_free(self);
}

void
kicker_enter(kicker *self)
{
	g_mutex_lock(&self->lock);
	if (!g_atomic_int_add(&self->sessions, 1))
		g_cond_signal(&self->has_news);
	g_mutex_unlock(&self->lock);
}

void
kicker_leave(kicker *self)
{
	g_atomic_int_add(&self->sessions, -1);
}

void
kicker_begin(kicker *self)
{
	g_mutex_lock(&self->lock);
	if (!self->waiting++)
		g_cond_signal(&self->has_news);
	g_mutex_unlock(&self->lock);
}

void
kicker_end(kicker *self)
{
	g_mutex_lock(&self->lock);
	self->waiting--;
	g_mutex_unlock(&self->lock);
}
