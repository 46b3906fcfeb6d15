#include "milter/mime_tree.h"

#include <gmime/gmime.h>
#include <string.h>

#include "milter/charset.h"
#include "milter/mime_name.h"

enum kind {MIXED, ALTERNATIVE, RELATED, DIGEST};

struct frame { /* a multipart whose children are being listed */
	GMimeMultipart *multipart;
	int next, count;
	enum kind kind;
	int alternative;
	bool is_resource;
};

struct walk {
	struct mime_tree *tree;
	const struct mime_scan *scan;
	GArray *frames;
	int alternatives;
};

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

static enum kind kind_of(const char *subtype)
{
	static const struct {const char *subtype; enum kind kind;} kinds[] = {
		{"alternative", ALTERNATIVE}, {"related", RELATED}, {"digesx", DIGEST},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_ascii_strcasecmp(subtype, kinds[i].subtype) == 0)
			return kinds[i].kind;
	return MIXED;
}

/* "type/subtype" in lower case, with the names mime_scan changed changed back. */
static char *type_of(GMimeObject *object, enum kind parent)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *family = type ? g_mime_content_type_get_media_type(type) : NULL;
	const char *subtype = type ? g_mime_content_type_get_media_subtype(type) : NULL;
	if (parent == DIGEST && !g_mime_object_get_header(object, "Content-Type"))
		return g_strdup("message/rfc822");
	g_autofree char *name = g_strdup_printf("%s/%s", family && *family ? family : "text", subtype && *subtype ? subtype : "plain");
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	char *lower = charset_clean_line(g_ascii_strdown(valid, -1));
	if (g_str_has_prefix(lower, "messagx/"))
		lower[6] = 'e';
	return lower;
}

static char *token_clean(const char *token)
{
	g_autofree char *utf8 = charset_decode(NULL, (const guint8 *)text_or_empty(token), strlen(text_or_empty(token)));
	return g_strdup(g_strstrip(g_strdelimit(charset_clean_line(utf8), "<>\"", ' ')));
}

static enum mime_encoding encoding_of(GMimePart *part)
{
	switch (g_mime_part_get_content_encoding(part)) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return MIME_BASE64;
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return MIME_QUOTED_PRINTABLE;
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return MIME_UUENCODE;
	default:
		return MIME_IDENTITY;
	}
}

static void leaf_place(struct mime_leaf *leaf, GMimePart *part, const struct mime_scan *scan)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	if (!stream)
		return;
	gint64 end = stream->bound_end < 0 ? (gint64)scan->length : MIN(stream->bound_end, (gint64)scan->length);
	leaf->offset = CLAMP(stream->bound_start, 0, end);
	leaf->length = end - leaf->offset;
}

static bool has_value(GMimeContentType *type, const char *parameter, const char *value)
{
	const char *have = type ? g_mime_content_type_get_parameter(type, parameter) : NULL;
	return have && g_ascii_strcasecmp(have, value) == 0;
}

static void leaf_add(struct walk *walk, GMimeObject *object, const struct frame *parent)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
	const char *how = disposition ? g_mime_content_disposition_get_disposition(disposition) : NULL;
	struct mime_leaf leaf = {
		.type = type_of(object, parent ? parent->kind : MIXED),
		.charset = token_clean(type ? g_mime_content_type_get_parameter(type, "charset") : NULL),
		.content_id = token_clean(g_mime_object_get_content_id(object)),
		.is_attachment = how && g_ascii_strcasecmp(how, "attachment") == 0,
		.is_inline = how && g_ascii_strcasecmp(how, "inline") == 0,
		.is_flowed = has_value(type, "format", "flowed"),
		.is_delsp = has_value(type, "delsp", "yes"),
		.alternative = parent ? parent->alternative : 0,
		.is_resource = parent && (parent->is_resource || (parent->kind == RELATED && parent->next > 1)),
	};
	const char *name = NULL;
	if (GMIME_IS_PART(object)) {
		name = g_mime_part_get_filename(GMIME_PART(object));
		leaf.encoding = encoding_of(GMIME_PART(object));
		leaf_place(&leaf, GMIME_PART(object), walk->scan);
	}
	leaf.name = mime_name_clean(text_or_empty(name));
	g_array_append_val(walk->tree->leaves, leaf);
}

