/* mime_wire: mime_pack and mime_unpack. */
#include <gio/gio.h>
#include <string.h>

#include "milter/read/bounce.h"
#include "milter/read/mime.h"
#include "milter/read/mime_address.h"
#include "milter/read/mime_facts.h"
#include "milter/read/mime_message.h"

#define DIGEST_SIZE 32
#define ADDRESSES "a(ss)"
#define HEADER_TYPE "(ss" ADDRESSES ADDRESSES ADDRESSES ADDRESSES "xssssasas)"
#define BODY_TYPE "(ssmssbbsb)"
#define REPORTS "a(sssss)"
#define BOUNCE_TYPE "(sssbasss" REPORTS ")"
#define PART_TYPE "(ssssbttyb(tty)tsa(ss))"
#define WIRE_TYPE "(y" HEADER_TYPE BODY_TYPE "m" BOUNCE_TYPE "(sssss)a(ssb)a" PART_TYPE "ay)"

static GVariant *
addresses_pack(const GPtrArray *addresses)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE(ADDRESSES));
	for (guint i = 0; i < addresses->len; i++) {
		const struct mime_address *address = addresses->pdata[i];
		g_variant_builder_add(&builder, "(ss)", address->name, address->address);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
strings_pack(const GPtrArray *strings)
{
	return g_variant_new_strv((const char *const *)strings->pdata, strings->len);
}

static GVariant *
header_pack(const mime_message *message)
{
	return g_variant_new("(ss@" ADDRESSES "@" ADDRESSES "@" ADDRESSES "@" ADDRESSES "xssss@as@as)", message->note, message->subject,
		addresses_pack(message->from), addresses_pack(message->reply_to), addresses_pack(message->to), addresses_pack(message->cc),
		message->date, message->date_raw, message->from_raw, message->subject_raw, message->message_id,
		strings_pack(message->in_reply_to), strings_pack(message->references));
}

static GVariant *
reports_pack(const GPtrArray *reports)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE(REPORTS));
	for (guint i = 0; i < reports->len; i++) {
		const struct mime_report *report = reports->pdata[i];
		g_variant_builder_add(&builder, "(sssss)", report->address, report->original, report->action, report->status, report->diagnostic);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
bounce_pack(const struct mime_bounce *bounce)
{
	GVariant *packed = bounce ? g_variant_new("(sssb@asss@" REPORTS ")", bounce->action, bounce->status, bounce->reason, bounce->hard,
		strings_pack(bounce->recipients), bounce->original_id, bounce->envelope_id, reports_pack(bounce->reports)) : NULL;
	return g_variant_new_maybe(G_VARIANT_TYPE(BOUNCE_TYPE), packed);
}

static GVariant *
headers_pack(const GPtrArray *headers)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssb)"));
	for (guint i = 0; i < headers->len; i++) {
		const struct mime_header *header = headers->pdata[i];
		g_variant_builder_add(&builder, "(ssb)", header->name, header->value, header->is_above_received);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
facts_pack(const GPtrArray *facts)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ss)"));
	for (guint i = 0; i < facts->len; i++) {
		const struct mime_fact *fact = facts->pdata[i];
		g_variant_builder_add(&builder, "(ss)", fact->name, fact->value);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
parts_pack(const GPtrArray *parts)
{
	GVariantBuilder builder;
	g_variant_builder_init(&builder, G_VARIANT_TYPE("a" PART_TYPE));
	for (guint i = 0; i < parts->len; i++) {
		const struct mime_part *part = parts->pdata[i];
		g_variant_builder_add(&builder, "(ssssbttyb(tty)ts@a(ss))", part->name, part->type, part->charset, part->content_id, part->is_inline,
			part->offset, part->length, (guint8)part->encoding, part->has_inner, part->inner.offset, part->inner.length,
			(guint8)part->inner.encoding, part->size, part->role, facts_pack(part->facts));
	}
	return g_variant_builder_end(&builder);
}

GBytes *
mime_pack(const mime_message *message)
{
	g_autoptr(GVariant) packed = g_variant_ref_sink(g_variant_new("(y@" HEADER_TYPE "@" BODY_TYPE "@m" BOUNCE_TYPE "(sssss)@a(ssb)@a" PART_TYPE "@ay)",
		(guint8)message->state, header_pack(message),
		g_variant_new(BODY_TYPE, message->text, message->reply, message->html, message->language, message->automatic, message->auto_reply,
			message->protection, message->is_list),
		bounce_pack(message->bounce), message->auth.spf, message->auth.dkim, message->auth.dmarc, message->auth.spf_domain, message->auth.dkim_domain,
		headers_pack(message->headers), parts_pack(message->parts),
		g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, message->body_digest, TRUE)));
	return g_variant_get_data_as_bytes(packed);
}

