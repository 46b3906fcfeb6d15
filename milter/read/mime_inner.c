#include "milter/read/mime_inner.h"

#include <string.h>

#include "milter/read/file_block.h"
#include "milter/read/mime_name.h"
#include "milter/read/smime.h"
#include "milter/read/tnef.h"

#define KEPT_OCTETS 16384 /* of a file written in letters: it stays in the text as well, where the page folds it; a longer one would drown all searching */
#define LOOK_OCTETS 65536 /* of a text, to see whether it says anything */

struct unpacking {
	struct mime_tree *tree; /* its list is made anew */
	const guint8 *raw;
	GArray *from; /* struct mime_leaf: the list as it was */
};

/* A leaf's content as octets in which further leaves can be found. */
struct stretch {
	struct mime_content *within;
	guint64 base;
	const guint8 *octets;
	gsize length;
};

static bool
is_full(const struct unpacking *unpacking)
{
	return unpacking->tree->leaves->len >= MIME_PARTS_MAX;
}

/* Takes LEAF over. */
static void
leaf_put(struct unpacking *unpacking, struct mime_leaf leaf)
{
	g_array_append_val(unpacking->tree->leaves, leaf);
}

/* Decodes what is encoded, at most once: what lies still deeper stays as it is. A content that is of no use goes again by stretch_drop. */
static bool
stretch_open(struct unpacking *unpacking, const struct mime_leaf *leaf, struct stretch *stretch)
{
	*stretch = (struct stretch){.within = leaf->within, .base = leaf->offset, .length = leaf->length};
	stretch->octets = mime_leaf_container(leaf, unpacking->raw) + leaf->offset;
	if (leaf->encoding == MIME_IDENTITY)
		return true;
	if (leaf->within)
		return false;
	struct mime_content *content = g_new0(struct mime_content, 1);
	content->place = (struct mime_place){leaf->offset, leaf->length, leaf->encoding};
	content->octets = g_byte_array_free_to_bytes(mime_leaf_decode(leaf, unpacking->raw, G_MAXUINT32 / 2));
	g_ptr_array_add(unpacking->tree->contents, content);
	*stretch = (struct stretch){.within = content};
	stretch->octets = g_bytes_get_data(content->octets, &stretch->length);
	return true;
}

static void
stretch_drop(struct unpacking *unpacking, const struct stretch *stretch)
{
	GPtrArray *contents = unpacking->tree->contents;
	if (stretch->within && contents->len && contents->pdata[contents->len - 1] == stretch->within)
		g_ptr_array_set_size(contents, contents->len - 1);
}

/* A leaf like LEAF that is the octets from START to END of STRETCH. */
static struct mime_leaf
leaf_at(const struct mime_leaf *leaf, const struct stretch *stretch, gsize start, gsize end)
{
	struct mime_leaf slice = mime_leaf_slice(leaf, 0, 0);
	slice.within = stretch->within;
	slice.offset = stretch->base + start;
	slice.length = end - start;
	slice.encoding = MIME_IDENTITY;
	return slice;
}

static void
text_set(char **to, char *text)
{
	g_free(*to);
	*to = text;
}

static void
block_put(struct unpacking *unpacking, const struct mime_leaf *leaf, const struct stretch *stretch, const struct file_block *block)
{
	g_autofree char *name = g_strndup(block->name, block->name_length);
	struct mime_leaf file = leaf_at(leaf, stretch, block->data, block->end);
	text_set(&file.name, mime_name_clean(name));
	text_set(&file.type, g_strdup(mime_name_type(file.name)));
	text_set(&file.charset, g_strdup(""));
	file.is_attachment = true;
	file.encoding = block->encoding;
	leaf_put(unpacking, file);
}

static bool
may_hold_files(const struct mime_leaf *leaf)
{
	return strcmp(leaf->type, "text/plain") == 0 && !leaf->is_attachment && !*leaf->name;
}

static bool
stays_in_text(const struct file_block *block)
{
	return block->encoding != MIME_YENC && block->end - block->start <= KEPT_OCTETS;
}

