#include "store/part.h"

#include "store/mail.h"

struct part_stream {
	gint64 mail;
	guint64 at, left; /* encoded octets: where to go on, how many */
	guint64 skip, take; /* octets of what OUTER gives: still to pass over, still to use */
	part_decoder *outer, *inner;
};

bool
part_add(db *desk, gint64 message, const struct part_row *part, GError **error)
{
	query *insert = db_query(desk,
		"INSERT INTO part (message_id, position, name, type, charset, content_id, is_inline, start, length, encoding, size, mail_id,"
		" inner_start, inner_length, inner_encoding, role, reading)"
		" VALUES (:message, :position, :name, :type, :charset, :content_id, :inline, :start, :length, :encoding, :size, :mail,"
		" :inner_start, :inner_length, :inner_encoding, :role, :reading)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":message", message);
	query_set_int(insert, ":position", part->position);
	query_set_text(insert, ":name", part->name);
	query_set_text(insert, ":type", part->type);
	query_set_text(insert, ":charset", part->charset);
	query_set_text(insert, ":content_id", part->content_id);
	query_set_int(insert, ":inline", part->is_inline);
	query_set_int(insert, ":start", (gint64)part->start);
	query_set_int(insert, ":length", (gint64)part->length);
	query_set_int(insert, ":encoding", part->encoding);
	query_set_int(insert, ":size", (gint64)part->size);
	query_set_id(insert, ":mail", part->mail_id);
	query_set_int(insert, ":inner_start", (gint64)part->inner.start);
	query_set_int(insert, ":inner_length", part->inner.is_there ? (gint64)part->inner.length : -1);
	query_set_int(insert, ":inner_encoding", part->inner.encoding);
	query_set_text(insert, ":role", part->role ? part->role : "");
	query_set_text(insert, ":reading", part->reading ? part->reading : "");
	return query_finish(insert, error);
}

struct part_inner
part_inner_of(query *row, int first)
{
	return (struct part_inner){.start = (guint64)query_int(row, first), .is_there = query_int(row, first + 1) >= 0,
		.length = (guint64)MAX(query_int(row, first + 1), 0), .encoding = (enum part_encoding)query_int(row, first + 2)};
}

static bool
is_same_place(const struct part_row *one, const struct part_row *other)
{
	const struct part_inner *a = &one->inner, *b = &other->inner;
	return one->start == other->start && one->length == other->length && one->size == other->size && one->encoding == other->encoding &&
		one->mail_id == other->mail_id && a->is_there == b->is_there && a->start == b->start && a->length == b->length && a->encoding == b->encoding;
}

static bool
is_same_text(const char *one, const char *other)
{
	return !strcmp(one ? one : "", other ? other : "");
}

bool
part_is_same(const struct part_row *one, const struct part_row *other)
{
	return one->position == other->position && !strcmp(one->name, other->name) && !strcmp(one->type, other->type) &&
		!strcmp(one->charset, other->charset) && !strcmp(one->content_id, other->content_id) && one->is_inline == other->is_inline &&
		is_same_place(one, other) && is_same_text(one->role, other->role) && is_same_text(one->reading, other->reading);
}

bool
part_each(db *desk, gint64 message, bool (*each)(const struct part_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT position, name, type, charset, content_id, is_inline, start, length, size, encoding, mail_id, " PART_INNER ", role, reading FROM part"
		" WHERE message_id = :message ORDER BY position", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":message", message);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct part_row part = {.position = (int)query_int(rows, 0), .name = query_text(rows, 1), .type = query_text(rows, 2),
			.charset = query_text(rows, 3), .content_id = query_text(rows, 4), .is_inline = query_int(rows, 5),
			.start = (guint64)query_int(rows, 6), .length = (guint64)query_int(rows, 7), .size = (guint64)query_int(rows, 8),
			.encoding = (enum part_encoding)query_int(rows, 9), .mail_id = query_int(rows, 10),
			.inner = part_inner_of(rows, 11), .role = query_text(rows, 14), .reading = query_text(rows, 15)};
		if (!each(&part, data))
			return true;
	}
	return got == 0;
}

