#include "web/download.h"

#include <string.h>

#include "store/part.h"

#define STEP (256 * 1024) /* octets of a mail at a time */

struct mail_download {
	gint64 mail;
	guint64 offset;
};

static GBytes *
read_mail(void *data, db *raw, GError **error)
{
	struct mail_download *self = data;
	GBytes *block = mail_read_range(raw, self->mail, self->offset, STEP, error);
	if (block)
		self->offset += g_bytes_get_size(block);
	return block;
}

static void
set_headers(struct reply *reply, const char *type, const char *disposition, const char *name)
{
	g_autofree char *value = http_disposition(disposition, name);
	reply->status = 200;
	reply->policy = http_policy_none;
	reply_header(reply, "Content-Type", type);
	reply_header(reply, "Content-Disposition", value);
}

bool
download_mail(struct call *call, const mail_info *mail, GError **error)
{
	g_autofree char *name = g_strdup_printf("message-%" G_GINT64_FORMAT ".eml", call->ids[0]);
	if (mail->is_cut) { /* its header is all there is, shorter than its size says */
		GBytes *header = mail_read(call->raw, mail->id, error);
		if (header)
			reply_body(call->reply, 200, "message/rfc822", header);
		else
			return false;
	} else {
		struct mail_download *data = g_new(struct mail_download, 1);
		*data = (struct mail_download){.mail = mail->id};
		call->reply->stream = (struct stream){read_mail, g_free, data, mail->size};
	}
	set_headers(call->reply, "message/rfc822", "attachment", name);
	reply_header(call->reply, "Cache-Control", "no-store");
	return true;
}

struct part_download {
	part_stream *stream;
	GBytes *first; /* read ahead; NULL once it is gone */
};

static void
free_part(void *data)
{
	struct part_download *self = data;
	part_stream_free(self->stream);
	g_clear_pointer(&self->first, g_bytes_unref);
	g_free(self);
}

static GBytes *
read_part(void *data, db *raw, GError **error)
{
	struct part_download *self = data;
	return self->first ? g_steal_pointer(&self->first) : part_stream_read(self->stream, raw, error);
}

const char *
download_picture_type(const void *octets, size_t size)
{
	static const struct {
		const char *type, *magic;
		size_t length;
	} pictures[] = {
		{"image/png", "\x89PNG\r\n\x1a\n", 8}, {"image/jpeg", "\xff\xd8\xff", 3}, {"image/gif", "GIF87a", 6}, {"image/gif", "GIF89a", 6},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++)
		if (size >= pictures[i].length && !memcmp(octets, pictures[i].magic, pictures[i].length))
			return pictures[i].type;
	if (size >= 12 && !memcmp(octets, "RIFF", 4) && !memcmp((const char *)octets + 8, "WEBP", 4))
		return "image/webp";
	return NULL;
}

/* What a browser does nothing with but save keeps its type; whatever could run is octets. */
static const char *
harmless_type(const char *type)
{
	static const char *const harmless[] = {"application/pdf", "application/zip", "image/gif", "image/jpeg", "image/png", "image/webp",
		"text/csv", "text/plain", NULL};
	g_autofree char *lower = g_ascii_strdown(type, -1);
	for (const char *const *known = harmless; *known; known++)
		if (!strcmp(*known, lower))
			return *known;
	return "application/octet-stream";
}

struct search {
	int position;
	gint64 mail, size;
	part_stream *stream;
	char *name;
	const char *type;
};

static void
take_part(struct search *search, const struct part_row *part)
{
	search->stream = part_stream_new(search->mail, part);
	search->size = (gint64)part->size;
	search->name = g_strdup(part->name);
	search->type = harmless_type(part->type);
}

static bool
note_part(const struct part_row *part, void *data)
{
	struct search *search = data;
	if (part->position != search->position)
		return true;
	take_part(search, part);
	return false;
}

static bool
is_inline_asked(const struct call *call)
{
	const char *text = request_argument(call->request, "inline");
	return text && !strcmp(text, "1");
}

static bool
answer_part(struct call *call, struct search *found, GError **error)
{
	struct part_download *data = g_new0(struct part_download, 1);
	data->stream = g_steal_pointer(&found->stream);
	call->reply->stream = (struct stream){read_part, free_part, data, found->size};
	if (!(data->first = part_stream_read(data->stream, call->raw, error)))
		return false;
	size_t size;
	const void *octets = g_bytes_get_data(data->first, &size);
	const char *picture = is_inline_asked(call) ? download_picture_type(octets, size) : NULL;
	set_headers(call->reply, picture ? picture : found->type, picture ? "inline" : "attachment", found->name);
	reply_header(call->reply, "Cache-Control", picture ? "private, max-age=600" : "no-store");
	return true;
}

int
download_part(struct call *call, gint64 mail, GError **error)
{
	struct search search = {.position = (int)MIN(call->ids[1], G_MAXINT), .mail = mail};
	g_autoptr(GError) problem = NULL;
	part_each(call->desk, call->ids[0], note_part, &search, &problem);
	bool is_answered = search.stream && answer_part(call, &search, &problem);
	g_free(search.name);
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return is_answered ? 1 : *error ? -1 : 0;
}

bool
download_upload(struct call *call, const struct upload *file, GError **error)
{
	struct part_row part = {.name = file->name, .type = file->type, .length = (guint64)file->size, .size = (guint64)file->size,
		.encoding = PART_IDENTITY, .mail_id = file->id};
	struct search search = {0};
	take_part(&search, &part);
	bool is_answered = answer_part(call, &search, error);
	g_free(search.name);
	return is_answered;
}