/* Text, file, text … */
static bool
text_unpack(struct unpacking *unpacking, const struct mime_leaf *leaf)
{
	struct stretch stretch;
	if (!may_hold_files(leaf) || !stretch_open(unpacking, leaf, &stretch))
		return false;
	g_autoptr(file_search) search = file_search_new((const char *)stretch.octets, stretch.length);
	struct file_block block;
	gsize from = 0;
	bool has_any = false;
	while (!is_full(unpacking) && file_search_next(search, &block)) {
		has_any = true;
		if (!stays_in_text(&block)) {
			leaf_put(unpacking, leaf_at(leaf, &stretch, from, block.start));
			from = block.end;
		}
		block_put(unpacking, leaf, &stretch, &block);
	}
	if (has_any)
		leaf_put(unpacking, leaf_at(leaf, &stretch, from, stretch.length));
	else if (leaf->encoding != MIME_IDENTITY)
		stretch_drop(unpacking, &stretch);
	return has_any;
}

static bool
is_winmail(const struct mime_leaf *leaf)
{
	static const char *const types[] = {"application/ms-tnef", "application/vnd.ms-tnef", NULL};
	return g_strv_contains(types, leaf->type) || g_ascii_strcasecmp(leaf->name, "winmail.dat") == 0;
}

/* Whether there is a text that says anything: then the one in the winmail.dat is the same again. */
static bool
has_words(const struct unpacking *unpacking)
{
	for (guint i = 0; i < unpacking->from->len; i++) {
		const struct mime_leaf *leaf = &g_array_index(unpacking->from, struct mime_leaf, i);
		bool is_text = strcmp(leaf->type, "text/plain") == 0 || strcmp(leaf->type, "text/html") == 0;
		if (!is_text || leaf->is_attachment)
			continue;
		g_autoptr(GByteArray) text = mime_leaf_decode(leaf, unpacking->raw, LOOK_OCTETS);
		for (guint k = 0; k < text->len; k++)
			if (text->data[k] > ' ')
				return true;
	}
	return false;
}

static void
span_put(struct unpacking *unpacking, const struct mime_leaf *leaf, const struct stretch *stretch, struct tnef_span span, const char *type,
	const char *charset)
{
	struct mime_leaf text = leaf_at(leaf, stretch, span.offset, span.offset + span.length);
	text_set(&text.type, g_strdup(type));
	text_set(&text.charset, g_strdup(charset));
	text_set(&text.name, g_strdup(""));
	text_set(&text.content_id, g_strdup(""));
	text.is_attachment = text.is_inline = false;
	text.alternative = -1; /* text and HTML of one mail */
	leaf_put(unpacking, text);
}

static void
winmail_text_put(struct unpacking *unpacking, const struct mime_leaf *leaf, const struct stretch *stretch, const struct tnef *tnef)
{
	if (tnef->text.length)
		span_put(unpacking, leaf, stretch, tnef->text, "text/plain", *tnef->text_charset ? tnef->text_charset : tnef->code_page);
	if (tnef->html.length)
		span_put(unpacking, leaf, stretch, tnef->html, "text/html", "");
}

static void
winmail_file_put(struct unpacking *unpacking, const struct mime_leaf *leaf, const struct stretch *stretch, const struct tnef_file *from)
{
	struct mime_leaf file = leaf_at(leaf, stretch, from->data.offset, from->data.offset + from->data.length);
	const char *type = strchr(from->type, '/') ? from->type : mime_name_type(from->name);
	text_set(&file.type, g_ascii_strdown(type, -1));
	text_set(&file.name, g_strdup(from->name));
	text_set(&file.content_id, g_strdup(from->content_id));
	text_set(&file.charset, g_strdup(""));
	file.is_attachment = true;
	file.is_inline = *from->content_id;
	leaf_put(unpacking, file);
}

static bool
winmail_unpack(struct unpacking *unpacking, const struct mime_leaf *leaf)
{
	struct stretch stretch;
	struct tnef tnef;
	if (!is_winmail(leaf) || !stretch_open(unpacking, leaf, &stretch))
		return false;
	if (!tnef_read(&tnef, stretch.octets, stretch.length)) {
		if (leaf->encoding != MIME_IDENTITY)
			stretch_drop(unpacking, &stretch);
		return false;
	}
	if (!has_words(unpacking))
		winmail_text_put(unpacking, leaf, &stretch, &tnef);
	for (guint i = 0; i < tnef.files->len && !is_full(unpacking); i++)
		winmail_file_put(unpacking, leaf, &stretch, &g_array_index(tnef.files, struct tnef_file, i));
	unpacking->tree->is_cut |= tnef.files->len >= TNEF_FILES_MAX;
	tnef_clear(&tnef);
	return true;
}

