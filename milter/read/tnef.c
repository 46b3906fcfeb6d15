#include "milter/read/tnef.h"

#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/mime_name.h"

#define SIGNATURE 0x223e9f78u
#define HEAD_OCTETS 6 /* signature, key */
#define ATTRIBUTE_OCTETS 9 /* level, id, length; a checksum of two follows the data */
#define DEPTH_MAX 4 /* of messages within messages */
#define PROPERTIES_MAX 5000
#define TEXT_OCTETS 1024 /* of a name and the like */
#define OBJECT_ID_OCTETS 16 /* stands before what is embedded as an object */

enum attribute { /* the lower half of its id */
	ATTACH_TITLE = 0x8010, ATTACH_DATA = 0x800f, ATTACH_START = 0x9002, ATTACH_PROPERTIES = 0x9005, MESSAGE_PROPERTIES = 0x9003,
	MESSAGE_BODY = 0x800c, MESSAGE_CLASS = 0x8008, CODE_PAGE = 0x9007,
};

enum property_type {
	TYPE_MANY = 0x1000, TYPE_OBJECT = 0x000d, TYPE_STRING = 0x001e, TYPE_UNICODE = 0x001f, TYPE_BINARY = 0x0102,
};

enum property_id {
	BODY = 0x1000, BODY_HTML = 0x1013, BODY_RTF = 0x1009, DISPLAY_NAME = 0x3001, FILE_NAME = 0x3704, LONG_FILE_NAME = 0x3707,
	FILE_DATA = 0x3701, FILE_TYPE = 0x370e, FILE_CONTENT_ID = 0x3712,
};

struct level { /* a TNEF stream, the outer one or one embedded */
	struct tnef_span span;
	guint depth;
};

struct reader {
	struct tnef *tnef;
	const guint8 *octets;
	GArray *levels; /* struct level: found, to be read */
	guint depth;    /* of the one that is read */
	guint file;     /* 1 + index of the file its attributes are about; 0: none yet */
	guint properties;
};

struct property {
	guint type, id;
	struct tnef_span value;
};

struct cursor {
	const guint8 *octets;
	gsize at, end;
	bool is_over; /* something did not fit */
};

static guint32
take(struct cursor *cursor, gsize size)
{
	guint32 value = 0;
	if (cursor->end - cursor->at < size) {
		cursor->is_over = true;
		cursor->at = cursor->end;
		return 0;
	}
	for (gsize i = 0; i < size; i++)
		value |= (guint32)cursor->octets[cursor->at + i] << (8 * i);
	cursor->at += size;
	return value;
}

static struct tnef_span
take_span(struct cursor *cursor, gsize length)
{
	struct tnef_span span = {cursor->at, MIN(length, cursor->end - cursor->at)};
	cursor->is_over |= span.length < length;
	cursor->at += span.length;
	return span;
}

static void
skip_to_four(struct cursor *cursor, gsize length)
{
	cursor->at = MIN(cursor->end, cursor->at + (4 - length % 4) % 4);
}

