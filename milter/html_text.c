#include "milter/html_text.h"

#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <string.h>

#include "milter/charset.h"
#include "milter/html_tags.h"

#define LISTS_MAX 16
#define QUOTES_MAX 20
#define LINK_MAX 2000
#define META_WITHIN 4096
#define START "<body>" /* without it libxml2 drops a text that begins with a stray end tag */
#define RULE "________________________________"

enum element_kind {INLINE, BLOCK, PARAGRAPH, BREAK, HIDDEN, QUOTE, LIST, NUMBERED, ITEM, ROW, CELL, PREFORMATTED, LINK, IMAGE, LINE};

struct list {
	bool is_numbered;
	int count;
};

/* What has been written, and what is owed before the next letter. */
struct page {
	GString *out;
	gsize max;
	int depth, hidden_at; /* of elements; 0: nothing is hidden */
	int quotes, line_quotes; /* now, and on the line being written */
	int newlines;
	bool is_space, is_cell, is_line_empty;
	int preformatted;
	struct list lists[LISTS_MAX];
	int list_depth;
	char bullet[64];
	char *href;
	gsize link_start;
};

void html_init(void)
{
	xmlInitParser();
}

static enum element_kind kind_of(const char *name)
{
	static const struct {const char *name; enum element_kind kind;} elements[] = {
		{"address", BLOCK}, {"article", BLOCK}, {"aside", BLOCK}, {"center", BLOCK}, {"dd", BLOCK}, {"div", BLOCK}, {"dl", BLOCK},
		{"dt", BLOCK}, {"fieldset", BLOCK}, {"footer", BLOCK}, {"form", BLOCK}, {"header", BLOCK}, {"section", BLOCK},
		{"table", BLOCK}, {"tbody", BLOCK}, {"caption", BLOCK}, {"h1", PARAGRAPH}, {"h2", PARAGRAPH}, {"h3", PARAGRAPH},
		{"h4", PARAGRAPH}, {"h5", PARAGRAPH}, {"h6", PARAGRAPH}, {"p", PARAGRAPH}, {"br", BREAK}, {"script", HIDDEN},
		{"style", HIDDEN}, {"title", HIDDEN}, {"template", HIDDEN}, {"noscript", HIDDEN}, {"select", HIDDEN}, {"object", HIDDEN},
		{"blockquote", QUOTE}, {"ul", LIST}, {"menu", LIST}, {"ol", NUMBERED}, {"li", ITEM}, {"tr", ROW}, {"td", CELL},
		{"th", CELL}, {"pre", PREFORMATTED}, {"a", LINK}, {"img", IMAGE}, {"hr", LINE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(elements); i++)
		if (strcmp(name, elements[i].name) == 0)
			return elements[i].kind;
	return INLINE;
}

static void newlines_owe(struct page *page, int count)
{
	page->newlines = MAX(page->newlines, count);
	page->is_space = page->is_cell = false;
}

static void spaces_trim(GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
}

static void quote_write(struct page *page, int quotes, bool is_text)
{
	for (int i = 0; i < MIN(quotes, QUOTES_MAX); i++)
		g_string_append_c(page->out, '>');
	if (quotes > 0 && is_text)
		g_string_append_c(page->out, ' ');
}

/* Pays what is owed: empty lines, quote marks, the item's bullet, the blank between words. */
static void line_begin(struct page *page)
{
	bool is_first = page->out->len == 0;
	int newlines = is_first ? 0 : MIN(page->newlines, 3);
	if (newlines > 0)
		spaces_trim(page->out);
	for (int i = 0; i < newlines; i++) {
		g_string_append_c(page->out, '\n');
		if (i < newlines - 1)
			quote_write(page, MIN(page->quotes, page->line_quotes), false);
	}
	if (newlines > 0 || is_first) {
		quote_write(page, page->quotes, true);
		page->line_quotes = page->quotes;
	} else if (page->is_cell) {
		g_string_append_c(page->out, '\t');
	} else if (page->is_space) {
		g_string_append_c(page->out, ' ');
	}
	g_string_append(page->out, page->bullet);
	page->bullet[0] = '\0';
	page->newlines = 0;
	page->is_space = page->is_cell = false;
}

static bool is_nothing(const char *p, gsize *length)
{
	static const char *const nothings[] = {"\xe2\x80\x8b", "\xef\xbb\xbf", "\xcd\x8f", "\xc2\xad"};
	for (gsize i = 0; i < G_N_ELEMENTS(nothings); i++)
		if (strncmp(p, nothings[i], *length = strlen(nothings[i])) == 0)
			return true;
	return false;
}

static void text_write(struct page *page, const char *text)
{
	gsize skip;
	for (const char *p = text; *p && page->out->len < page->max; p++) {
		bool is_blank = strchr(" \t\r\n\f", *p);
		if (page->preformatted > 0 && *p == '\n') {
			page->newlines++;
		} else if (is_blank && page->preformatted == 0) {
			page->is_space = page->newlines == 0 && page->out->len > 0;
		} else if (is_nothing(p, &skip)) {
			p += skip - 1;
		} else {
			if (page->newlines > 0 || page->out->len == 0 || page->is_space || page->is_cell || page->bullet[0])
				line_begin(page);
			bool is_hard = p[0] == '\xc2' && p[1] == '\xa0';
			g_string_append_c(page->out, is_hard ? ' ' : *p);
			p += is_hard;
		}
	}
}

static const char *attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (strcmp((const char *)attributes[0], name) == 0)
			return (const char *)attributes[1];
	return NULL;
}