static void
string_read(GVariant *tuple, gsize at, char **to)
{
	g_free(*to);
	g_variant_get_child(tuple, at, "s", to);
}

static void
addresses_read(GVariant *tuple, gsize at, GPtrArray *to)
{
	g_autoptr(GVariant) list = g_variant_get_child_value(tuple, at);
	const char *name, *address;
	GVariantIter iter;
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(&s&s)", &name, &address))
		g_ptr_array_add(to, mime_address_new(name, address));
}

static void
strings_read(GVariant *tuple, gsize at, GPtrArray *to)
{
	g_autoptr(GVariant) list = g_variant_get_child_value(tuple, at);
	char *string;
	GVariantIter iter;
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "s", &string))
		g_ptr_array_add(to, string);
}

static void
header_read(mime_message *message, GVariant *tuple)
{
	char **lines[] = {&message->date_raw, &message->from_raw, &message->subject_raw, &message->message_id};
	GPtrArray *lists[] = {message->from, message->reply_to, message->to, message->cc};
	string_read(tuple, 0, &message->note);
	string_read(tuple, 1, &message->subject);
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		addresses_read(tuple, 2 + i, lists[i]);
	g_variant_get_child(tuple, 6, "x", &message->date);
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		string_read(tuple, 7 + i, lines[i]);
	strings_read(tuple, 11, message->in_reply_to);
	strings_read(tuple, 12, message->references);
}

static void
body_read(mime_message *message, GVariant *tuple)
{
	gboolean automatic, auto_reply, is_list;
	string_read(tuple, 0, &message->text);
	string_read(tuple, 1, &message->reply);
	g_variant_get_child(tuple, 2, "ms", &message->html);
	string_read(tuple, 3, &message->language);
	g_variant_get_child(tuple, 4, "b", &automatic);
	g_variant_get_child(tuple, 5, "b", &auto_reply);
	string_read(tuple, 6, &message->protection);
	message->automatic = automatic;
	g_variant_get_child(tuple, 7, "b", &is_list);
	message->auto_reply = auto_reply;
	message->is_list = is_list;
}

static void
reports_take(struct mime_bounce *bounce, GVariant *tuple)
{
	g_autoptr(GVariant) list = g_variant_get_child_value(tuple, 7);
	for (gsize i = 0; i < g_variant_n_children(list); i++) {
		g_autoptr(GVariant) from = g_variant_get_child_value(list, i);
		struct mime_report *report = bounce_add_report(bounce);
		char **const texts[] = {&report->address, &report->original, &report->action, &report->status, &report->diagnostic};
		for (gsize at = 0; at < G_N_ELEMENTS(texts); at++)
			string_read(from, at, texts[at]);
	}
}

static void
bounce_take(mime_message *message, GVariant *maybe)
{
	g_autoptr(GVariant) tuple = g_variant_get_maybe(maybe);
	gboolean hard;
	if (!tuple)
		return;
	struct mime_bounce *bounce = message->bounce = bounce_new();
	string_read(tuple, 0, &bounce->action);
	string_read(tuple, 1, &bounce->status);
	string_read(tuple, 2, &bounce->reason);
	g_variant_get_child(tuple, 3, "b", &hard);
	bounce->hard = hard;
	strings_read(tuple, 4, bounce->recipients);
	string_read(tuple, 5, &bounce->original_id);
	string_read(tuple, 6, &bounce->envelope_id);
	reports_take(bounce, tuple);
}

