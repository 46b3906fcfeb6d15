#include "store/capture.h"

#include <errno.h>
#include <sys/statvfs.h>

#include "store/wake.h"

struct capture {
	char *store;
	gint64 min_free;
	writer *writer;
};

static void
on_commit(void *data)
{
	const capture *door = data;
	wake_send(door->store, "sort");
}

capture *
capture_open(const char *store, gint64 min_free, GError **error)
{
	g_autofree char *path = g_build_filename(store, "raw.db", NULL);
	g_autoptr(capture) door = g_new0(capture, 1);
	door->store = g_strdup(store);
	door->min_free = min_free;
	door->writer = writer_open(path, on_commit, door, error);
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
	if (statvfs(door->store, &disk)) {
		g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s: %s", door->store, g_strerror(errno));
		return false;
	}
	gint64 free = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
	if (free >= door->min_free)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "%s: %" G_GINT64_FORMAT " MB free, less than min_free (%" G_GINT64_FORMAT " MB)",
		door->store, free >> 20, door->min_free >> 20);
	return false;
}

struct job {
	const struct envelope *envelope;
	const gather *mail;
	gint64 *id;
};

static bool
insert(db *raw, void *data, GError **error)
{
	struct job *job = data;
	return mail_insert(raw, job->envelope, job->mail, job->id, error);
}

bool
capture_store(capture *door, const struct envelope *envelope, gather *mail, gint64 *id, GError **error)
{
	struct job job = {envelope, mail, id};
	return has_room(door, error) && gather_end(mail, error) && writer_submit(door->writer, insert, &job, error);
}

guint
capture_waiting(capture *door)
{
	return writer_waiting(door->writer);
}
