#include "store/letter.h"

#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <string.h>

/* What becomes of an element. Blocks end the paragraph they stand in; inlines are closed at its end and opened again in the next. */
enum role {ROLE_NONE, ROLE_PARAGRAPH, ROLE_LIST, ROLE_ITEM, ROLE_QUOTE, ROLE_INLINE, ROLE_BREAK, ROLE_SILENT};

static const struct element {
	const char *name, *as;
	enum role role;
} elements[] = {
	{"p", "p", ROLE_PARAGRAPH}, {"div", "p", ROLE_PARAGRAPH}, {"h1", "p", ROLE_PARAGRAPH}, {"h2", "p", ROLE_PARAGRAPH},
	{"h3", "p", ROLE_PARAGRAPH}, {"h4", "p", ROLE_PARAGRAPH}, {"tr", "p", ROLE_PARAGRAPH}, {"pre", "p", ROLE_PARAGRAPH},
	{"ul", "ul", ROLE_LIST}, {"ol", "ol", ROLE_LIST}, {"li", "li", ROLE_ITEM}, {"blockquote", "blockquote", ROLE_QUOTE},
	{"b", "strong", ROLE_INLINE}, {"strong", "strong", ROLE_INLINE}, {"i", "em", ROLE_INLINE}, {"em", "em", ROLE_INLINE},
	{"a", "a", ROLE_INLINE}, {"br", "br", ROLE_BREAK},
	{"script", "", ROLE_SILENT}, {"style", "", ROLE_SILENT}, {"title", "", ROLE_SILENT},
};

#define DEPTH_MAX 32 /* blocks and inlines within each other; deeper ones fall away */

static const struct element *
find_element(const char *name)
{
	static const struct element none = {"", "", ROLE_NONE};
	for (size_t i = 0; i < G_N_ELEMENTS(elements); i++)
		if (!g_ascii_strcasecmp(elements[i].name, name))
			return &elements[i];
	return &none;
}

/* One walk over the elements writes both forms. */
struct walk {
	GString *html, *text;
	GArray *blocks;       /* struct block: open ones */
	GArray *inlines;      /* struct inlined: open ones */
	int silent;           /* elements open whose text falls away */
	bool in_paragraph;    /* something was written into the present one */
	bool is_blank;        /* a blank is due before the next word */
	bool is_fresh_item;   /* an item's mark stands there, and nothing behind it */
};

/* Links that run on are opened anew in each paragraph, so little can become much. */
static bool
is_too_long(const struct walk *walk)
{
	return walk->html->len > LETTER_MAX || walk->text->len > LETTER_MAX;
}

struct block {
	const struct element *element;
	int count; /* of an ordered list's items so far */
};

struct inlined {
	const struct element *element;
	char *href; /* of a link */
};

static void
clear_inlined(void *data)
{
	g_free(((struct inlined *)data)->href);
}

static bool
is_in(const struct walk *walk, enum role role)
{
	return walk->blocks->len && g_array_index(walk->blocks, struct block, walk->blocks->len - 1).element->role == role;
}

/* "> " for each quote, two blanks for each list but the innermost's own mark. */
static void
begin_text_line(struct walk *walk)
{
	for (guint i = 0; i < walk->blocks->len; i++) {
		const struct block *block = &g_array_index(walk->blocks, struct block, i);
		if (block->element->role == ROLE_QUOTE)
			g_string_append(walk->text, "> ");
		else if (block->element->role == ROLE_ITEM)
			g_string_append(walk->text, "  ");
	}
}

static void
open_inline(struct walk *walk, struct inlined *inlined)
{
	if (!inlined->href) {
		g_string_append_printf(walk->html, "<%s>", inlined->element->as);
		return;
	}
	g_autofree char *href = g_markup_escape_text(inlined->href, -1);
	g_string_append_printf(walk->html, "<a href=\"%s\">", href);
}

static void
close_inline(struct walk *walk, const struct inlined *inlined)
{
	g_string_append_printf(walk->html, "</%s>", inlined->element->as);
}

static void
open_paragraph(struct walk *walk)
{
	if (walk->in_paragraph)
		return;
	walk->in_paragraph = true;
	walk->is_blank = false;
	if (!is_in(walk, ROLE_ITEM))
		g_string_append(walk->html, "<p>");
	if (!walk->is_fresh_item)
		begin_text_line(walk);
	walk->is_fresh_item = false;
	for (guint i = 0; i < walk->inlines->len; i++)
		open_inline(walk, &g_array_index(walk->inlines, struct inlined, i));
}

