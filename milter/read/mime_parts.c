#include "milter/read/mime_parts.h"

#include "milter/read/mime_facts.h"
#include "milter/read/mime_name.h"
#include "store/base64.h"

void
mime_part_free(struct mime_part *part)
{
	g_free(part->name);
	g_free(part->type);
	g_free(part->charset);
	g_free(part->content_id);
	g_free(part->role);
	g_ptr_array_unref(part->facts);
	g_free(part);
}

/* Moves the mark of base64 letters forward to the last whole group before FROM: what is streamed from there is the same, and the files of a
 * large winmail.dat together are read but once. Padding, after which groups begin anew, stops it. */
static void
mark_move(struct mime_content *content, const guint8 *raw, guint64 from)
{
	struct mime_mark *mark = &content->mark;
	const guint8 *octets = raw + content->place.offset;
	if (content->place.encoding != MIME_BASE64 || mark->decoded > from)
		*mark = (struct mime_mark){0};
	guint letters = 0;
	for (guint64 at = mark->encoded; content->place.encoding == MIME_BASE64 && at < content->place.length && mark->decoded + 3 <= from; at++) {
		if (octets[at] == '=')
			return;
		letters += base64_is_letter(octets[at]);
		if (letters == 4) {
			*mark = (struct mime_mark){at + 1, mark->decoded + 3};
			letters = 0;
		}
	}
}

/* Where the octets of PART lie: LEAF's, from the mark on. */
static void
place_set(struct mime_part *part, const struct mime_leaf *leaf, const guint8 *raw)
{
	struct mime_content *content = leaf->within;
	part->inner = (struct mime_place){leaf->offset, leaf->length, leaf->encoding};
	mark_move(content, raw, leaf->offset);
	part->offset = content->place.offset + content->mark.encoded;
	part->length = content->place.length - content->mark.encoded;
	part->encoding = content->place.encoding;
	part->inner.offset -= content->mark.decoded;
	part->has_inner = true;
}

void
mime_part_add(mime_message *message, const struct mime_tree *tree, guint at, const guint8 *raw)
{
	const struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, at);
	if (leaf->within && leaf->within->is_made)
		return;
	struct mime_part *part = g_new(struct mime_part, 1);
	*part = (struct mime_part){
		.name = *leaf->name ? g_strdup(leaf->name) : mime_name_by_type(leaf->type), .type = g_strdup(leaf->type), .charset = g_strdup(leaf->charset),
		.content_id = g_strdup(leaf->content_id), .is_inline = leaf->is_inline || (leaf->is_resource && *leaf->content_id),
		.offset = leaf->offset, .length = leaf->length, .encoding = leaf->encoding, .size = mime_leaf_size(leaf, raw),
		.role = g_strdup(""), .facts = mime_facts_new(), .leaf = at,
	};
	if (leaf->within)
		place_set(part, leaf, raw);
	g_ptr_array_add(message->parts, part);
}
