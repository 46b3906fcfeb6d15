/* mime_wire: mime_pack and mime_unpack. Both walk the same tables: the values of a message one behind the other, numbers in the machine's order, a text as its
 * length and its octets, a list as its count and its elements. What is read is checked value by value; from the first one that cannot be, all that follow are
 * empty, so that every struct is whole. */
#include <gio/gio.h>
#include <stddef.h>
#include <string.h>

#include "milter/read/bounce.h"
#include "milter/read/charset.h"
#include "milter/read/mime.h"
#include "milter/read/mime_facts.h"
#include "milter/read/mime_message.h"

#define DIGEST_SIZE 32
#define ROOM 16384 /* most messages take less */
#define STRETCH_MAX (G_MAXINT64 / 2) /* an offset, a length: row values are signed, and so is their sum */

enum kind {TEXT, TEXT_OR_NONE, FLAG, CHOICE, NUMBER, TEXTS, LIST, FACTS, STRUCT_OR_NONE, DIGEST};

struct field {
	size_t offset; /* within its struct */
	enum kind kind;
	const struct shape *of; /* of a list an element, of STRUCT_OR_NONE the struct */
	guint64 most; /* a choice, a number, the count of a list; 0: any number, as many as there are */
};

struct shape {
	size_t size;
	void *(*make)(void); /* NULL: zeroes will do */
	size_t count;
	const struct field *fields;
};

#define FIELD(type, member, ...) {.offset = offsetof(type, member), .kind = __VA_ARGS__}
#define FIELDS(list) .count = G_N_ELEMENTS(list), .fields = (list)

static const struct field address_fields[] = {
	FIELD(struct mime_address, name, TEXT), FIELD(struct mime_address, address, TEXT),
};
static const struct shape address_shape = {.size = sizeof(struct mime_address), FIELDS(address_fields)};

static const struct field header_fields[] = {
	FIELD(struct mime_header, name, TEXT), FIELD(struct mime_header, value, TEXT), FIELD(struct mime_header, is_above_received, FLAG),
};
static const struct shape header_shape = {.size = sizeof(struct mime_header), FIELDS(header_fields)};

static const struct field report_fields[] = {
	FIELD(struct mime_report, address, TEXT), FIELD(struct mime_report, original, TEXT), FIELD(struct mime_report, action, TEXT),
	FIELD(struct mime_report, status, TEXT), FIELD(struct mime_report, diagnostic, TEXT),
};
static const struct shape report_shape = {.size = sizeof(struct mime_report), FIELDS(report_fields)};

static void *
make_bounce(void)
{
	return bounce_new();
}

static const struct field bounce_fields[] = {
	FIELD(struct mime_bounce, action, TEXT), FIELD(struct mime_bounce, status, TEXT), FIELD(struct mime_bounce, reason, TEXT),
	FIELD(struct mime_bounce, hard, FLAG), FIELD(struct mime_bounce, recipients, TEXTS), FIELD(struct mime_bounce, original_id, TEXT),
	FIELD(struct mime_bounce, envelope_id, TEXT), FIELD(struct mime_bounce, reports, LIST, .of = &report_shape),
};
static const struct shape bounce_shape = {.make = make_bounce, FIELDS(bounce_fields)};

static const struct field fact_fields[] = {
	FIELD(struct mime_fact, name, TEXT), FIELD(struct mime_fact, value, TEXT),
};
static const struct shape fact_shape = {.size = sizeof(struct mime_fact), FIELDS(fact_fields)};

static void *
make_part(void)
{
	struct mime_part *part = g_new0(struct mime_part, 1);
	part->facts = mime_facts_new();
	return part;
}

static const struct field part_fields[] = {
	FIELD(struct mime_part, name, TEXT), FIELD(struct mime_part, type, TEXT), FIELD(struct mime_part, charset, TEXT),
	FIELD(struct mime_part, content_id, TEXT), FIELD(struct mime_part, is_inline, FLAG), FIELD(struct mime_part, offset, NUMBER, .most = STRETCH_MAX),
	FIELD(struct mime_part, length, NUMBER, .most = STRETCH_MAX), FIELD(struct mime_part, encoding, CHOICE, .most = MIME_YENC),
	FIELD(struct mime_part, has_inner, FLAG), FIELD(struct mime_part, inner.offset, NUMBER, .most = STRETCH_MAX),
	FIELD(struct mime_part, inner.length, NUMBER, .most = STRETCH_MAX), FIELD(struct mime_part, inner.encoding, CHOICE, .most = MIME_YENC),
	FIELD(struct mime_part, size, NUMBER), FIELD(struct mime_part, role, TEXT), FIELD(struct mime_part, facts, FACTS, .of = &fact_shape),
};
static const struct shape part_shape = {.make = make_part, FIELDS(part_fields)};

