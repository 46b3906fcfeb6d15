#include "store/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/squeeze.h"

#define HEADER_MAX (256 * 1024) /* kept of a mail over the limit: at most one frame */

/* Where a frame stands: in memory, or in the spill file at an offset. */
struct place {
	GBytes *bytes;
	goffset offset;
	size_t size;
};

struct gather {
	char *directory;
	gint64 limit, size, body_at; /* body_at: octets of header, -1 while in it */
	GByteArray *pending;         /* octets of the frame that is growing */
	GArray *places;              /* struct place */
	size_t in_memory;
	int spill; /* -1 until needed */
	goffset spilled;
};

/* Of GATHER_SHARED, by all mails. */
static gint borrowed;

static gint
beyond_own(size_t held)
{
	return held > GATHER_MEMORY ? (gint)(held - GATHER_MEMORY) : 0;
}

/* FALSE when there is no room for MAIL to hold so much. Less than before always may. */
static bool
hold(gather *mail, size_t held)
{
	gint more = beyond_own(held) - beyond_own(mail->in_memory);
	bool has_room = g_atomic_int_add(&borrowed, more) + more <= GATHER_SHARED || more <= 0;
	if (has_room)
		mail->in_memory = held;
	else
		g_atomic_int_add(&borrowed, -more);
	return has_room;
}

gather *
gather_new(const char *directory, gint64 limit)
{
	gather *mail = g_new0(gather, 1);
	mail->directory = g_strdup(directory);
	mail->limit = limit;
	mail->body_at = -1;
	mail->pending = g_byte_array_new();
	mail->places = g_array_new(FALSE, FALSE, sizeof(struct place));
	mail->spill = -1;
	return mail;
}

static void
drop_places(gather *mail, guint from)
{
	for (guint i = from; i < mail->places->len; i++) {
		struct place *place = &g_array_index(mail->places, struct place, i);
		if (place->bytes)
			hold(mail, mail->in_memory - place->size);
		g_clear_pointer(&place->bytes, g_bytes_unref);
	}
	g_array_set_size(mail->places, MIN(from, mail->places->len));
}

void
gather_free(gather *mail)
{
	if (!mail)
		return;
	drop_places(mail, 0);
	g_array_free(mail->places, TRUE);
	g_byte_array_free(mail->pending, TRUE);
	if (mail->spill >= 0)
		close(mail->spill);
	g_free(mail->directory);
	g_free(mail);
}

static bool
fail(const gather *mail, GError **error)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s: spill file: %s", mail->directory, g_strerror(errno));
	return false;
}

/* Where the file system has no files without a name, one whose name is taken away at once. */
int
gather_open_spill(const char *directory)
{
	int spill = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spill >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return spill;
	g_autofree char *path = g_build_filename(directory, "spill.XXXXXX", NULL);
	spill = mkostemp(path, O_CLOEXEC);
	if (spill >= 0)
		unlink(path);
	return spill;
}

static bool
spill_frame(gather *mail, GBytes *frame, struct place *place, GError **error)
{
	size_t size, written = 0;
	const char *octets = g_bytes_get_data(frame, &size);
	if (mail->spill < 0 && (mail->spill = gather_open_spill(mail->directory)) < 0)
		return fail(mail, error);
	*place = (struct place){.offset = mail->spilled, .size = size};
	while (written < size) {
		ssize_t count = pwrite(mail->spill, octets + written, size - written, mail->spilled + (goffset)written);
		if (count < 0 && errno != EINTR)
			return fail(mail, error);
		written += count > 0 ? (size_t)count : 0;
	}
	mail->spilled += (goffset)size;
	return true;
}

static bool
flush_frame(gather *mail, GError **error)
{
	g_autoptr(GBytes) frame = squeeze_pack(mail->pending->data, mail->pending->len);
	struct place place = {.size = g_bytes_get_size(frame)};
	g_byte_array_set_size(mail->pending, 0);
	if (hold(mail, mail->in_memory + place.size))
		place.bytes = g_steal_pointer(&frame);
	else if (!spill_frame(mail, frame, &place, error))
		return false;
	g_array_append_val(mail->places, place);
	return true;
}

static bool
keep(gather *mail, const guint8 *octets, size_t size, GError **error)
{
	while (size) {
		size_t room = MIN(size, SQUEEZE_FRAME - mail->pending->len);
		g_byte_array_append(mail->pending, octets, (guint)room);
		octets += room;
		size -= room;
		if (mail->pending->len == SQUEEZE_FRAME && !flush_frame(mail, error))
			return false;
	}
	return true;
}

bool
gather_add(gather *mail, const void *octets, size_t size, GError **error)
{
	mail->size += (gint64)size;
	if (!gather_is_cut(mail))
		return keep(mail, octets, size, error);
	/* Nothing past the first frame will be needed: it holds the header. */
	drop_places(mail, 1);
	if (!mail->places->len)
		g_byte_array_append(mail->pending, octets, (guint)MIN(size, SQUEEZE_FRAME - mail->pending->len));
	return true;
}

void
gather_mark_body(gather *mail)
{
	mail->body_at = mail->size;
}

/* One frame with the header alone. */
static bool
keep_header(gather *mail, GError **error)
{
	gint64 header = mail->body_at < 0 ? HEADER_MAX : MIN(mail->body_at, HEADER_MAX);
	if (!mail->places->len)
		g_byte_array_set_size(mail->pending, (guint)MIN(header, (gint64)mail->pending->len));
	else {
		g_autoptr(GBytes) frame = gather_frame(mail, 0, error);
		g_autoptr(GBytes) first = frame ? squeeze_unpack(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), error) : NULL;
		if (!first)
			return false;
		drop_places(mail, 0);
		g_byte_array_set_size(mail->pending, 0);
		g_byte_array_append(mail->pending, g_bytes_get_data(first, NULL), (guint)MIN(header, (gint64)g_bytes_get_size(first)));
	}
	return flush_frame(mail, error);
}

bool
gather_end(gather *mail, GError **error)
{
	if (gather_is_cut(mail))
		return keep_header(mail, error);
	return (!mail->pending->len && mail->places->len) || flush_frame(mail, error);
}

gint64
gather_size(const gather *mail)
{
	return mail->size;
}

bool
gather_is_cut(const gather *mail)
{
	return mail->size > mail->limit;
}

guint
gather_frames(const gather *mail)
{
	return mail->places->len;
}

GBytes *
gather_frame(const gather *mail, guint index, GError **error)
{
	const struct place *place = &g_array_index(mail->places, struct place, index);
	if (place->bytes)
		return g_bytes_ref(place->bytes);
	g_autofree char *octets = g_malloc(place->size);
	if (pread(mail->spill, octets, place->size, place->offset) != (ssize_t)place->size) {
		fail(mail, error);
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&octets), place->size);
}
