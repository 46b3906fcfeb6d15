#include "milter/read/mime_body.h"

#include <string.h>

#include "milter/read/html_tags.h"
#include "milter/read/html_text.h"
#include "milter/read/mime_parts.h"

#define ELEMENTS_MAX 20000 /* of HTML that is kept to be shown; its text is read whole */

/* A stretch of the body: one text, or the text and the HTML of one multipart/alternative. */
struct block {
	int alternative;
	const struct mime_leaf *plain, *html;
};

struct body {
	mime_message *message;
	const struct mime_source *source;
	GString *text, *html;
	bool has_html;
	gsize left; /* octets that may still be decoded */
	guint elements_left;
};

/* Text that is there to be read. A named one is a file, unless the mail begins with it and nothing calls it attached. */
static bool
is_readable(const struct mime_leaf *leaf, bool is_first)
{
	if (strcmp(leaf->type, "text/plain") != 0 && !mime_text_is_html(leaf))
		return false;
	if (leaf->is_attachment || (leaf->is_resource && *leaf->content_id))
		return false;
	return !*leaf->name || is_first;
}

/* A kind of text we have no words for, shown as it stands when there is nothing better. */
static bool
is_other_text(const struct mime_leaf *leaf)
{
	static const char *const not_to_read[] = {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers",
		"text/rtf", "text/css"};
	for (gsize i = 0; i < G_N_ELEMENTS(not_to_read); i++)
		if (strcmp(leaf->type, not_to_read[i]) == 0)
			return false;
	return g_str_has_prefix(leaf->type, "text/") && !leaf->is_attachment && !*leaf->name;
}

static void
partial(mime_message *message, const char *note)
{
	message->state = MIME_PARTIAL;
	if (!*message->note) {
		g_free(message->note);
		message->note = g_strdup(note);
	}
}

static char *
leaf_text(struct body *body, const struct mime_leaf *leaf)
{
	bool is_cut;
	char *text = mime_text_read(leaf, body->source, &body->left, &is_cut);
	if (is_cut)
		partial(body->message, "the text is too long");
	return text;
}

static void
text_append(GString *out, const char *text)
{
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append(out, text);
}

static void
html_append_text(GString *out, const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);
	g_string_append_printf(out, "<div style=\"white-space:pre-wrap\">%s</div>\n", escaped);
}

static void
html_append(struct body *body, const char *html)
{
	gsize length = html_tags_within(html, &body->elements_left);
	if (html[length])
		partial(body->message, "the page has too many elements");
	g_string_append_len(body->html, html, (gssize)length);
	g_string_append_c(body->html, '\n');
}

static void
block_write(struct body *body, const struct block *block)
{
	g_autofree char *html = block->html ? leaf_text(body, block->html) : NULL;
	g_autofree char *plain = block->plain ? leaf_text(body, block->plain) : NULL;
	if (plain && html && !plain[strspn(plain, " \t\n")]) /* some senders leave the text of the alternative empty */
		g_clear_pointer(&plain, g_free);
	g_autofree char *from_html = html && !plain ? html_text(html, MIME_TEXT_MAX) : NULL;
	if (from_html && strlen(from_html) >= MIME_TEXT_MAX)
		partial(body->message, "the text is too long");
	text_append(body->text, plain ? plain : from_html);
	if (html)
		html_append(body, html);
	else if (body->has_html)
		html_append_text(body->html, plain);
}

static void
block_take(GArray *blocks, const struct mime_leaf *leaf)
{
	struct block *last = blocks->len ? &g_array_index(blocks, struct block, blocks->len - 1) : NULL;
	if (leaf->alternative && last && last->alternative == leaf->alternative) {
		const struct mime_leaf **slot = mime_text_is_html(leaf) ? &last->html : &last->plain;
		if (!*slot) {
			*slot = leaf;
			return;
		}
	}
	struct block block = {.alternative = leaf->alternative, .html = mime_text_is_html(leaf) ? leaf : NULL, .plain = mime_text_is_html(leaf) ? NULL : leaf};
	g_array_append_val(blocks, block);
}

/* Sorts the leaves into blocks and parts. */
static GArray *
blocks_find(mime_message *message, const struct mime_tree *tree, const guint8 *raw)
{
	GArray *blocks = g_array_new(FALSE, FALSE, sizeof(struct block));
	bool has_text = false;
	for (guint i = 0; i < tree->leaves->len && !has_text; i++)
		has_text = is_readable(&g_array_index(tree->leaves, struct mime_leaf, i), i == 0);
	for (guint i = 0; i < tree->leaves->len; i++) {
		const struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, i);
		bool is_body = is_readable(leaf, i == 0) || (!has_text && is_other_text(leaf));
		if (is_body)
			block_take(blocks, leaf);
		if (!is_body || *leaf->name) /* a file keeps its place among the files, shown or not */
			mime_part_add(message, tree, i, raw);
	}
	return blocks;
}

const char *
mime_body_read(mime_message *message, const struct mime_tree *tree, const struct mime_source *source)
{
	struct body body = {.message = message, .source = source, .left = MIME_TEXT_MAX, .elements_left = ELEMENTS_MAX};
	g_autoptr(GArray) blocks = blocks_find(message, tree, source->raw);
	const char *charset = source->charset ? source->charset : "";
	body.text = g_string_new(NULL);
	body.html = g_string_new(NULL);
	for (guint i = 0; i < blocks->len; i++)
		body.has_html |= g_array_index(blocks, struct block, i).html != NULL;
	for (guint i = 0; i < blocks->len; i++) {
		const struct block *block = &g_array_index(blocks, struct block, i);
		block_write(&body, block);
		const struct mime_leaf *leaf = block->plain ? block->plain : block->html;
		if (leaf && !*charset)
			charset = leaf->charset;
	}
	g_free(message->text);
	message->text = g_string_free(body.text, FALSE);
	message->html = g_string_free(body.html, !body.has_html);
	return charset;
}
