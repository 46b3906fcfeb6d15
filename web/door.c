#include "web/door.h"

struct door {
	const struct conf *conf;
	GMutex lock;
	capture *capture; /* NULL until it is open */
};

door *
door_new(const struct conf *conf)
{
	door *self = g_new0(door, 1);
	self->conf = conf;
	g_mutex_init(&self->lock);
	return self;
}

void
door_free(door *self)
{
	if (!self)
		return;
	capture_close(self->capture);
	g_mutex_clear(&self->lock);
	g_free(self);
}

capture *
door_open(door *self, GError **error)
{
	g_mutex_lock(&self->lock);
	if (!self->capture)
		self->capture = capture_open(self->conf->belfry.store, self->conf->milter.min_free, error);
	capture *opened = self->capture;
	g_mutex_unlock(&self->lock);
	return opened;
}