/* The text some senders put before the mail for the list's preview. */
static bool is_hidden(const xmlChar **attributes)
{
	const char *style = attribute(attributes, "style");
	for (const char *p = style; p && (p = strcasestr(p, "display")); p++) {
		const char *value = p + strlen("display");
		value += strspn(value, " \t\n:");
		if (g_ascii_strncasecmp(value, "none", 4) == 0)
			return true;
	}
	return false;
}

static void item_begin(struct page *page)
{
	int depth = CLAMP(page->list_depth, 1, LISTS_MAX);
	struct list *list = &page->lists[depth - 1];
	newlines_owe(page, 1);
	if (page->list_depth > 0 && list->is_numbered)
		g_snprintf(page->bullet, sizeof page->bullet, "%*s%d. ", (depth - 1) * 2, "", ++list->count);
	else
		g_snprintf(page->bullet, sizeof page->bullet, "%*s- ", (depth - 1) * 2, "");
}

static void list_begin(struct page *page, bool is_numbered)
{
	newlines_owe(page, 1);
	if (page->list_depth++ < LISTS_MAX)
		page->lists[page->list_depth - 1] = (struct list){.is_numbered = is_numbered};
}

static void link_begin(struct page *page, const char *href)
{
	g_clear_pointer(&page->href, g_free);
	page->link_start = page->out->len;
	if (href && strlen(href) <= LINK_MAX && (g_ascii_strncasecmp(href, "http", 4) == 0 || g_ascii_strncasecmp(href, "mailto:", 7) == 0))
		page->href = g_strstrip(g_strdup(href));
}

/* " <where>", unless the link's own text says it, or there is no text. */
static void link_end(struct page *page)
{
	g_autofree char *href = g_steal_pointer(&page->href);
	if (!href || page->out->len <= page->link_start || page->out->len >= page->max)
		return;
	const char *bare = strchr(href, ':') + 1;
	bare += strspn(bare, "/");
	g_autofree char *core = g_strndup(bare, strcspn(bare, "?"));
	gsize length = strlen(core);
	if (length > 0 && core[length - 1] == '/')
		core[length - 1] = '\0';
	if (strstr(page->out->str + page->link_start, core))
		return;
	page->is_space = false;
	g_string_append_printf(page->out, " <%s>", href);
}

static void image_write(struct page *page, const char *alt)
{
	if (!alt || !*alt)
		return;
	bool is_emoji = (*alt & 0x80) && strlen(alt) <= 16;
	g_autofree char *text = is_emoji ? g_strdup(alt) : g_strdup_printf("[%s]", alt);
	text_write(page, text);
}