static const struct field message_fields[] = {
	FIELD(mime_message, state, CHOICE, .most = MIME_UNREADABLE), FIELD(mime_message, note, TEXT), FIELD(mime_message, subject, TEXT),
	FIELD(mime_message, from, LIST, .of = &address_shape), FIELD(mime_message, reply_to, LIST, .of = &address_shape),
	FIELD(mime_message, to, LIST, .of = &address_shape), FIELD(mime_message, cc, LIST, .of = &address_shape), FIELD(mime_message, date, NUMBER),
	FIELD(mime_message, date_raw, TEXT), FIELD(mime_message, from_raw, TEXT), FIELD(mime_message, subject_raw, TEXT),
	FIELD(mime_message, message_id, TEXT), FIELD(mime_message, in_reply_to, TEXTS), FIELD(mime_message, references, TEXTS),
	FIELD(mime_message, text, TEXT), FIELD(mime_message, reply, TEXT), FIELD(mime_message, html, TEXT_OR_NONE), FIELD(mime_message, language, TEXT),
	FIELD(mime_message, automatic, FLAG), FIELD(mime_message, is_list, FLAG), FIELD(mime_message, auto_reply, FLAG),
	FIELD(mime_message, protection, TEXT), FIELD(mime_message, bounce, STRUCT_OR_NONE, .of = &bounce_shape), FIELD(mime_message, auth.spf, TEXT),
	FIELD(mime_message, auth.dkim, TEXT), FIELD(mime_message, auth.dmarc, TEXT), FIELD(mime_message, auth.spf_domain, TEXT),
	FIELD(mime_message, auth.dkim_domain, TEXT), FIELD(mime_message, headers, LIST, .of = &header_shape, .most = MIME_HEADERS_MAX),
	FIELD(mime_message, parts, LIST, .of = &part_shape, .most = MIME_PARTS_MAX), FIELD(mime_message, body_digest, DIGEST),
};
static const struct shape message_shape = {FIELDS(message_fields)};

/* What is left to read. */
struct wire {
	const guint8 *at;
	size_t left;
	bool is_bad;
};

static void
number_put(GByteArray *out, guint64 number)
{
	g_byte_array_append(out, (const guint8 *)&number, sizeof number);
}

/* NULL: there are not as many. */
static const guint8 *
octets_take(struct wire *in, guint64 size)
{
	in->is_bad |= size > in->left;
	if (in->is_bad)
		return NULL;
	in->at += size, in->left -= size;
	return in->at - size;
}

/* MOST at the most; 0 when it cannot be read. */
static guint64
number_take(struct wire *in, guint64 most)
{
	guint64 number = 0;
	const guint8 *octets = octets_take(in, sizeof number);
	if (octets)
		memcpy(&number, octets, sizeof number);
	in->is_bad |= number > most;
	return in->is_bad ? 0 : number;
}

static void
text_put(GByteArray *out, const char *text)
{
	size_t length = strlen(text);
	number_put(out, length);
	g_byte_array_append(out, (const guint8 *)text, (guint)length);
}

static char *
text_take(struct wire *in)
{
	guint64 length = number_take(in, G_MAXUINT64);
	const char *octets = (const char *)octets_take(in, length);
	if (!octets || !charset_is_utf8(octets, length)) {
		in->is_bad = true;
		return g_strdup("");
	}
	char *text = g_malloc(length + 1);
	memcpy(text, octets, length);
	text[length] = '\0';
	return text;
}

static void
shape_put(GByteArray *out, const void *from, const struct shape *shape);
static void
shape_take(struct wire *in, void *to, const struct shape *shape);

static void
put_text(GByteArray *out, const void *from, const struct field *field)
{
	(void)field;
	text_put(out, *(char *const *)from);
}

static void
take_text(struct wire *in, void *to, const struct field *field)
{
	(void)field;
	g_free(*(char **)to);
	*(char **)to = text_take(in);
}

static void
put_text_or_none(GByteArray *out, const void *from, const struct field *field)
{
	bool is_there = *(char *const *)from;
	number_put(out, is_there);
	if (is_there)
		put_text(out, from, field);
}

static void
take_text_or_none(struct wire *in, void *to, const struct field *field)
{
	if (number_take(in, true))
		take_text(in, to, field);
}

static void
put_flag(GByteArray *out, const void *from, const struct field *field)
{
	(void)field;
	number_put(out, *(const bool *)from);
}

static void
take_flag(struct wire *in, void *to, const struct field *field)
{
	(void)field;
	*(bool *)to = number_take(in, true);
}

static void
put_choice(GByteArray *out, const void *from, const struct field *field)
{
	(void)field;
	number_put(out, *(const guint *)from);
}

static void
take_choice(struct wire *in, void *to, const struct field *field)
{
	*(guint *)to = (guint)number_take(in, field->most);
}

