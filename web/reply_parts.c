#include "web/reply_parts.h"

#include <string.h>

#include "store/squeeze.h"
#include "store/upload.h"
#include "web/api_draft.h"
#include "web/multipart.h"
#include "web/receive.h"

enum kind {TEXT, SWITCH, NUMBER, TEXTS, NUMBERS};

static const struct field {
	const char *name;
	enum kind kind;
} fields[] = {
	{"text", TEXT}, {"html", TEXT}, {"status", TEXT}, {"private", SWITCH}, {"employee", NUMBER}, {"seen", NUMBER}, {"undo", NUMBER}, {"to", TEXTS},
	{"cc", TEXTS}, {"uploads", NUMBERS},
};

/* While it is read. */
struct reading {
	struct call *call;
	struct reply_parts *parts;
	GPtrArray *values[G_N_ELEMENTS(fields)]; /* char *; NULL: the field did not come */
	GChecksum *sum;
	size_t octets;      /* of fields */
	const struct field *field; /* the part that comes just now; NULL: a file, or what nobody knows */
	GString *value;
	gather *file;
	char *filename, *type;
};

static void
add_to_sum(struct reading *reading, const char *text)
{
	g_checksum_update(reading->sum, (const guchar *)text, (gssize)strlen(text) + 1);
}

static const struct field *
find_field(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static bool
on_part(const struct multipart_part *part, void *data)
{
	struct reading *reading = data;
	bool is_file = part->filename;
	add_to_sum(reading, part->name);
	add_to_sum(reading, is_file ? part->filename : "");
	add_to_sum(reading, part->type);
	reading->field = is_file ? NULL : find_field(part->name);
	g_string_truncate(reading->value, 0);
	if (!is_file)
		return true;
	if (strcmp(part->name, "attachments") && strcmp(part->name, "attachments[]")) {
		reply_refuse(reading->call->reply, part->name, "attachments", 0, "Files come in the field attachments.");
		return false;
	}
	reading->file = gather_new(reading->call->web->conf->belfry.store, UPLOAD_OCTETS_MAX);
	reading->filename = g_strdup(part->filename);
	reading->type = g_strdup(part->type);
	return true;
}

static bool
add_to_file(struct reading *reading, const void *octets, size_t size)
{
	GError *error = NULL;
	if (gather_add(reading->file, octets, size, &error)) {
		if (!gather_is_cut(reading->file))
			return true;
		receive_refuse(reading->call);
	} else {
		call_failed(reading->call, error);
	}
	return false;
}

static bool
on_octets(const void *octets, size_t size, void *data)
{
	struct reading *reading = data;
	g_checksum_update(reading->sum, octets, (gssize)size);
	if (reading->file)
		return add_to_file(reading, octets, size);
	reading->octets += size;
	if (reading->octets > DRAFT_BODY_MAX) {
		reply_problem(reading->call->reply, 413, "A message may have %d KB.", DRAFT_BODY_MAX / 1024);
		return false;
	}
	if (reading->field)
		g_string_append_len(reading->value, octets, (gssize)size);
	return true;
}

/* A form's file field that nobody filled is sent too. */
static bool
end_file(struct reading *reading)
{
	gint64 id;
	gather *file = g_steal_pointer(&reading->file);
	g_autofree char *filename = g_steal_pointer(&reading->filename), *type = g_steal_pointer(&reading->type);
	if (!*filename && !gather_size(file)) {
		gather_free(file);
		return true;
	}
	if (!receive_file(reading->call, file, filename, type, &id))
		return false;
	g_array_append_val(reading->parts->uploads, id);
	return true;
}

static bool
on_end(void *data)
{
	struct reading *reading = data;
	guint8 end[8] = {0};
	g_checksum_update(reading->sum, end, sizeof end);
	if (reading->file)
		return end_file(reading);
	if (!reading->field)
		return true;
	if (!g_utf8_validate(reading->value->str, (gssize)reading->value->len, NULL)) {
		reply_refuse(reading->call->reply, reading->field->name, "text", 0, "%s must be UTF-8.", reading->field->name);
		return false;
	}
	GPtrArray **values = &reading->values[reading->field - fields];
	if (!*values)
		*values = g_ptr_array_new_with_free_func(g_free);
	if ((*values)->len < JSON_IN_LIST_MAX)
		g_ptr_array_add(*values, g_strdup(reading->value->str));
	return true;
}

/* What is no number, or neither true nor false, stays a text and is refused as one. */
static void
write_value(out *json, const char *name, enum kind kind, const char *value)
{
	gint64 number;
	bool is_number = (kind == NUMBER || kind == NUMBERS) && g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL);
	bool is_switch = kind == SWITCH && (!strcmp(value, "true") || !strcmp(value, "1") || !strcmp(value, "on") || !strcmp(value, "false") || !strcmp(value, "0"));
	if (is_number)
		out_int(json, name, number);
	else if (is_switch)
		out_bool(json, name, strcmp(value, "false") && strcmp(value, "0"));
	else if (kind == NUMBER && (!*value || !strcmp(value, "null")))
		out_null(json, name);
	else
		out_text(json, name, value);
}