/* Items stand below each other, paragraphs have an empty line between them. */
static void
close_paragraph(struct walk *walk)
{
	if (!walk->in_paragraph)
		return;
	walk->in_paragraph = walk->is_blank = false;
	for (guint i = walk->inlines->len; i > 0; i--)
		close_inline(walk, &g_array_index(walk->inlines, struct inlined, i - 1));
	g_string_append(walk->html, is_in(walk, ROLE_ITEM) ? "" : "</p>");
	g_string_append(walk->text, is_in(walk, ROLE_ITEM) ? "\n" : "\n\n");
}

static void
open_item_mark(struct walk *walk)
{
	struct block *list = walk->blocks->len ? &g_array_index(walk->blocks, struct block, walk->blocks->len - 1) : NULL;
	begin_text_line(walk);
	if (list && !strcmp(list->element->as, "ol"))
		g_string_append_printf(walk->text, "%d. ", ++list->count);
	else
		g_string_append(walk->text, "- ");
	walk->is_fresh_item = true;
}

/* An item needs a list around it, a list nothing but items in it. */
static void
open_block(struct walk *walk, const struct element *element)
{
	if (walk->blocks->len >= DEPTH_MAX || (element->role == ROLE_ITEM) != is_in(walk, ROLE_LIST))
		return;
	if (element->role == ROLE_ITEM)
		open_item_mark(walk);
	g_string_append_printf(walk->html, "<%s>", element->as);
	struct block block = {element, 0};
	g_array_append_val(walk->blocks, block);
}

static void
close_block(struct walk *walk, const struct element *element)
{
	if (!is_in(walk, element->role))
		return;
	if (walk->is_fresh_item && element->role == ROLE_ITEM)
		g_string_append_c(walk->text, '\n');
	walk->is_fresh_item = false;
	g_string_append_printf(walk->html, "</%s>", g_array_index(walk->blocks, struct block, walk->blocks->len - 1).element->as);
	g_array_set_size(walk->blocks, walk->blocks->len - 1);
	if (element->role == ROLE_LIST && !is_in(walk, ROLE_ITEM))
		g_string_append_c(walk->text, '\n');
}

static bool
is_safe_link(const char *href)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:"};
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (!g_ascii_strncasecmp(href, schemes[i], strlen(schemes[i])))
			return true;
	return false;
}

static const char *
href_of(const xmlChar **attributes)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (!g_ascii_strcasecmp((const char *)attributes[0], "href") && attributes[1])
			return (const char *)attributes[1];
	return NULL;
}

/* Without control characters: programs pass over some of them in an address, and end it at others. Owner: caller. */
static char *
plain_address(const char *href)
{
	GString *plain = g_string_new(NULL);
	for (const char *at = href; *at; at = g_utf8_next_char(at))
		if (!g_unichar_iscntrl(g_utf8_get_char(at)))
			g_string_append_unichar(plain, g_utf8_get_char(at));
	return g_string_free(plain, FALSE);
}

/* A link within a link falls away: readers of HTML would end the outer one there. */
static bool
is_in_link(const struct walk *walk)
{
	for (guint i = 0; i < walk->inlines->len; i++)
		if (g_array_index(walk->inlines, struct inlined, i).href)
			return true;
	return false;
}

static void
begin_inline(struct walk *walk, const struct element *element, const xmlChar **attributes)
{
	bool is_link = !strcmp(element->as, "a");
	const char *given = is_link ? href_of(attributes) : NULL;
	g_autofree char *href = given ? plain_address(given) : NULL;
	if (walk->inlines->len >= DEPTH_MAX || (is_link && (!href || !is_safe_link(href) || is_in_link(walk))))
		return;
	struct inlined inlined = {element, g_steal_pointer(&href)};
	if (walk->in_paragraph && walk->is_blank) {
		g_string_append_c(walk->html, ' ');
		g_string_append_c(walk->text, ' ');
		walk->is_blank = false;
	}
	if (walk->in_paragraph)
		open_inline(walk, &inlined);
	g_array_append_val(walk->inlines, inlined);
}

/* A link's address follows its text, unless it is its text. */
static void
write_address(struct walk *walk, const struct inlined *link)
{
	const char *bare = g_ascii_strncasecmp(link->href, "mailto:", 7) ? link->href : link->href + 7;
	if (walk->in_paragraph && !g_str_has_suffix(walk->text->str, bare))
		g_string_append_printf(walk->text, " <%s>", bare);
}

