#include "store/capture.h"

#include <sys/statvfs.h>

#include "store/durable.h"
#include "store/setting.h"
#include "store/wake.h"

#define DISK_SPEED 10000 /* octets a ms that any disk writes */

struct capture {
	char *store;
	gint64 min_free;
	writer *writer;
	gint64 last; /* numbers up to it were given, or are sorted, even if raw.db does not know; the writer's thread's own */
};

static void
on_commit(void *data)
{
	const capture *door = data;
	wake_send(door->store, "sort");
}

/* A raw.db that was put back from an older copy would give numbers again that sort has passed, and their mail would stay unsorted. */
static bool
read_last(capture *door, GError **error)
{
	g_autofree char *path = g_build_filename(door->store, "desk.db", NULL);
	g_autoptr(db) desk = db_open(path, DB_READ, error);
	g_autofree char *sorted = desk ? fact_get(desk, "sorted", error) : NULL;
	door->last = sorted ? g_ascii_strtoll(sorted, NULL, 10) : 0;
	return sorted;
}

/* A file so damaged that its newest mail is not there takes no more. */
static bool
is_sound(const char *path, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(db) raw = db_open(path, DB_READ, error);
	gint64 last = raw ? mail_last_id(raw, error) : -1;
	g_autoptr(GBytes) newest = last > 0 ? mail_read(raw, last, &why) : NULL;
	if (!newest && g_error_matches(why, DB_ERROR, DB_DAMAGED)) {
		g_propagate_prefixed_error(error, g_steal_pointer(&why), "raw.db is damaged: ");
		return false;
	}
	return last >= 0;
}

capture *
capture_open(const char *store, gint64 min_free, GError **error)
{
	g_autofree char *path = g_build_filename(store, "raw.db", NULL);
	g_autoptr(capture) door = g_new0(capture, 1);
	door->store = g_strdup(store);
	door->min_free = min_free;
	door->writer = is_sound(path, error) && read_last(door, error) ? writer_open(path, on_commit, door, error) : NULL;
	return door->writer ? g_steal_pointer(&door) : NULL;
}

void
capture_close(capture *door)
{
	if (!door)
		return;
	writer_close(door->writer);
	g_free(door->store);
	g_free(door);
}

gather *
capture_gather(capture *door, gint64 size_limit)
{
	return gather_new(door->store, size_limit);
}

static bool
has_room(const capture *door, GError **error)
{
	struct statvfs disk;
	if (statvfs(door->store, &disk))
		return durable_fail(door->store, error);
	gint64 free = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
	if (free >= door->min_free)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "%s: %" G_GINT64_FORMAT " MB free, less than min_free (%" G_GINT64_FORMAT " MB)",
		door->store, free >> 20, door->min_free >> 20);
	return false;
}

/* Owns what it names: who waits for it may have gone when it is done. */
struct job {
	struct envelope envelope;
	GStringChunk *texts;
	gather *mail;
	capture *door;
	gint64 id;
};

static void
clear_job(void *data)
{
	struct job *job = data;
	gather_free(job->mail);
	g_string_chunk_free(job->texts);
	g_free((char **)job->envelope.recipients);
}

static void
release_job(void *job)
{
	g_atomic_rc_box_release_full(job, clear_job);
}

static const char *const *
copy_list(GStringChunk *texts, const char *const *list)
{
	const char **copy = g_new0(const char *, g_strv_length((char **)list) + 1);
	for (guint i = 0; list[i]; i++)
		copy[i] = g_string_chunk_insert(texts, list[i]);
	return copy;
}

static struct job *
new_job(const struct envelope *envelope, gather *mail)
{
	struct job *job = g_atomic_rc_box_new0(struct job);
	GStringChunk *texts = job->texts = g_string_chunk_new(512);
	job->mail = mail;
	job->envelope = (struct envelope){
		.door = g_string_chunk_insert(texts, envelope->door), .sender = g_string_chunk_insert(texts, envelope->sender),
		.recipients = copy_list(texts, envelope->recipients), .client = g_string_chunk_insert(texts, envelope->client),
		.helo = g_string_chunk_insert(texts, envelope->helo), .tls = g_string_chunk_insert(texts, envelope->tls),
		.auth = g_string_chunk_insert(texts, envelope->auth), .queue_id = g_string_chunk_insert(texts, envelope->queue_id),
		.captured = envelope->captured};
	return job;
}

static bool
insert(db *raw, void *data, GError **error)
{
	struct job *job = data;
	job->id = job->door->last;
	if (!mail_insert(raw, &job->envelope, job->mail, &job->id, error))
		return false;
	job->door->last = job->id;
	return true;
}

bool
capture_store(capture *door, const struct envelope *envelope, gather *mail, gint64 *id, GError **error)
{
	struct job *job = new_job(envelope, mail);
	job->door = door;
	int wait = CAPTURE_WAIT + (int)(gather_size(mail) / DISK_SPEED);
	bool ok = has_room(door, error) && gather_end(mail, error) &&
		writer_submit_within(door->writer, insert, g_atomic_rc_box_acquire(job), release_job, wait, error);
	if (ok)
		*id = job->id;
	release_job(job);
	return ok;
}

struct many {
	capture *door;
	const struct envelope *envelopes;
	gather *const *mails;
	guint count;
	gint64 *ids;
};

static bool
insert_many(db *raw, void *data, GError **error)
{
	const struct many *many = data;
	for (guint i = 0; i < many->count; i++) {
		many->ids[i] = many->door->last;
		if (!mail_insert(raw, &many->envelopes[i], many->mails[i], &many->ids[i], error))
			return false;
		many->door->last = many->ids[i];
	}
	return true;
}

bool
capture_store_many(capture *door, const struct envelope *envelopes, gather *const *mails, guint count, gint64 *ids, GError **error)
{
	struct many many = {door, envelopes, mails, count, ids};
	bool ok = has_room(door, error);
	for (guint i = 0; ok && i < count; i++)
		ok = gather_end(mails[i], error);
	ok = ok && writer_submit(door->writer, insert_many, &many, error);
	for (guint i = 0; i < count; i++)
		gather_free(mails[i]);
	return ok;
}

bool
capture_try(capture *door, GError **error)
{
	return has_room(door, error) && writer_try(door->writer, CAPTURE_WAIT, error);
}

guint
capture_waiting(capture *door)
{
	return writer_waiting(door->writer);
}