part_stream *
part_stream_new(gint64 mail, const struct part_row *part)
{
	const struct part_inner *inner = &part->inner;
	part_stream *stream = g_new0(part_stream, 1);
	*stream = (part_stream){.mail = part->mail_id ? part->mail_id : mail, .at = part->start, .left = part->length,
		.skip = inner->start, .take = inner->is_there ? inner->length : G_MAXUINT64,
		.outer = part_decoder_new(part->encoding), .inner = inner->is_there ? part_decoder_new(inner->encoding) : NULL};
	return stream;
}

void
part_stream_free(part_stream *stream)
{
	if (!stream)
		return;
	part_decoder_free(stream->outer);
	part_decoder_free(stream->inner);
	g_free(stream);
}

/* Cuts from what OUTER gave the octets that the part is made of, and decodes them. */
static GByteArray *
decode_inner(part_stream *stream, GByteArray *octets)
{
	guint64 skip = MIN(stream->skip, octets->len), take = MIN(stream->take, octets->len - skip);
	bool was_open = stream->take > 0;
	GByteArray *out = g_byte_array_new();
	part_decoder_step(stream->inner, octets->data + skip, take, out);
	stream->skip -= skip;
	stream->take -= take;
	if (!stream->take) /* what follows is none of it */
		stream->left = 0;
	if (was_open && !stream->left)
		part_decoder_end(stream->inner, out);
	g_byte_array_unref(octets);
	return out;
}

/* A stretch of a frame as it was in the mail. */
struct stretch {
	guint64 from, to;
};

static void
step(part_stream *stream, GBytes *octets, struct stretch of, GByteArray *out)
{
	const guint8 *data = g_bytes_get_data(octets, NULL);
	if (of.to > of.from)
		part_decoder_step(stream->outer, data + of.from, of.to - of.from, out);
}

/* Lines of base64 are taken as what they stand for, when all of them are wanted. */
static bool
step_frame(part_stream *stream, const struct squeeze_parts *parts, struct stretch of, GByteArray *out, GError **error)
{
	struct stretch lines = {parts->before, parts->before + squeeze_lines_length(parts)};
	guint64 behind = lines.to - lines.from; /* what is behind them stands so much earlier in the text */
	bool is_around = parts->packed && of.from <= lines.from && of.to >= lines.to;
	if (is_around) {
		step(stream, parts->text, (struct stretch){of.from, lines.from}, out);
		of.from = lines.from;
	}
	if (is_around && part_decoder_takes_octets(stream->outer)) {
		if (!squeeze_octets(parts, out, error))
			return false;
		step(stream, parts->text, (struct stretch){lines.to - behind, of.to - behind}, out);
		return true;
	}
	g_autoptr(GBytes) whole = squeeze_join(parts, error);
	if (whole)
		step(stream, whole, of, out);
	return whole;
}

/* What the next frame gives; NULL with ERROR. */
static GByteArray *
read_frame(part_stream *stream, db *raw, GError **error)
{
	struct squeeze_parts parts;
	g_autoptr(query) frame = mail_open_frame(raw, stream->mail, stream->at / SQUEEZE_FRAME, &parts, error);
	if (!frame)
		return NULL;
	guint64 size = g_bytes_get_size(parts.text) + squeeze_lines_length(&parts), from = MIN(stream->at % SQUEEZE_FRAME, size);
	struct stretch of = {from, from + MIN(stream->left, size - from)};
	g_autoptr(GByteArray) out = g_byte_array_sized_new((guint)(of.to - of.from));
	bool is_read = step_frame(stream, &parts, of, out, error);
	squeeze_parts_clear(&parts);
	if (!is_read)
		return NULL;
	stream->at += of.to - of.from;
	stream->left = of.to > of.from ? stream->left - (of.to - of.from) : 0;
	if (!stream->left)
		part_decoder_end(stream->outer, out);
	GByteArray *octets = g_steal_pointer(&out);
	return stream->inner ? decode_inner(stream, octets) : octets;
}

GBytes *
part_stream_read(part_stream *stream, db *raw, GError **error)
{
	while (stream->left) {
		g_autoptr(GByteArray) out = read_frame(stream, raw, error);
		if (!out)
			return NULL;
		if (out->len)
			return g_byte_array_free_to_bytes(g_steal_pointer(&out));
	}
	return g_bytes_new(NULL, 0);
}