static void
end_inline(struct walk *walk, const struct element *element)
{
	struct inlined *last = walk->inlines->len ? &g_array_index(walk->inlines, struct inlined, walk->inlines->len - 1) : NULL;
	if (!last || strcmp(last->element->as, element->as))
		return;
	if (last->href)
		write_address(walk, last);
	if (walk->in_paragraph)
		close_inline(walk, last);
	g_array_set_size(walk->inlines, walk->inlines->len - 1);
}

static void
on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	struct walk *walk = data;
	const struct element *element = find_element((const char *)name);
	if (is_too_long(walk))
		return;
	if (element->role == ROLE_SILENT)
		walk->silent++;
	else if (element->role == ROLE_INLINE)
		begin_inline(walk, element, attributes);
	else if (element->role == ROLE_BREAK && walk->in_paragraph) {
		g_string_append(walk->html, "<br>");
		g_string_append_c(walk->text, '\n');
		begin_text_line(walk);
		walk->is_blank = false;
	} else if (element->role != ROLE_NONE && element->role != ROLE_BREAK) {
		close_paragraph(walk);
		if (element->role != ROLE_PARAGRAPH)
			open_block(walk, element);
	}
}

static void
on_end(void *data, const xmlChar *name)
{
	struct walk *walk = data;
	const struct element *element = find_element((const char *)name);
	if (is_too_long(walk))
		return;
	if (element->role == ROLE_SILENT)
		walk->silent -= walk->silent > 0;
	else if (element->role == ROLE_INLINE)
		end_inline(walk, element);
	else if (element->role != ROLE_NONE && element->role != ROLE_BREAK) {
		close_paragraph(walk);
		if (element->role != ROLE_PARAGRAPH)
			close_block(walk, element);
	}
}

static void
write_letter(struct walk *walk, gunichar letter)
{
	if (letter < 0x80 && strchr("<>&\"", (int)letter)) {
		g_autofree char *escaped = g_markup_escape_text((char[]){(char)letter, '\0'}, 1);
		g_string_append(walk->html, escaped);
	} else {
		g_string_append_unichar(walk->html, letter);
	}
	g_string_append_unichar(walk->text, letter == 0xA0 ? ' ' : letter);
}

static void
on_text(void *data, const xmlChar *octets, int size)
{
	struct walk *walk = data;
	g_autofree char *text = g_strndup((const char *)octets, (gsize)size);
	if (walk->silent || is_in(walk, ROLE_LIST) || is_too_long(walk))
		return;
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar letter = g_utf8_get_char(at);
		if (letter < 0x80 && g_ascii_isspace((char)letter)) {
			walk->is_blank = walk->in_paragraph;
			continue;
		}
		if (g_unichar_iscntrl(letter))
			continue;
		open_paragraph(walk);
		if (walk->is_blank) {
			g_string_append_c(walk->html, ' ');
			g_string_append_c(walk->text, ' ');
			walk->is_blank = false;
		}
		write_letter(walk, letter);
	}
}

static void
parse(struct walk *walk, const char *html)
{
	xmlSAXHandler handler = {.startElement = on_start, .endElement = on_end, .characters = on_text, .ignorableWhitespace = on_text, .cdataBlock = NULL};
	htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, walk, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!parser)
		g_error("no memory for an HTML parser");
	htmlCtxtUseOptions(parser, HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
	g_autofree char *valid = g_utf8_make_valid(html, (gssize)strnlen(html, LETTER_MAX));
	htmlParseChunk(parser, valid, (int)strlen(valid), 1);
	xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
}

/* What SOURCE says as HTML or as text; NULL: that would be too long. Owner: caller. */
static char *
walk_over(const char *source, bool is_html)
{
	struct walk walk = {.html = g_string_new(NULL), .text = g_string_new(NULL), .blocks = g_array_new(FALSE, FALSE, sizeof(struct block)),
		.inlines = g_array_new(FALSE, FALSE, sizeof(struct inlined))};
	g_array_set_clear_func(walk.inlines, clear_inlined);
	parse(&walk, source);
	close_paragraph(&walk);
	while (walk.blocks->len)
		close_block(&walk, g_array_index(walk.blocks, struct block, walk.blocks->len - 1).element);
	g_strchomp(walk.text->str);
	bool is_empty = !*walk.text->str;
	char *written = is_too_long(&walk) ? NULL : g_strdup(is_empty ? "" : is_html ? walk.html->str : walk.text->str);
	g_array_unref(walk.blocks);
	g_array_unref(walk.inlines);
	g_string_free(walk.html, TRUE);
	g_string_free(walk.text, TRUE);
	return written;
}

char *
letter_clean(const char *html)
{
	return walk_over(html, true);
}

char *
letter_text(const char *html)
{
	return walk_over(html, false);
}
