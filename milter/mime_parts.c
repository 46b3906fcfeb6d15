#include "milter/mime_parts.h"

#include "milter/mime_facts.h"
#include "milter/mime_name.h"

void mime_part_free(struct mime_part *part)
{
	g_free(part->name);
	g_free(part->type);
	g_free(part->charset);
	g_free(part->content_id);
	g_free(part->role);
	g_ptr_array_unref(part->facts);
	g_free(part);
}

void mime_part_add(mime_message *message, const struct mime_tree *tree, guint at, const guint8 *raw)
{
	const struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, at);
	if (leaf->within && leaf->within->is_made)
		return;
	const struct mime_place here = {leaf->offset, leaf->length, leaf->encoding}, *outer = leaf->within ? &leaf->within->place : &here;
	struct mime_part *part = g_new(struct mime_part, 1);
	*part = (struct mime_part){
		.name = *leaf->name ? g_strdup(leaf->name) : mime_name_by_type(leaf->type), .type = g_strdup(leaf->type), .charset = g_strdup(leaf->charset),
		.content_id = g_strdup(leaf->content_id), .is_inline = leaf->is_inline || (leaf->is_resource && *leaf->content_id),
		.offset = outer->offset, .length = outer->length, .encoding = outer->encoding,
		.has_inner = leaf->within, .inner = leaf->within ? here : (struct mime_place){0}, .size = mime_leaf_size(leaf, raw),
		.role = g_strdup(""), .facts = mime_facts_new(), .leaf = at,
	};
	g_ptr_array_add(message->parts, part);
}
