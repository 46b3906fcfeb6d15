#include "milter/kicker.h"

#include <glib.h>
#include <stdbool.h>

#include "milter/sockets.h"

#define KICK 20 /* ms */

struct kicker {
	int listener;
	GThread *thread;
	GMutex lock; /* over what is below */
	GCond has_news;
	guint waiting;
	bool is_stopping;
};

static void *
kick(void *data)
{
	kicker *self = data;
	g_mutex_lock(&self->lock);
	while (!self->is_stopping) {
		if (!self->waiting) {
			g_cond_wait(&self->has_news, &self->lock);
			continue;
		}
		gint64 next = g_get_monotonic_time() + KICK * G_TIME_SPAN_MILLISECOND;
		while (!self->is_stopping && g_cond_wait_until(&self->has_news, &self->lock, next))
			;
		if (self->waiting)
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