static void
headers_read(mime_message *message, GVariant *list)
{
	GVariantIter iter;
	char *name, *value;
	gboolean is_above;
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(ssb)", &name, &value, &is_above)) {
		struct mime_header *header = g_new(struct mime_header, 1);
		*header = (struct mime_header){.name = name, .value = value, .is_above_received = is_above};
		g_ptr_array_add(message->headers, header);
	}
}

/* Row values are signed. */
static bool
is_stretch(guint64 offset, guint64 length)
{
	return offset <= G_MAXINT64 / 2 && length <= G_MAXINT64 / 2;
}

static void
facts_read(GVariantIter *list, GPtrArray *to)
{
	const char *name, *value;
	while (g_variant_iter_next(list, "(&s&s)", &name, &value))
		mime_facts_add(to, name, value);
}

static bool
parts_read(mime_message *message, GVariant *list)
{
	GVariantIter iter, *facts;
	struct mime_part read = {.name = NULL};
	gboolean is_inline, has_inner;
	guint8 encoding, inner;
	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, PART_TYPE, &read.name, &read.type, &read.charset, &read.content_id, &is_inline,
		&read.offset, &read.length, &encoding, &has_inner, &read.inner.offset, &read.inner.length, &inner, &read.size, &read.role, &facts)) {
		struct mime_part *part = g_new(struct mime_part, 1);
		*part = read;
		part->is_inline = is_inline;
		part->encoding = encoding;
		part->has_inner = has_inner;
		part->inner.encoding = inner;
		part->facts = mime_facts_new();
		facts_read(facts, part->facts);
		g_variant_iter_free(facts);
		g_ptr_array_add(message->parts, part);
		if (encoding > MIME_YENC || inner > MIME_YENC || !is_stretch(read.offset, read.length) || !is_stretch(read.inner.offset, read.inner.length))
			return false;
	}
	return message->parts->len <= MIME_PARTS_MAX;
}

static bool
digest_read(mime_message *message, GVariant *bytes)
{
	gsize size;
	gconstpointer digest = g_variant_get_fixed_array(bytes, &size, 1);
	message->body_digest = g_bytes_new(digest, size);
	return size == DIGEST_SIZE;
}

static bool
message_read(mime_message *message, GVariant *wire)
{
	guint8 state;
	g_autoptr(GVariant) header = g_variant_get_child_value(wire, 1);
	g_autoptr(GVariant) body = g_variant_get_child_value(wire, 2);
	g_autoptr(GVariant) bounce = g_variant_get_child_value(wire, 3);
	g_autoptr(GVariant) auth = g_variant_get_child_value(wire, 4);
	g_autoptr(GVariant) headers = g_variant_get_child_value(wire, 5);
	g_autoptr(GVariant) parts = g_variant_get_child_value(wire, 6);
	g_autoptr(GVariant) digest = g_variant_get_child_value(wire, 7);
	g_variant_get_child(wire, 0, "y", &state);
	message->state = state;
	header_read(message, header);
	body_read(message, body);
	bounce_take(message, bounce);
	string_read(auth, 0, &message->auth.spf);
	string_read(auth, 1, &message->auth.dkim);
	string_read(auth, 2, &message->auth.dmarc);
	string_read(auth, 3, &message->auth.spf_domain);
	string_read(auth, 4, &message->auth.dkim_domain);
	headers_read(message, headers);
	return digest_read(message, digest) && parts_read(message, parts) && state <= MIME_UNREADABLE && message->headers->len <= MIME_HEADERS_MAX;
}

mime_message *
mime_unpack(GBytes *wire, GError **error)
{
	g_autoptr(GVariant) packed = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(WIRE_TYPE), wire, FALSE));
	g_autoptr(mime_message) message = mime_message_new();
	if (g_variant_is_normal_form(packed) && message_read(message, packed))
		return g_steal_pointer(&message);
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "what the parser sent is no message");
	return NULL;
}
