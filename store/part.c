#include "store/part.h"

#include <string.h>

#include "store/mail.h"

#define BLOCK (192 * 1024) /* encoded octets read at a time */

struct part_stream {
	gint64 mail;
	guint64 at, left; /* encoded octets: where to go on, how many */
	enum part_encoding encoding;
	int base64_state;
	guint base64_save;
	GByteArray *line; /* an unfinished line of quoted-printable or uuencode */
};

bool
part_add(db *desk, gint64 message, const struct part_row *part, GError **error)
{
	query *insert = db_query(desk,
		"INSERT INTO part (message_id, position, name, type, charset, content_id, is_inline, start, length, encoding, size, mail_id)"
		" VALUES (:message, :position, :name, :type, :charset, :content_id, :inline, :start, :length, :encoding, :size, :mail)", error);
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
	return query_finish(insert, error);
}

bool
part_each(db *desk, gint64 message, bool (*each)(const struct part_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT position, name, type, charset, content_id, is_inline, start, length, size, encoding, mail_id FROM part"
		" WHERE message_id = :message ORDER BY position", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":message", message);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct part_row part = {.position = (int)query_int(rows, 0), .name = query_text(rows, 1), .type = query_text(rows, 2),
			.charset = query_text(rows, 3), .content_id = query_text(rows, 4), .is_inline = query_int(rows, 5),
			.start = (guint64)query_int(rows, 6), .length = (guint64)query_int(rows, 7), .size = (guint64)query_int(rows, 8),
			.encoding = (enum part_encoding)query_int(rows, 9), .mail_id = query_int(rows, 10)};
		if (!each(&part, data))
			return true;
	}
	return got == 0;
}

part_stream *
part_stream_new(gint64 mail, const struct part_row *part)
{
	part_stream *stream = g_new0(part_stream, 1);
	*stream = (part_stream){.mail = part->mail_id ? part->mail_id : mail, .at = part->start, .left = part->length, .encoding = part->encoding, .line = g_byte_array_new()};
	return stream;
}

void
part_stream_free(part_stream *stream)
{
	if (!stream)
		return;
	g_byte_array_unref(stream->line);
	g_free(stream);
}

static void
decode_base64(part_stream *stream, const guint8 *octets, size_t size, GByteArray *out)
{
	guint start = out->len;
	g_byte_array_set_size(out, start + (guint)(size / 4 * 3 + 3));
	gsize length = g_base64_decode_step((const char *)octets, size, out->data + start, &stream->base64_state, &stream->base64_save);
	g_byte_array_set_size(out, start + (guint)length);
}

/* RFC 2045 section 6.7: a line, its end included if it has one. What is no escape stands as it is. */
static void
decode_quoted_line(const guint8 *line, size_t size, GByteArray *out)
{
	size_t end = size;
	while (end && (line[end - 1] == '\n' || line[end - 1] == '\r'))
		end--;
	bool is_soft = end && line[end - 1] == '=';
	for (size_t i = 0; i < end - is_soft; i++) {
		guint8 octet = line[i];
		if (octet == '=' && i + 2 < end && g_ascii_isxdigit((char)line[i + 1]) && g_ascii_isxdigit((char)line[i + 2])) {
			octet = (guint8)(g_ascii_xdigit_value((char)line[i + 1]) << 4 | g_ascii_xdigit_value((char)line[i + 2]));
			i += 2;
		}
		g_byte_array_append(out, &octet, 1);
	}
	if (!is_soft)
		g_byte_array_append(out, line + end, (guint)(size - end));
}

static guint
uu_value(guint8 letter)
{
	return (letter - 32u) & 63;
}

/* A line of uuencode (POSIX): length, then groups of four letters. "begin" and "end" lines are no data. */
static void
decode_uu_line(const guint8 *line, size_t size, GByteArray *out)
{
	if (!size || *line < 32 || *line > 96 || (size >= 6 && !memcmp(line, "begin ", 6)) || (size >= 3 && !memcmp(line, "end", 3)))
		return;
	guint length = uu_value(*line);
	for (size_t i = 1; length && i < size; i += 4) {
		guint group = 0;
		for (size_t k = 0; k < 4; k++)
			group = group << 6 | (i + k < size && line[i + k] >= 32 ? uu_value(line[i + k]) : 0);
		const guint8 three[] = {(guint8)(group >> 16), (guint8)(group >> 8), (guint8)group};
		guint take = MIN(length, 3);
		g_byte_array_append(out, three, take);
		length -= take;
	}
}

static void
decode_lines(part_stream *stream, const guint8 *octets, size_t size, GByteArray *out)
{
	void (*decode)(const guint8 *, size_t, GByteArray *) = stream->encoding == PART_UUENCODE ? decode_uu_line : decode_quoted_line;
	const guint8 *end;
	while (size && (end = memchr(octets, '\n', size))) {
		size_t length = (size_t)(end - octets) + 1;
		g_byte_array_append(stream->line, octets, (guint)length);
		decode(stream->line->data, stream->line->len, out);
		g_byte_array_set_size(stream->line, 0);
		octets += length;
		size -= length;
	}
	g_byte_array_append(stream->line, octets, (guint)size);
	if (stream->line->len && !stream->left)
		decode(stream->line->data, stream->line->len, out);
}

static GByteArray *
decode(part_stream *stream, GBytes *encoded)
{
	size_t size;
	const guint8 *octets = g_bytes_get_data(encoded, &size);
	GByteArray *out = g_byte_array_new();
	if (stream->encoding == PART_BASE64)
		decode_base64(stream, octets, size, out);
	else if (stream->encoding == PART_IDENTITY)
		g_byte_array_append(out, octets, (guint)size);
	else
		decode_lines(stream, octets, size, out);
	return out;
}

GBytes *
part_stream_read(part_stream *stream, db *raw, GError **error)
{
	while (stream->left) {
		g_autoptr(GBytes) encoded = mail_read_range(raw, stream->mail, stream->at, MIN(stream->left, BLOCK), error);
		if (!encoded)
			return NULL;
		size_t size = g_bytes_get_size(encoded);
		stream->at += size;
		stream->left = size ? stream->left - size : 0;
		g_autoptr(GByteArray) out = decode(stream, encoded);
		if (out->len)
			return g_byte_array_free_to_bytes(g_steal_pointer(&out));
	}
	return g_bytes_new(NULL, 0);
}
