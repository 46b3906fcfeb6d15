#include "milter/read/mime_tree.h"

#include <gmime/gmime.h>
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/html_tags.h"
#include "milter/read/mime_name.h"
#include "milter/read/mime_param.h"
#include "milter/read/mime_word.h"

#define BEGINNING 512 /* octets of a text that tell whether it is HTML */

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

static const char *
text_or_empty(const char *text)
{
	return text ? text : "";
}

static enum kind
kind_of(const char *subtype)
{
	static const struct {const char *subtype; enum kind kind;} kinds[] = {
		{"alternative", ALTERNATIVE}, {"related", RELATED}, {"digesx", DIGEST},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_ascii_strcasecmp(subtype, kinds[i].subtype) == 0)
			return kinds[i].kind;
	return MIXED;
}

/* A field of OBJECT's header as it stands in the mail, the last one of that name, which GMime goes by too; "" when there is none. */
static const char *
raw_field(GMimeObject *object, const char *name)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(object);
	for (int i = g_mime_header_list_get_count(headers); i > 0; i--) {
		GMimeHeader *header = g_mime_header_list_get_header_at(headers, i - 1);
		if (g_ascii_strcasecmp(g_mime_header_get_name(header), name) == 0)
			return text_or_empty(g_mime_header_get_raw_value(header));
	}
	return "";
}

/* What a Content-Type means that says no type: "text" as it was before MIME, or nothing that can be read. */
static const char *
type_guess(GMimeObject *object, const char *said)
{
	static const char *const words[][2] = {{"text", "text/plain"}, {"plain", "text/plain"}, {"html", "text/html"}, {"text/", "text/plain"}};
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(said, words[i][0]) == 0)
			return words[i][1];
	g_autofree char *name = mime_param_read(raw_field(object, "Content-Disposition"), strlen(raw_field(object, "Content-Disposition")), "filename", NULL);
	g_autofree char *other = mime_param_read(raw_field(object, "Content-Type"), strlen(raw_field(object, "Content-Type")), "name", NULL);
	bool is_file = *name || *other || (GMIME_IS_PART(object) && g_mime_part_get_content_encoding(GMIME_PART(object)) == GMIME_CONTENT_ENCODING_BASE64);
	return is_file ? mime_name_type(*name ? name : other) : "text/plain";
}

static const char *
word_take(const char *p, GString *to)
{
	p += strspn(p, " \t\r\n\"'");
	gsize length = strcspn(p, "/; \t\r\n\"',=");
	g_string_append_len(to, p, (gssize)length);
	p += length;
	return p + strspn(p, " \t\r\n");
}

/* "type/subtype" in lower case, with the names mime_scan changed changed back. */
static char *
type_of(GMimeObject *object, enum kind parent)
{
	const char *field = raw_field(object, "Content-Type");
	g_autoptr(GString) type = g_string_new(NULL);
	if (!field[strspn(field, " \t\r\n")])
		return g_strdup(parent == DIGEST ? "message/rfc822" : "text/plain");
	const char *slash = word_take(field, type);
	if (*slash == '/' && type->len) {
		g_string_append_c(type, '/');
		word_take(slash + 1, type);
	}
	bool is_whole = strchr(type->str, '/') && !g_str_has_suffix(type->str, "/");
	g_autofree char *valid = g_utf8_make_valid(is_whole ? type->str : type_guess(object, type->str), -1);
	char *lower = charset_clean_line(g_ascii_strdown(valid, -1));
	if (g_str_has_prefix(lower, "messagx/"))
		lower[6] = 'e';
	return lower;
}

static char *
token_clean(const char *token)
{
	g_autofree char *utf8 = charset_decode(NULL, (const guint8 *)text_or_empty(token), strlen(text_or_empty(token)));
	return g_strdup(g_strstrip(g_strdelimit(charset_clean_line(utf8), "<>\"", ' ')));
}

/* By Content-Disposition, else by Content-Type; of what is no text also by where it was, or by what it was called. Owner: caller. */
static char *
name_of(GMimeObject *object, const char *type, const char *charset)
{
	static const struct {const char *field, *parameter;} places[] = {
		{"Content-Disposition", "filename"}, {"Content-Type", "name"}, {"Content-Disposition", "name"}, {"Content-Type", "filename"},
	};
	static const char *const hints[] = {"Content-Location", "Content-Description"};
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		const char *field = raw_field(object, places[i].field);
		g_autofree char *said = mime_param_read(field, strlen(field), places[i].parameter, charset);
		g_autofree char *name = mime_name_clean(said);
		if (*name)
			return g_steal_pointer(&name);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(hints) && !g_str_has_prefix(type, "text/"); i++) {
		const char *field = raw_field(object, hints[i]);
		g_autofree char *said = word_decode(field, strlen(field), charset);
		g_autofree char *name = mime_name_clean(said);
		if (mime_name_has_ending(name))
			return g_steal_pointer(&name);
	}
	return g_strdup("");
}

