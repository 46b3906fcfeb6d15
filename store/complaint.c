#include "store/complaint.h"

#include <string.h>

#define AGAIN_US (60 * G_USEC_PER_SEC)

void
complaint_say(struct complaint *self, enum log_level level, const char *text)
{
	gint64 now = g_get_monotonic_time();
	if (self->text && !strcmp(self->text, text) && now - self->said < AGAIN_US)
		return;
	log_line(level, "%s", text);
	g_free(self->text);
	self->text = g_strdup(text);
	self->said = now;
}

void
complaint_end(struct complaint *self, const char *over)
{
	if (self->text)
		log_line(LOG_INFO, "%s", over);
	g_clear_pointer(&self->text, g_free);
}
