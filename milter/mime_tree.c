#include "milter/mime_tree.h"

#include <gmime/gmime.h>
#include <string.h>

#include "milter/charset.h"
#include "milter/uuencode.h"

#define NAME_MAX_BYTES 255
#define STEP 65536

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

/* The last component of a file name: no path, no controls, nothing that turns the direction of writing. */
static char *name_clean(const char *name)
{
	static const char *const turners[] = {"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
		"\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"};
	g_autofree char *utf8 = charset_decode(NULL, (const guint8 *)name, strlen(name));
	charset_clean_line(utf8);
	const char *base = utf8;
	for (const char *p = utf8; *p; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	g_autoptr(GString) clean = g_string_new(strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ? "" : base);
	for (gsize i = 0; i < G_N_ELEMENTS(turners); i++)
		g_string_replace(clean, turners[i], "", 0);
	if (clean->len > NAME_MAX_BYTES) {
		const char *cut = g_utf8_find_prev_char(clean->str, clean->str + NAME_MAX_BYTES + 1);
		g_string_truncate(clean, cut - clean->str);
	}
	return g_string_free(g_steal_pointer(&clean), FALSE);
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

static struct mime_leaf leaf_slice(const struct mime_leaf *leaf, gsize start, gsize end)
{
	struct mime_leaf slice = *leaf;
	slice.type = g_strdup(leaf->type);
	slice.charset = g_strdup(leaf->charset);
	slice.name = g_strdup(leaf->name);
	slice.content_id = g_strdup(leaf->content_id);
	slice.offset = leaf->offset + start;
	slice.length = end - start;
	return slice;
}

static struct mime_leaf uu_leaf(const struct mime_leaf *leaf, const struct uu_block *block)
{
	g_autofree char *name = g_strndup(block->name, block->name_length);
	struct mime_leaf file = leaf_slice(leaf, block->start, block->end);
	g_free(file.type);
	g_free(file.name);
	file.type = g_strdup("application/octet-stream");
	file.name = name_clean(name);
	file.is_attachment = true;
	file.encoding = MIME_UUENCODE;
	return file;
}

/* Adds LEAF, cut where files stand in its text: text, file, text. Takes LEAF over. */
static void text_split(struct walk *walk, struct mime_leaf *leaf)
{
	const char *text = (const char *)walk->scan->view + leaf->offset;
	struct uu_block block;
	gsize from = 0, length = leaf->length;
	while (walk->tree->leaves->len < MIME_PARTS_MAX && uu_find(text, length, from, &block)) {
		struct mime_leaf before = leaf_slice(leaf, from, block.start), file = uu_leaf(leaf, &block);
		g_array_append_val(walk->tree->leaves, before);
		g_array_append_val(walk->tree->leaves, file);
		from = block.end;
	}
	leaf->offset += from;
	leaf->length -= from;
	g_array_append_val(walk->tree->leaves, *leaf);
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
	leaf.name = name_clean(text_or_empty(name));
	if (strcmp(leaf.type, "text/plain") == 0 && leaf.encoding == MIME_IDENTITY && !leaf.is_attachment && !*leaf.name)
		text_split(walk, &leaf);
	else
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

void mime_tree_read(struct mime_tree *tree, const struct mime_scan *scan)
{
	/* No copy: the stream lends the view, every part its stretch of it, and all of them are gone at the end. */
	GByteArray view = {.data = (guint8 *)scan->view, .len = scan->length};
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(&view);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_stream_seek(stream, scan->start, GMIME_STREAM_SEEK_SET);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *root = g_mime_parser_construct_part(parser, NULL);

	*tree = (struct mime_tree){.leaves = g_array_new(FALSE, FALSE, sizeof(struct mime_leaf))};
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
	for (guint i = 0; i < tree->leaves->len; i++) {
		struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, i);
		g_free(leaf->type);
		g_free(leaf->charset);
		g_free(leaf->name);
		g_free(leaf->content_id);
	}
	g_array_unref(tree->leaves);
	g_free(tree->type);
	g_free(tree->report_type);
}

static GMimeContentEncoding gmime_encoding(enum mime_encoding encoding)
{
	static const GMimeContentEncoding of[] = {
		[MIME_IDENTITY] = GMIME_CONTENT_ENCODING_8BIT, [MIME_BASE64] = GMIME_CONTENT_ENCODING_BASE64,
		[MIME_QUOTED_PRINTABLE] = GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, [MIME_UUENCODE] = GMIME_CONTENT_ENCODING_UUENCODE,
	};
	return of[encoding];
}

/* Past the "begin" line, which GMime's decoder does not expect. */
static gsize begin_skip(const char *p, gsize length)
{
	const char *end = p + length, *line = p;
	while (line < end && g_ascii_isspace(*line))
		line++;
	if (end - line < 6 || memcmp(line, "begin ", 6) != 0)
		return 0;
	const char *newline = memchr(line, '\n', end - line);
	return newline ? newline + 1 - p : end - p;
}

/* Decodes in steps until MAX bytes are there; they go to OUT unless it is NULL. Returns how many there were. */
static guint64 leaf_decode(const struct mime_leaf *leaf, const guint8 *raw, gsize max, GByteArray *out)
{
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, gmime_encoding(leaf->encoding));
	const char *in = (const char *)raw + leaf->offset;
	gsize skip = leaf->encoding == MIME_UUENCODE ? begin_skip(in, leaf->length) : 0;
	guint64 left = leaf->length - skip, size = 0;
	in += skip;
	if (leaf->encoding == MIME_UUENCODE)
		state.state |= GMIME_UUDECODE_STATE_BEGIN;
	g_autofree char *block = g_malloc(g_mime_encoding_outlen(&state, MIN(left, STEP)) + 1);
	while (left > 0 && size < max) {
		gsize step = MIN(left, STEP);
		gsize got = g_mime_encoding_step(&state, in, step, block);
		if (out)
			g_byte_array_append(out, (const guint8 *)block, got);
		size += got, in += step, left -= step;
	}
	return size;
}

GByteArray *mime_leaf_decode(const struct mime_leaf *leaf, const guint8 *raw, gsize max)
{
	GByteArray *out = g_byte_array_sized_new(MIN(leaf->length, max) + 1);
	if (leaf->encoding == MIME_IDENTITY)
		g_byte_array_append(out, raw + leaf->offset, MIN(leaf->length, max));
	else
		leaf_decode(leaf, raw, max, out);
	if (out->len > max)
		g_byte_array_set_size(out, max);
	return out;
}

guint64 mime_leaf_size(const struct mime_leaf *leaf, const guint8 *raw)
{
	return leaf->encoding == MIME_IDENTITY ? leaf->length : leaf_decode(leaf, raw, G_MAXSIZE, NULL);
}