static bool
is_pkcs7(const struct mime_leaf *leaf)
{
	static const char *const types[] = {"application/pkcs7-mime", "application/x-pkcs7-mime", NULL};
	g_autofree char *name = g_ascii_strdown(leaf->name, -1);
	return g_strv_contains(types, leaf->type) || g_str_has_suffix(name, ".p7m");
}

/* The mail within a signature (RFC 8551 section 3.5.2), where it lies, or made of its pieces. */
static bool
signed_open(struct unpacking *unpacking, const struct smime *smime, struct stretch *stretch)
{
	if (smime->pieces) {
		struct mime_content *content = g_new(struct mime_content, 1);
		*content = (struct mime_content){.octets = smime->pieces, .is_made = true};
		g_ptr_array_add(unpacking->tree->contents, content);
		*stretch = (struct stretch){.within = content};
		stretch->octets = g_bytes_get_data(smime->pieces, &stretch->length);
	} else {
		stretch->base += smime->offset;
		stretch->octets += smime->offset;
		stretch->length = smime->length;
	}
	return stretch->length > 0;
}

/* The leaves of the mail that STRETCH is, under numbers of alternatives that no other leaf has. */
static void
signed_put(struct unpacking *unpacking, const struct stretch *stretch, int number)
{
	struct mime_scan scan;
	struct mime_tree inner;
	mime_scan_run(&scan, stretch->octets, stretch->length);
	mime_tree_read(&inner, &scan);
	for (guint i = 0; i < inner.leaves->len && !is_full(unpacking); i++) {
		const struct mime_leaf *leaf = &g_array_index(inner.leaves, struct mime_leaf, i);
		struct mime_leaf own = mime_leaf_slice(leaf, 0, leaf->length);
		own.within = stretch->within;
		own.offset += stretch->base;
		own.alternative += own.alternative ? number * 2 * MIME_PARTS_MAX : 0;
		leaf_put(unpacking, own);
	}
	mime_tree_clear(&inner);
	mime_scan_clear(&scan);
}

/* What is signed goes before the signature, which stays a part. */
static bool
pkcs7_unpack(struct unpacking *unpacking, const struct mime_leaf *leaf, int number)
{
	static const char *const protections[] = {[SMIME_SIGNED] = "smime-signed", [SMIME_ENCRYPTED] = "smime-encrypted"};
	struct stretch stretch;
	struct smime smime;
	if (!is_pkcs7(leaf) || !stretch_open(unpacking, leaf, &stretch) || !smime_read(&smime, stretch.octets, stretch.length))
		return false;
	struct mime_leaf whole = mime_leaf_slice(leaf, 0, leaf->length);
	bool is_open = smime.kind == SMIME_SIGNED && signed_open(unpacking, &smime, &stretch);
	if (is_open)
		signed_put(unpacking, &stretch, number);
	whole.is_opened = is_open && !smime.pieces;
	whole.protection = is_open || smime.kind == SMIME_ENCRYPTED ? protections[smime.kind] : NULL; /* certificates come signed, around nothing */
	leaf_put(unpacking, whole);
	return true;
}

void
mime_inner_unpack(struct mime_tree *tree, const guint8 *raw)
{
	struct unpacking unpacking = {.tree = tree, .raw = raw, .from = tree->leaves};
	tree->leaves = mime_leaves_new();
	for (guint i = 0; i < unpacking.from->len; i++) {
		const struct mime_leaf *leaf = &g_array_index(unpacking.from, struct mime_leaf, i);
		if (!text_unpack(&unpacking, leaf) && !winmail_unpack(&unpacking, leaf) && !pkcs7_unpack(&unpacking, leaf, (int)i + 1))
			leaf_put(&unpacking, mime_leaf_slice(leaf, 0, leaf->length));
	}
	tree->is_cut |= is_full(&unpacking);
	g_array_unref(unpacking.from);
}
