#include "web/backlog.h"

#include <string.h>

struct backlog {
	gint64 last, floor;
	guint64 end;
	GPtrArray *frames; /* struct frame *; that of place n stands at n % BACKLOG_MAX */
};

static void
frame_free(void *data)
{
	struct frame *frame = data;
	g_bytes_unref(frame->silent);
	g_clear_pointer(&frame->ringing, g_bytes_unref);
	g_free(frame);
}

backlog *
backlog_new(gint64 floor)
{
	backlog *self = g_new0(backlog, 1);
	self->last = self->floor = floor;
	self->frames = g_ptr_array_new_with_free_func(frame_free);
	return self;
}

void
backlog_free(backlog *self)
{
	if (!self)
		return;
	g_ptr_array_unref(self->frames);
	g_free(self);
}

static GBytes *
end_text(const char *text, bool is_ringing)
{
	char *whole = g_strconcat(text, is_ringing ? ",\"ring\":true}" : ",\"ring\":false}", NULL);
	return g_bytes_new_take(whole, strlen(whole));
}

static void
replace_oldest(backlog *self, struct frame *frame)
{
	struct frame **oldest = (struct frame **)&self->frames->pdata[self->end % BACKLOG_MAX];
	self->floor = (*oldest)->event;
	frame_free(*oldest);
	*oldest = frame;
}

bool
backlog_add(backlog *self, const struct frame_new *given)
{
	if (given->event <= self->last)
		return false;
	struct frame *frame = g_new(struct frame, 1);
	*frame = (struct frame){given->event, given->contact, given->target, given->former, given->kind, end_text(given->text, false),
		given->target < 0 ? NULL : end_text(given->text, true)};
	if (self->frames->len < BACKLOG_MAX)
		g_ptr_array_add(self->frames, frame);
	else
		replace_oldest(self, frame);
	self->end++;
	self->last = given->event;
	return true;
}

gint64
backlog_last(const backlog *self)
{
	return self->last;
}

gint64
backlog_floor(const backlog *self)
{
	return self->floor;
}

guint64
backlog_first(const backlog *self)
{
	return self->end - self->frames->len;
}

guint64
backlog_end(const backlog *self)
{
	return self->end;
}

guint64
backlog_after(const backlog *self, gint64 event)
{
	guint64 low = backlog_first(self), high = self->end;
	while (low < high) {
		guint64 middle = low + (high - low) / 2;
		if (backlog_at(self, middle)->event > event)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const struct frame *
backlog_at(const backlog *self, guint64 place)
{
	g_assert(place >= backlog_first(self) && place < self->end);
	return self->frames->pdata[place % BACKLOG_MAX];
}