static void frame_push(struct walk *walk, GMimeMultipart *multipart, const struct frame *parent)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
	struct frame frame = {
		.multipart = multipart,
		.count = g_mime_multipart_get_count(multipart),
		.kind = kind_of(text_or_empty(type ? g_mime_content_type_get_media_subtype(type) : NULL)),
		.alternative = parent ? parent->alternative : 0,
		.is_resource = parent && (parent->is_resource || (parent->kind == RELATED && parent->next > 1)),
	};
	if (frame.kind == ALTERNATIVE && frame.alternative == 0)
		frame.alternative = ++walk->alternatives;
	g_array_append_val(walk->frames, frame);
}

/* A multipart in which no part could be found is shown as the text it is. */
static void text_add(struct walk *walk)
{
	struct mime_leaf leaf = {.type = g_strdup("text/plain"), .charset = g_strdup(""), .name = g_strdup(""), .content_id = g_strdup("")};
	leaf.offset = MIN(walk->scan->body, walk->scan->length);
	leaf.length = walk->scan->length - leaf.offset;
	g_array_append_val(walk->tree->leaves, leaf);
}

static void object_add(struct walk *walk, GMimeObject *object, const struct frame *parent)
{
	if (GMIME_IS_MULTIPART(object))
		frame_push(walk, GMIME_MULTIPART(object), parent);
	else
		leaf_add(walk, object, parent);
}

static void walk_run(struct walk *walk, GMimeObject *root)
{
	object_add(walk, root, NULL);
	while (walk->frames->len > 0 && walk->tree->leaves->len < MIME_PARTS_MAX) {
		guint top = walk->frames->len - 1;
		struct frame *frame = &g_array_index(walk->frames, struct frame, top);
		if (frame->next == frame->count) {
			g_array_set_size(walk->frames, top);
			continue;
		}
		GMimeObject *child = g_mime_multipart_get_part(frame->multipart, frame->next++);
		struct frame parent = *frame; /* pushing may move the array */
		object_add(walk, child, &parent);
	}
	if (walk->tree->leaves->len == 0)
		text_add(walk);
}

static void content_free(void *data)
{
	struct mime_content *content = data;
	g_bytes_unref(content->octets);
	g_free(content);
}

void mime_tree_read(struct mime_tree *tree, const struct mime_scan *scan)
{
	/* No copy: the stream lends the view, every part its stretch of it, and all of them are gone at the end. */
	GByteArray view = {.data = (guint8 *)scan->view, .len = scan->length};
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(&view);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_stream_seek(stream, scan->start, GMIME_STREAM_SEEK_SET);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *root = g_mime_parser_construct_part(parser, NULL);

	*tree = (struct mime_tree){.leaves = mime_leaves_new(), .contents = g_ptr_array_new_with_free_func(content_free)};
	struct walk walk = {.tree = tree, .scan = scan, .frames = g_array_new(FALSE, FALSE, sizeof(struct frame))};
	GMimeContentType *type = root ? g_mime_object_get_content_type(root) : NULL;
	tree->type = root ? type_of(root, MIXED) : g_strdup("text/plain");
	tree->report_type = token_clean(type ? g_mime_content_type_get_parameter(type, "report-type") : NULL);
	if (root)
		walk_run(&walk, root);
	else
		text_add(&walk);

	g_array_unref(walk.frames);
	g_clear_object(&root);
	g_object_unref(parser);
	g_object_unref(stream);
}

void mime_tree_clear(struct mime_tree *tree)
{
	g_array_unref(tree->leaves);
	g_ptr_array_unref(tree->contents);
	g_free(tree->type);
	g_free(tree->report_type);
}