/* Octets of one value of a fixed size, with what fills it up; 0: its length stands before it. */
static gsize
fixed_size(guint type)
{
	static const struct {guint type; gsize size;} sizes[] = {
		{0x0000, 0}, {0x0001, 0}, {0x0002, 4}, {0x0003, 4}, {0x0004, 4}, {0x0005, 8}, {0x0006, 8}, {0x0007, 8}, {0x000a, 4}, {0x000b, 4},
		{0x0014, 8}, {0x0040, 8}, {0x0048, 16},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
		if (sizes[i].type == type)
			return sizes[i].size;
	return 0;
}

static bool
has_length(guint type)
{
	return type == TYPE_OBJECT || type == TYPE_STRING || type == TYPE_UNICODE || type == TYPE_BINARY;
}

/* A named property's name: a GUID, then a number or a string. */
static void
skip_name(struct cursor *cursor)
{
	take_span(cursor, 16);
	if (take(cursor, 4) == 0) {
		take(cursor, 4);
		return;
	}
	guint32 length = take(cursor, 4);
	take_span(cursor, length);
	skip_to_four(cursor, length);
}

/* The first value is what counts; more than one are passed over. */
static void
take_values(struct cursor *cursor, struct property *property)
{
	bool is_many = property->type & TYPE_MANY;
	property->type &= ~(guint)TYPE_MANY;
	bool is_counted = is_many || has_length(property->type);
	guint32 count = is_counted ? take(cursor, 4) : 1;
	gsize size = fixed_size(property->type);
	cursor->is_over |= size == 0 && !has_length(property->type) && property->type > 1; /* of a type we do not know the size of */
	for (guint32 i = 0; i < count && !cursor->is_over && (size || has_length(property->type)); i++) {
		gsize length = size ? size : take(cursor, 4);
		struct tnef_span value = take_span(cursor, length);
		skip_to_four(cursor, length);
		property->value = i == 0 ? value : property->value;
	}
}

static const char *
charset_of(const struct tnef *tnef, guint type)
{
	return type == TYPE_UNICODE ? "utf-16le" : tnef->code_page;
}

static char *
text_of(const struct reader *reader, const char *charset, struct tnef_span span)
{
	char *text = charset_decode(charset, reader->octets + span.offset, MIN(span.length, TEXT_OCTETS));
	return charset_clean_line(text);
}

static void
text_set(char **to, char *text)
{
	g_free(*to);
	*to = text;
}

static struct tnef_file *
file_now(struct reader *reader)
{
	return reader->file ? &g_array_index(reader->tnef->files, struct tnef_file, reader->file - 1) : NULL;
}

static void
file_start(struct reader *reader)
{
	reader->file = 0;
	if (reader->tnef->files->len >= TNEF_FILES_MAX)
		return;
	struct tnef_file file = {.name = g_strdup(""), .type = g_strdup(""), .content_id = g_strdup("")};
	g_array_append_val(reader->tnef->files, file);
	reader->file = reader->tnef->files->len;
}

/* A message that is attached is a TNEF stream of its own: its files are read with the others. */
static void
object_take(struct reader *reader, struct tnef_file *file, struct tnef_span value)
{
	if (value.length <= OBJECT_ID_OCTETS)
		return;
	struct tnef_span inner = {value.offset + OBJECT_ID_OCTETS, value.length - OBJECT_ID_OCTETS};
	struct level level = {inner, reader->depth + 1};
	struct cursor cursor = {reader->octets, inner.offset, inner.offset + inner.length, false};
	bool is_message = take(&cursor, 4) == SIGNATURE;
	if (is_message && level.depth < DEPTH_MAX)
		g_array_append_val(reader->levels, level);
	file->data = is_message ? (struct tnef_span){0} : inner;
}

/* Texts about a file; one that yields gives way to another of its kind. */
static const struct {enum property_id id; gsize offset; bool yields;} file_texts[] = {
	{LONG_FILE_NAME, offsetof(struct tnef_file, name), false}, {FILE_NAME, offsetof(struct tnef_file, name), true},
	{DISPLAY_NAME, offsetof(struct tnef_file, name), true}, {FILE_TYPE, offsetof(struct tnef_file, type), false},
	{FILE_CONTENT_ID, offsetof(struct tnef_file, content_id), false},
};

static void
file_text(struct reader *reader, struct tnef_file *file, const struct property *property)
{
	for (gsize i = 0; i < G_N_ELEMENTS(file_texts); i++) {
		char **slot = (char **)((char *)file + file_texts[i].offset);
		if (file_texts[i].id == property->id && (!**slot || !file_texts[i].yields))
			text_set(slot, text_of(reader, charset_of(reader->tnef, property->type), property->value));
	}
}

static void
file_property(struct reader *reader, const struct property *property)
{
	struct tnef_file *file = file_now(reader);
	if (!file)
		return;
	if (property->type == TYPE_STRING || property->type == TYPE_UNICODE)
		file_text(reader, file, property);
	else if (property->id == FILE_DATA && property->type == TYPE_OBJECT)
		object_take(reader, file, property->value);
	else if (property->id == FILE_DATA)
		file->data = property->value;
}

/* Of the outer message only; those within are known by their files. */
static void
message_property(struct reader *reader, const struct property *property)
{
	struct tnef *tnef = reader->tnef;
	bool is_text = property->type == TYPE_STRING || property->type == TYPE_UNICODE;
	if (reader->depth > 0)
		return;
	if (property->id == BODY && is_text) {
		tnef->text = property->value;
		tnef->text_charset = property->type == TYPE_UNICODE ? "utf-16le" : "";
	}
	if (property->id == BODY_HTML && (is_text || property->type == TYPE_BINARY))
		tnef->html = property->value;
	if (property->id == BODY_RTF && property->type == TYPE_BINARY)
		tnef->rtf = property->value;
}

static void
properties_read(struct reader *reader, struct tnef_span span, void (*use)(struct reader *, const struct property *))
{
	struct cursor cursor = {reader->octets, span.offset, span.offset + span.length, false};
	guint32 count = take(&cursor, 4);
	while (count-- && !cursor.is_over && reader->properties++ < PROPERTIES_MAX) {
		struct property property = {.type = take(&cursor, 2)};
		property.id = take(&cursor, 2);
		if (property.id >= 0x8000)
			skip_name(&cursor);
		take_values(&cursor, &property);
		if (!cursor.is_over)
			use(reader, &property);
	}
}

static void
code_page_take(struct reader *reader, struct tnef_span span)
{
	struct cursor cursor = {reader->octets, span.offset, span.offset + span.length, false};
	static const struct {guint32 page; const char *charset;} pages[] = {
		{932, "cp932"}, {936, "gb18030"}, {949, "cp949"}, {950, "big5"}, {65001, "utf-8"}, {20127, "us-ascii"}, {20866, "koi8-r"},
		{28591, "iso-8859-1"}, {28592, "iso-8859-2"}, {28605, "iso-8859-15"},
	};
	guint32 page = take(&cursor, 4);
	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
		if (pages[i].page == page)
			text_set(&reader->tnef->code_page, g_strdup(pages[i].charset));
	if (page >= 1250 && page <= 1258)
		text_set(&reader->tnef->code_page, g_strdup_printf("windows-%u", page));
}

static void
attribute_take(struct reader *reader, guint id, struct tnef_span data)
{
	struct tnef *tnef = reader->tnef;
	struct tnef_file *file = file_now(reader);
	bool is_outer = reader->depth == 0;
	switch (id) {
	case CODE_PAGE:
		code_page_take(reader, data);
		break;
	case MESSAGE_CLASS:
		if (is_outer)
			text_set(&tnef->message_class, text_of(reader, "us-ascii", data));
		break;
	case MESSAGE_BODY:
		tnef->text = is_outer && !tnef->text.length ? data : tnef->text;
		break;
	case MESSAGE_PROPERTIES:
		properties_read(reader, data, message_property);
		break;
	case ATTACH_START:
		file_start(reader);
		break;
	case ATTACH_TITLE:
		if (file)
			text_set(&file->name, text_of(reader, tnef->code_page, data));
		break;
	case ATTACH_DATA:
		if (file)
			file->data = data;
		break;
	case ATTACH_PROPERTIES:
		properties_read(reader, data, file_property);
		break;
	}
}

/* Returns whether there was an attribute in it. */
static bool
level_read(struct reader *reader, const struct level *level)
{
	struct cursor cursor = {reader->octets, level->span.offset, level->span.offset + level->span.length, false};
	bool has_any = false;
	if (level->span.length < HEAD_OCTETS || take(&cursor, 4) != SIGNATURE)
		return false;
	take(&cursor, 2);
	reader->depth = level->depth;
	reader->file = 0;
	while (cursor.end - cursor.at >= ATTRIBUTE_OCTETS) {
		take(&cursor, 1);
		guint id = take(&cursor, 4) & 0xffff;
		struct tnef_span data = take_span(&cursor, take(&cursor, 4));
		take(&cursor, 2);
		attribute_take(reader, id, data);
		has_any = true;
	}
	return has_any;
}

static void
file_clear(void *data)
{
	struct tnef_file *file = data;
	g_free(file->name);
	g_free(file->type);
	g_free(file->content_id);
}

/* What has no octets is no file: pictures of pages, messages of which the files stand in the list themselves. */
static void
files_settle(GArray *files)
{
	for (guint i = files->len; i > 0; i--) {
		struct tnef_file *file = &g_array_index(files, struct tnef_file, i - 1);
		if (!file->data.length) {
			g_array_remove_index(files, i - 1);
			continue;
		}
		text_set(&file->name, mime_name_clean(file->name));
	}
}

static bool
says_anything(const struct tnef *tnef)
{
	return tnef->files->len || tnef->text.length || tnef->html.length || tnef->rtf.length || *tnef->message_class;
}

bool
tnef_read(struct tnef *tnef, const guint8 *octets, gsize length)
{
	*tnef = (struct tnef){.text_charset = "", .code_page = g_strdup(""), .message_class = g_strdup("")};
	tnef->files = g_array_new(FALSE, FALSE, sizeof(struct tnef_file));
	g_array_set_clear_func(tnef->files, file_clear);
	struct reader reader = {.tnef = tnef, .octets = octets, .levels = g_array_new(FALSE, FALSE, sizeof(struct level))};
	struct level outer = {{0, length}, 0};
	bool is_tnef = level_read(&reader, &outer);
	for (guint i = 0; is_tnef && i < reader.levels->len; i++) {
		struct level level = g_array_index(reader.levels, struct level, i); /* reading may move the array */
		level_read(&reader, &level);
	}
	g_array_unref(reader.levels);
	files_settle(tnef->files);
	is_tnef = is_tnef && says_anything(tnef);
	if (!is_tnef)
		tnef_clear(tnef);
	return is_tnef;
}

void
tnef_clear(struct tnef *tnef)
{
	g_array_unref(tnef->files);
	g_free(tnef->code_page);
	g_free(tnef->message_class);
}