static void
write_field(out *json, const struct field *field, const GPtrArray *values)
{
	if (field->kind != TEXTS && field->kind != NUMBERS) {
		write_value(json, field->name, field->kind, values->pdata[values->len - 1]);
		return;
	}
	out_array(json, field->name);
	for (guint i = 0; i < values->len; i++)
		if (*(const char *)values->pdata[i]) /* one empty value: nobody */
			write_value(json, NULL, field->kind, values->pdata[i]);
	out_end(json);
}

static json_in *
read_fields(const struct reading *reading)
{
	out *json = out_new();
	out_object(json, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (reading->values[i])
			write_field(json, &fields[i], reading->values[i]);
	out_end(json);
	g_autoptr(GBytes) text = out_done(json);
	return json_read(text, NULL);
}

/* FALSE: malformed, or the reply is set. */
static bool
feed(struct reading *reading, multipart *body, GError **error)
{
	gather *whole = reading->call->file;
	if (!gather_end(whole, error))
		return false;
	for (guint i = 0; i < gather_frames(whole); i++) {
		g_autoptr(GBytes) packed = gather_frame(whole, i, error);
		g_autoptr(GBytes) frame = packed ? squeeze_unpack(g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), error) : NULL;
		if (!frame || !multipart_add(body, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame)))
			return false;
	}
	return multipart_is_whole(body);
}

static bool
read_all(struct reading *reading)
{
	static const struct multipart_events events = {on_part, on_octets, on_end};
	struct call *call = reading->call;
	g_autoptr(GError) error = NULL;
	g_autoptr(multipart) body = multipart_new(request_header(call->request, "content-type"), &events, reading);
	bool ok = body && call->file && feed(reading, body, &error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!ok && call->reply->status == 500) /* nothing was said yet */
		reply_problem(call->reply, 400, "The request is no multipart/form-data that can be read, or it has too many parts.");
	return ok;
}

bool
reply_parts_read(struct call *call, struct reply_parts *parts)
{
	struct reading reading = {.call = call, .parts = parts, .sum = g_checksum_new(G_CHECKSUM_SHA256), .value = g_string_new(NULL)};
	guint8 digest[32];
	gsize size = sizeof digest;
	*parts = (struct reply_parts){.uploads = g_array_new(FALSE, FALSE, sizeof(gint64))};
	add_to_sum(&reading, call->request->path);
	bool ok = read_all(&reading) && (parts->in = read_fields(&reading));
	g_checksum_get_digest(reading.sum, digest, &size);
	parts->digest = g_bytes_new(digest, size);
	if (!ok)
		receive_drop(call, parts->uploads);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		g_clear_pointer(&reading.values[i], g_ptr_array_unref);
	g_checksum_free(reading.sum);
	g_string_free(reading.value, TRUE);
	gather_free(reading.file);
	g_free(reading.filename);
	g_free(reading.type);
	return ok;
}

void
reply_parts_clear(struct reply_parts *parts)
{
	g_clear_pointer(&parts->in, json_in_free);
	g_clear_pointer(&parts->uploads, g_array_unref);
	g_clear_pointer(&parts->digest, g_bytes_unref);
}
