#include "milter/erasing.h"

#include <unistd.h>

#include "store/erase.h"
#include "store/log.h"
#include "store/mail.h"
#include "store/still.h"
#include "store/wake.h"

#define EVERY_US (G_GINT64_CONSTANT(3600) * 1000 * 1000)
#define BACKUP_US (10 * 1000 * 1000) /* after which it is looked again whether a backup is made */
#define HOLD_US (15 * 1000) /* how long one commit may keep other writers waiting */
#define MAILS 16            /* raw mails to a commit */
#define STRAYS 500          /* looked at in one go */

struct erasing {
	char *store;
	db *desk;
	gint64 next, patient; /* monotonic µs, 0: at once; so long even what presses waits */
};

erasing *
erasing_new(const char *store, db *desk)
{
	erasing *self = g_new(erasing, 1);
	*self = (erasing){.store = g_strdup(store), .desk = desk};
	return self;
}

void
erasing_free(erasing *self)
{
	if (!self)
		return;
	g_free(self->store);
	g_free(self);
}

/* As many threads as fit into the time. Their number; -1: ERROR. */
static int
erase_threads(db *desk, gint64 now, GError **error)
{
	gint64 start = g_get_monotonic_time(), thread;
	int count = 0, got;
	if (!db_begin(desk, error))
		return -1;
	int leftovers = erase_leftovers(desk, now, error);
	if (leftovers > 0)
		log_line(LOG_INFO, "erased files never sent and notices to employees: %d", leftovers);
	got = leftovers < 0 ? -1 : 1;
	while (got > 0 && (!count || g_get_monotonic_time() - start < HOLD_US)) {
		got = erase_thread(desk, now, &thread, error);
		if (got > 0) {
			log_line(LOG_INFO, "erased thread=%" G_GINT64_FORMAT, thread);
			count++;
		}
	}
	if (got >= 0 && db_commit(desk, error))
		return count;
	db_rollback(desk);
	return -1;
}

static bool
erase_from(db *raw, const GArray *mails, GError **error)
{
	if (!db_begin(raw, error))
		return false;
	bool ok = true;
	for (guint i = 0; ok && i < mails->len; i++)
		ok = mail_erase(raw, g_array_index(mails, gint64, i), error);
	if (ok && db_commit(raw, error))
		return true;
	db_rollback(raw);
	return false;
}

static bool
note_done(db *desk, const GArray *mails, GError **error)
{
	if (!db_begin(desk, error))
		return false;
	if (erase_done(desk, mails, error) && db_commit(desk, error))
		return true;
	db_rollback(desk);
	return false;
}

static bool
erase_and_note(const erasing *self, const GArray *mails, GError **error)
{
	g_autofree char *path = g_build_filename(self->store, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_WRITE, error);
	return raw && db_run(raw, "PRAGMA secure_delete=ON", error) && erase_from(raw, mails, error) && note_done(self->desk, mails, error);
}

/* The mails of one commit. Their number; -1: ERROR, or without one, a backup is being made. */
static int
erase_mails_of(const erasing *self, GError **error)
{
	g_autoptr(GArray) mails = erase_mails(self->desk, MAILS, error);
	if (!mails || !mails->len)
		return mails ? 0 : -1;
	int disturbed = still_disturb(self->store, error);
	if (disturbed < 0)
		return -1;
	bool is_done = erase_and_note(self, mails, error);
	close(disturbed);
	if (!is_done)
		return -1;
	log_line(LOG_INFO, "erased raw mails: %u", mails->len);
	return (int)mails->len;
}

/* What a crash left of our own making is to go, some mails at a time. 1: there may be more; 0; -1: ERROR. */
static int
note_strays(const erasing *self, gint64 now, GError **error)
{
	g_autofree char *path = g_build_filename(self->store, "raw.db", NULL);
	g_autoptr(db) raw = db_open(path, DB_READ, error);
	gint64 upto = 0;
	g_autoptr(GArray) inner = raw ? erase_find_inner(raw, self->desk, now, STRAYS, &upto, error) : NULL;
	if (!inner || !upto)
		return inner ? 0 : -1;
	if (!db_begin(self->desk, error))
		return -1;
	int count = erase_note_strays(self->desk, inner, upto, error);
	if (count < 0 || !db_commit(self->desk, error)) {
		db_rollback(self->desk);
		return -1;
	}
	if (count)
		log_line(LOG_WARNING, "raw mails that a crash had left to nobody: %d", count);
	return 1;
}

static int
erase_some(const erasing *self, GError **error)
{
	gint64 now = g_get_real_time() / 1000;
	int threads = db_run(self->desk, "PRAGMA secure_delete=ON", error) ? erase_threads(self->desk, now, error) : -1;
	if (threads > 0)
		wake_send(self->store, "web");
	if (!db_run(self->desk, "PRAGMA secure_delete=OFF", threads < 0 ? NULL : error) || threads)
		return threads;
	int mails = erase_mails_of(self, error);
	return mails ? mails : note_strays(self, now, error);
}

static bool
is_pressing(const erasing *self, gint64 now)
{
	return now >= self->patient && erase_is_pressing(self->desk, g_get_real_time() / 1000, NULL) > 0;
}

bool
erasing_step(erasing *self)
{
	g_autoptr(GError) error = NULL;
	gint64 now = g_get_monotonic_time();
	if (now < self->next && !is_pressing(self, now))
		return false;
	int done = erase_some(self, &error);
	if (done > 0)
		return true;
	gint64 pause = done < 0 && !error ? BACKUP_US : EVERY_US;
	if (error)
		log_line(LOG_ERROR, "erasing waits: %s", error->message);
	if (done < 0)
		self->patient = now + pause;
	self->next = now + pause;
	return false;
}