static void
put_number(GByteArray *out, const void *from, const struct field *field)
{
	(void)field;
	number_put(out, *(const guint64 *)from);
}

static void
take_number(struct wire *in, void *to, const struct field *field)
{
	*(guint64 *)to = number_take(in, field->most ? field->most : G_MAXUINT64);
}

static void
put_texts(GByteArray *out, const void *from, const struct field *field)
{
	const GPtrArray *texts = *(GPtrArray *const *)from;
	(void)field;
	number_put(out, texts->len);
	for (guint i = 0; i < texts->len; i++)
		text_put(out, texts->pdata[i]);
}

static void
take_texts(struct wire *in, void *to, const struct field *field)
{
	(void)field;
	for (guint64 left = number_take(in, G_MAXUINT64); left > 0 && !in->is_bad; left--)
		g_ptr_array_add(*(GPtrArray **)to, text_take(in));
}

static void
put_list(GByteArray *out, const void *from, const struct field *field)
{
	const GPtrArray *list = *(GPtrArray *const *)from;
	number_put(out, list->len);
	for (guint i = 0; i < list->len; i++)
		shape_put(out, list->pdata[i], field->of);
}

static void
take_list(struct wire *in, void *to, const struct field *field)
{
	for (guint64 left = number_take(in, field->most ? field->most : G_MAXUINT64); left > 0 && !in->is_bad; left--) {
		void *element = field->of->make ? field->of->make() : g_malloc0(field->of->size);
		g_ptr_array_add(*(GPtrArray **)to, element);
		shape_take(in, element, field->of);
	}
}

/* As they were bounded when they were found. */
static void
take_facts(struct wire *in, void *to, const struct field *field)
{
	(void)field;
	for (guint64 left = number_take(in, MIME_FACTS_MAX); left > 0 && !in->is_bad; left--) {
		g_autofree char *name = text_take(in), *value = text_take(in);
		mime_facts_add(*(GPtrArray **)to, name, value);
	}
}

static void
put_struct_or_none(GByteArray *out, const void *from, const struct field *field)
{
	const void *it = *(void *const *)from;
	number_put(out, it != NULL);
	if (it)
		shape_put(out, it, field->of);
}

static void
take_struct_or_none(struct wire *in, void *to, const struct field *field)
{
	if (!number_take(in, true))
		return;
	*(void **)to = field->of->make();
	shape_take(in, *(void **)to, field->of);
}

static void
put_digest(GByteArray *out, const void *from, const struct field *field)
{
	(void)field;
	g_byte_array_append(out, g_bytes_get_data(*(GBytes *const *)from, NULL), DIGEST_SIZE);
}

static void
take_digest(struct wire *in, void *to, const struct field *field)
{
	(void)field;
	const guint8 *digest = octets_take(in, DIGEST_SIZE);
	if (digest)
		*(GBytes **)to = g_bytes_new(digest, DIGEST_SIZE);
}

static const struct {
	void (*put)(GByteArray *out, const void *from, const struct field *field);
	void (*take)(struct wire *in, void *to, const struct field *field);
} kinds[] = {
	[TEXT] = {put_text, take_text}, [TEXT_OR_NONE] = {put_text_or_none, take_text_or_none}, [FLAG] = {put_flag, take_flag},
	[CHOICE] = {put_choice, take_choice}, [NUMBER] = {put_number, take_number}, [TEXTS] = {put_texts, take_texts}, [LIST] = {put_list, take_list},
	[FACTS] = {put_list, take_facts}, [STRUCT_OR_NONE] = {put_struct_or_none, take_struct_or_none}, [DIGEST] = {put_digest, take_digest},
};

static void
shape_put(GByteArray *out, const void *from, const struct shape *shape)
{
	for (size_t i = 0; i < shape->count; i++)
		kinds[shape->fields[i].kind].put(out, (const char *)from + shape->fields[i].offset, &shape->fields[i]);
}

static void
shape_take(struct wire *in, void *to, const struct shape *shape)
{
	for (size_t i = 0; i < shape->count; i++)
		kinds[shape->fields[i].kind].take(in, (char *)to + shape->fields[i].offset, &shape->fields[i]);
}

GBytes *
mime_pack(const mime_message *message)
{
	GByteArray *out = g_byte_array_sized_new(ROOM);
	shape_put(out, message, &message_shape);
	return g_byte_array_free_to_bytes(out);
}

mime_message *
mime_unpack(GBytes *wire, GError **error)
{
	struct wire in = {0};
	g_autoptr(mime_message) message = mime_message_new();
	in.at = g_bytes_get_data(wire, &in.left);
	shape_take(&in, message, &message_shape);
	if (!in.is_bad && in.left == 0)
		return g_steal_pointer(&message);
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "what the parser sent is no message");
	return NULL;
}