/* Content-Transfer-Encoding by its first word, with what programs make of it: "Base64;", "quoted_printable", "\"base64\"". */
static enum mime_encoding
encoding_of(GMimeObject *part)
{
	static const struct {const char *name; enum mime_encoding encoding;} names[] = {
		{"base64", MIME_BASE64}, {"xbase64", MIME_BASE64}, {"b64", MIME_BASE64}, {"quotedprintable", MIME_QUOTED_PRINTABLE},
		{"qp", MIME_QUOTED_PRINTABLE}, {"xuuencode", MIME_UUENCODE}, {"uuencode", MIME_UUENCODE}, {"xuue", MIME_UUENCODE},
		{"xyencode", MIME_YENC}, {"yenc", MIME_YENC},
	};
	char name[24];
	gsize length = 0;
	const char *p = text_or_empty(g_mime_object_get_header(part, "Content-Transfer-Encoding"));
	p += strspn(p, " \t\r\n\"'");
	for (; (g_ascii_isalnum(*p) || *p == '-' || *p == '_') && length < sizeof name - 1; p++)
		if (g_ascii_isalnum(*p))
			name[length++] = g_ascii_tolower(*p);
	name[length] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].encoding;
	return MIME_IDENTITY;
}

static void
leaf_place(struct mime_leaf *leaf, GMimePart *part, const struct mime_scan *scan)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	if (!stream)
		return;
	gint64 end = stream->bound_end < 0 ? (gint64)scan->length : MIN(stream->bound_end, (gint64)scan->length);
	leaf->offset = CLAMP(stream->bound_start, 0, end);
	leaf->length = end - leaf->offset;
}

/* A parameter of Content-Type. Owner: caller. */
static char *
parameter_of(GMimeObject *object, const char *name)
{
	const char *field = raw_field(object, "Content-Type");
	return mime_param_read(field, strlen(field), name, NULL);
}

static bool
has_value(GMimeObject *object, const char *parameter, const char *value)
{
	g_autofree char *have = parameter_of(object, parameter);
	return g_ascii_strcasecmp(have, value) == 0;
}

/* Shops' own programs send HTML and say nothing of it. */
static void
untyped_look(struct mime_leaf *leaf, const struct mime_scan *scan)
{
	g_autoptr(GByteArray) beginning = mime_leaf_decode(leaf, scan->view, BEGINNING);
	if (strcmp(leaf->type, "text/plain") != 0 || !html_is_begun(beginning->data, beginning->len))
		return;
	g_free(leaf->type);
	leaf->type = g_strdup("text/html");
}

static void
leaf_add(struct walk *walk, GMimeObject *object, const struct frame *parent)
{
	g_autofree char *charset = parameter_of(object, "charset");
	g_autoptr(GString) how = g_string_new(NULL);
	word_take(raw_field(object, "Content-Disposition"), how);
	struct mime_leaf leaf = {
		.type = type_of(object, parent ? parent->kind : MIXED),
		.charset = token_clean(charset),
		.content_id = token_clean(g_mime_object_get_content_id(object)),
		.is_attachment = g_ascii_strcasecmp(how->str, "attachment") == 0,
		.is_inline = g_ascii_strcasecmp(how->str, "inline") == 0,
		.is_flowed = has_value(object, "format", "flowed"),
		.is_delsp = has_value(object, "delsp", "yes"),
		.alternative = parent ? parent->alternative : 0,
		.is_resource = parent && (parent->is_resource || (parent->kind == RELATED && parent->next > 1)),
	};
	leaf.name = name_of(object, leaf.type, *leaf.charset ? leaf.charset : NULL);
	if (GMIME_IS_PART(object)) {
		leaf.encoding = encoding_of(object);
		leaf_place(&leaf, GMIME_PART(object), walk->scan);
		if (!g_mime_object_get_header(object, "Content-Type"))
			untyped_look(&leaf, walk->scan);
	}
	g_array_append_val(walk->tree->leaves, leaf);
}

static void
frame_push(struct walk *walk, GMimeMultipart *multipart, const struct frame *parent)
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
static void
text_add(struct walk *walk)
{
	struct mime_leaf leaf = {.type = g_strdup("text/plain"), .charset = g_strdup(""), .name = g_strdup(""), .content_id = g_strdup("")};
	leaf.offset = MIN(walk->scan->body, walk->scan->length);
	leaf.length = walk->scan->length - leaf.offset;
	g_array_append_val(walk->tree->leaves, leaf);
}

static void
object_add(struct walk *walk, GMimeObject *object, const struct frame *parent)
{
	if (GMIME_IS_MULTIPART(object))
		frame_push(walk, GMIME_MULTIPART(object), parent);
	else
		leaf_add(walk, object, parent);
}

static void
walk_run(struct walk *walk, GMimeObject *root)
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

static void
content_free(void *data)
{
	struct mime_content *content = data;
	g_bytes_unref(content->octets);
	g_free(content);
}

void
mime_tree_read(struct mime_tree *tree, const struct mime_scan *scan)
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

void
mime_tree_clear(struct mime_tree *tree)
{
	g_array_unref(tree->leaves);
	g_ptr_array_unref(tree->contents);
	g_free(tree->type);
	g_free(tree->report_type);
}
