#include "web/fault.h"

#include <stdbool.h>
#include <string.h>

#include "store/db.h"
#include "store/log.h"

#define AGAIN_US (60 * G_USEC_PER_SEC)
#define TEXTS_MAX 32

/* TRUE: TEXT was not said within the last minute; now it is. */
static bool
is_news(struct fault *self, const char *text)
{
	gint64 now = g_get_monotonic_time();
	if (!self->said)
		self->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const gint64 *last = g_hash_table_lookup(self->said, text);
	if (last && now - *last < AGAIN_US)
		return false;
	if (g_hash_table_size(self->said) >= TEXTS_MAX)
		g_hash_table_remove_all(self->said);
	g_hash_table_replace(self->said, g_strdup(text), g_memdup2(&now, sizeof now));
	return true;
}

void
fault_note(struct fault *self, const char *path, const GError *error)
{
	g_mutex_lock(&self->lock);
	bool is_said = is_news(self, error->message);
	if (g_error_matches(error, DB_ERROR, DB_DAMAGED) || g_error_matches(error, DB_ERROR, DB_SPOILED))
		self->damaged = strstr(error->message, "raw.db") ? "raw.db" : "desk.db";
	g_mutex_unlock(&self->lock);
	if (is_said)
		log_line(LOG_ERROR, "%s: %s", path, error->message);
}

const char *
fault_damaged(struct fault *self)
{
	g_mutex_lock(&self->lock);
	const char *damaged = self->damaged;
	g_mutex_unlock(&self->lock);
	return damaged;
}

void
fault_clear(struct fault *self)
{
	g_clear_pointer(&self->said, g_hash_table_unref);
	g_mutex_clear(&self->lock);
}