static void on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	struct page *page = data;
	enum element_kind kind = kind_of((const char *)name);
	page->depth++;
	if (page->hidden_at)
		return;
	if (kind == HIDDEN || is_hidden(attributes)) {
		page->hidden_at = page->depth;
		return;
	}
	switch (kind) {
	case BREAK: page->newlines++; page->is_space = page->is_cell = false; break;
	case BLOCK: case ROW: newlines_owe(page, 1); break;
	case PARAGRAPH: newlines_owe(page, 2); break;
	case QUOTE: newlines_owe(page, 1); page->quotes++; break;
	case LIST: case NUMBERED: list_begin(page, kind == NUMBERED); break;
	case ITEM: item_begin(page); break;
	case CELL: page->is_cell = page->newlines == 0; break;
	case PREFORMATTED: newlines_owe(page, 1); page->preformatted++; break;
	case LINK: link_begin(page, attribute(attributes, "href")); break;
	case IMAGE: image_write(page, attribute(attributes, "alt")); break;
	case LINE: newlines_owe(page, 1); text_write(page, RULE); newlines_owe(page, 1); break;
	default: break;
	}
}

static void on_end(void *data, const xmlChar *name)
{
	struct page *page = data;
	page->depth--;
	if (page->hidden_at) {
		if (page->depth < page->hidden_at)
			page->hidden_at = 0;
		return;
	}
	switch (kind_of((const char *)name)) {
	case BLOCK: case ROW: case ITEM: newlines_owe(page, 1); break;
	case PARAGRAPH: newlines_owe(page, 2); break;
	case QUOTE: newlines_owe(page, 1); page->quotes = MAX(page->quotes - 1, 0); break;
	case LIST: case NUMBERED: newlines_owe(page, 1); page->list_depth = MAX(page->list_depth - 1, 0); page->bullet[0] = '\0'; break;
	case PREFORMATTED: newlines_owe(page, 1); page->preformatted = MAX(page->preformatted - 1, 0); break;
	case LINK: link_end(page); break;
	default: break;
	}
}

static void on_text(void *data, const xmlChar *text, int length)
{
	struct page *page = data;
	if (page->hidden_at || page->out->len >= page->max)
		return;
	g_autofree char *copy = g_strndup((const char *)text, length);
	text_write(page, copy);
}

char *html_text(const char *html, gsize max)
{
	static htmlSAXHandler handler = {.startElement = on_start, .endElement = on_end, .characters = on_text, .ignorableWhitespace = on_text};
	struct page page = {.out = g_string_sized_new(strlen(html) / 2 + 16), .max = max};
	g_autoptr(GString) bounded = html_tags_bound(html);
	htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, &page, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	htmlCtxtUseOptions(parser, HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER | HTML_PARSE_IGNORE_ENC);
	htmlParseChunk(parser, START, strlen(START), 0);
	htmlParseChunk(parser, bounded->str, bounded->len, 0);
	htmlParseChunk(parser, NULL, 0, 1);
	if (parser->myDoc)
		xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
	g_free(page.href);
	spaces_trim(page.out);
	char *text = g_string_free(page.out, FALSE);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_free(text);
	return charset_clean_text(g_steal_pointer(&valid));
}

char *html_charset(const guint8 *html, gsize length)
{
	g_autofree char *head = g_strndup((const char *)html, MIN(length, META_WITHIN));
	for (const char *meta = head; (meta = strcasestr(meta, "<meta")); meta += strlen("<meta")) {
		g_autofree char *tag = g_strndup(meta, strcspn(meta, ">"));
		const char *charset = strcasestr(tag, "charset");
		if (!charset)
			continue;
		charset += strlen("charset");
		charset += strspn(charset, " \t\r\n=\"'");
		return g_strndup(charset, strcspn(charset, " \t\r\n\"';/"));
	}
	return NULL;
}
