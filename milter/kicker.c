#include "milter/kicker.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "milter/sockets.h"

#define OFTEN 20   /* ms between two knocks while a mail waits */
#define SELDOM 50  /* while somebody is connected */
#define RARELY 250 /* otherwise: whom libmilter left standing before the first word, nobody knows of */
#define AT_ONCE 5  /* while knocks bring to light who holds the threads they start: a crowd, behind which others may stand */
#define DOUBTS 10  /* knocks without another such one, after which the crowd is over */
#define SPARE 8    /* threads of libmilter's and ours that serve no session */

struct kicker {
	int listener;
	GThread *thread;
	gint sessions; /* atomic: one may end while libmilter holds its own lock */
	GMutex lock; /* over what is below */
	GCond has_news;
	guint waiting;
	gint64 since; /* when mails began to wait */
	guint threads, doubts; /* the kicker's own: at the last knock; knocks still to be made at once */
	bool is_stopping;
};

/* All times are µs of the monotonic clock. */
static gint64
next_knock(kicker *self, gint64 last)
{
	if (self->doubts)
		return last + AT_ONCE * G_TIME_SPAN_MILLISECOND;
	if (self->waiting)
		return MAX(last, self->since) + OFTEN * G_TIME_SPAN_MILLISECOND;
	return last + (g_atomic_int_get(&self->sessions) ? SELDOM : RARELY) * G_TIME_SPAN_MILLISECOND;
}

/* Of this process: a directory of /proc has a link for each entry. */
static guint
count_threads(void)
{
	struct stat tasks;
	return stat("/proc/self/task", &tasks) ? 0 : (guint)tasks.st_nlink;
}

static void
look_for_crowd(kicker *self)
{
	guint threads = count_threads(), needed = (guint)g_atomic_int_get(&self->sessions) + SPARE;
	if (threads > self->threads && threads > needed)
		self->doubts = DOUBTS;
	else if (self->doubts)
		self->doubts--;
	self->threads = threads;
}

/* While somebody is connected it looks by itself, in time, whether a mail waits: mails are too many for each to wake it. */
static gint64
next_look(const kicker *self, gint64 due)
{
	return g_atomic_int_get(&self->sessions) ? MIN(due, g_get_monotonic_time() + OFTEN * G_TIME_SPAN_MILLISECOND) : due;
}

static void *
kick(void *data)
{
	kicker *self = data;
	gint64 last = g_get_monotonic_time();
	g_mutex_lock(&self->lock);
	while (!self->is_stopping) {
		gint64 due = next_knock(self, last);
		if (g_get_monotonic_time() < due) {
			g_cond_wait_until(&self->has_news, &self->lock, next_look(self, due));
			continue;
		}
		look_for_crowd(self);
		sockets_knock(self->listener);
		last = g_get_monotonic_time();
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
		self->since = g_get_monotonic_time();
	g_mutex_unlock(&self->lock);
}

void
kicker_end(kicker *self)
{
	g_mutex_lock(&self->lock);
	self->waiting--;
	g_mutex_unlock(&self->lock);
}
