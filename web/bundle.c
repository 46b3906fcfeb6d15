#include "web/bundle.h"

#include "store/part.h"
#include "web/zip.h"

enum step {STEP_HEAD, STEP_OCTETS, STEP_OVER};

struct bundle {
	zip *archive;
	GArray *parts; /* of struct part_row, without their texts */
	gint64 mail;
	enum step step;
	guint part;          /* the one it stands at */
	part_stream *stream; /* of its octets */
};

static void
bundle_free(void *data)
{
	struct bundle *self = data;
	zip_free(self->archive);
	g_array_unref(self->parts);
	part_stream_free(self->stream);
	g_free(self);
}

static bool
note_part(const struct part_row *part, void *data)
{
	struct bundle *self = data;
	if (!zip_add(self->archive, part->name, part->size))
		return false;
	struct part_row own = {.position = part->position, .start = part->start, .length = part->length, .size = part->size,
		.encoding = part->encoding, .inner = part->inner, .mail_id = part->mail_id};
	g_array_append_val(self->parts, own);
	return true;
}

/* The checksum stands before the octets, so they are read twice: no archiver stumbles over what comes of it. */
static bool
find_checksum(struct bundle *self, const struct part_row *part, db *raw, guint32 *checksum, GError **error)
{
	g_autoptr(part_stream) stream = part_stream_new(self->mail, part);
	guint64 whole = 0;
	*checksum = 0;
	for (;;) {
		g_autoptr(GBytes) block = part_stream_read(stream, raw, error);
		if (!block)
			return false;
		size_t size;
		const void *octets = g_bytes_get_data(block, &size);
		if (!size)
			break;
		*checksum = zip_checksum(*checksum, octets, size);
		whole += size;
	}
	if (whole != part->size)
		g_set_error(error, DB_ERROR, DB_SPOILED, "raw.db: attachment %d of mail %" G_GINT64_FORMAT " is not as long as it was", part->position, self->mail);
	return whole == part->size;
}

static GBytes *
read_head(struct bundle *self, db *raw, GError **error)
{
	if (self->part == self->parts->len) {
		self->step = STEP_OVER;
		return zip_end(self->archive);
	}
	const struct part_row *part = &g_array_index(self->parts, struct part_row, self->part);
	guint32 checksum;
	if (!find_checksum(self, part, raw, &checksum, error))
		return NULL;
	self->stream = part_stream_new(self->mail, part);
	self->step = STEP_OCTETS;
	return zip_head(self->archive, self->part, checksum);
}

static GBytes *
read_step(void *data, db *raw, GError **error)
{
	struct bundle *self = data;
	if (self->step == STEP_OVER)
		return g_bytes_new(NULL, 0);
	if (self->step == STEP_HEAD)
		return read_head(self, raw, error);
	GBytes *block = part_stream_read(self->stream, raw, error);
	if (!block || g_bytes_get_size(block))
		return block;
	g_bytes_unref(block);
	g_clear_pointer(&self->stream, part_stream_free);
	self->part++;
	return read_head(self, raw, error);
}

static void
set_headers(struct call *call)
{
	g_autofree char *name = g_strdup_printf("message-%" G_GINT64_FORMAT ".zip", call->ids[0]);
	g_autofree char *disposition = http_disposition("attachment", name);
	call->reply->status = 200;
	call->reply->policy = http_policy_none;
	reply_header(call->reply, "Content-Type", "application/zip");
	reply_header(call->reply, "Content-Disposition", disposition);
	reply_header(call->reply, "Cache-Control", "no-store");
}

int
bundle_parts(struct call *call, gint64 mail, gint64 received, GError **error)
{
	struct bundle *self = g_new0(struct bundle, 1);
	*self = (struct bundle){.archive = zip_new(received), .parts = g_array_new(FALSE, FALSE, sizeof(struct part_row)), .mail = mail};
	if (!part_each(call->desk, call->ids[0], note_part, self, error) || !self->parts->len) {
		bundle_free(self);
		return *error ? -1 : 0;
	}
	call->reply->stream = (struct stream){read_step, bundle_free, self, (gint64)zip_length(self->archive)};
	set_headers(call);
	return 1;
}
