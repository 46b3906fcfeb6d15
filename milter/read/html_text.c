#include "milter/read/html_text.h"

#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/html_page.h"
#include "milter/read/html_style.h"
#include "milter/read/html_tags.h"

#define LISTS_MAX 16
#define NUMBER_MAX 1000000 /* an ordered list does not begin higher */
#define LINK_MAX 2000
#define DEPTH_MAX 512 /* of elements, as in browsers: libxml2 looks through all that are open at an end tag that closes none */
#define STEP 1024     /* octets, and then to the next tag, between two looks at the depth */
#define META_WITHIN 4096
#define START "<body>" /* without it libxml2 drops a text that begins with a stray end tag */
#define RULE "________________________________"

enum element_kind {INLINE, BLOCK, PARAGRAPH, BREAK, HIDDEN, QUOTE, LIST, NUMBERED, ITEM, ROW, CELL, PREFORMATTED, LINK, IMAGE, LINE, MARKS};

static const struct {const char *name; enum element_kind kind;} elements[] = {
	{"address", BLOCK}, {"article", BLOCK}, {"aside", BLOCK}, {"caption", BLOCK}, {"center", BLOCK}, {"dd", BLOCK}, {"details", BLOCK},
	{"dir", LIST}, {"div", BLOCK}, {"dl", BLOCK}, {"dt", BLOCK}, {"fieldset", BLOCK}, {"figcaption", BLOCK}, {"figure", BLOCK},
	{"footer", BLOCK}, {"form", BLOCK}, {"header", BLOCK}, {"legend", BLOCK}, {"main", BLOCK}, {"nav", BLOCK}, {"section", BLOCK},
	{"summary", BLOCK}, {"table", BLOCK}, {"tbody", BLOCK}, {"thead", BLOCK}, {"tfoot", BLOCK}, {"h1", PARAGRAPH}, {"h2", PARAGRAPH},
	{"h3", PARAGRAPH}, {"h4", PARAGRAPH}, {"h5", PARAGRAPH}, {"h6", PARAGRAPH}, {"p", PARAGRAPH}, {"br", BREAK}, {"script", HIDDEN},
	{"style", HIDDEN}, {"title", HIDDEN}, {"template", HIDDEN}, {"select", HIDDEN}, {"object", HIDDEN}, {"xml", HIDDEN}, {"svg", HIDDEN},
	{"iframe", HIDDEN}, {"audio", HIDDEN}, {"video", HIDDEN}, {"blockquote", QUOTE}, {"ul", LIST}, {"menu", LIST}, {"ol", NUMBERED},
	{"li", ITEM}, {"tr", ROW}, {"td", CELL}, {"th", CELL}, {"pre", PREFORMATTED}, {"listing", PREFORMATTED}, {"xmp", PREFORMATTED},
	{"plaintext", PREFORMATTED}, {"a", LINK}, {"img", IMAGE}, {"hr", LINE}, {"q", MARKS},
};

struct list {
	bool is_numbered;
	int count;
};

struct reader {
	struct html_page page;
	int depth, hidden_at, preformatted_at; /* of elements; 0: nothing is */
	bool is_pre_begin;                     /* right behind <pre>, where a line end is none */
	bool is_tight;                         /* the paragraph has no room around it, as Word's have */
	GByteArray *quotes;                    /* of each blockquote that is open: is it one? Some only indent */
	struct list lists[LISTS_MAX];
	int list_depth;
	char *href;
	gsize link_start;
};

void
html_init(void)
{
	xmlInitParser();
}

static enum element_kind
kind_of(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(elements); i++)
		if (strcmp(name, elements[i].name) == 0)
			return elements[i].kind;
	return INLINE;
}

static const char *
attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (strcmp((const char *)attributes[0], name) == 0)
			return attributes[1] ? (const char *)attributes[1] : "";
	return NULL;
}

static int
number_of(const char *text, int otherwise)
{
	return text && g_ascii_isdigit(*text) ? (int)MIN(g_ascii_strtoull(text, NULL, 10), NUMBER_MAX) : otherwise;
}

static void
item_begin(struct reader *reader, const char *value)
{
	char bullet[64];
	int depth = CLAMP(reader->list_depth, 1, LISTS_MAX);
	struct list *list = &reader->lists[depth - 1];
	if (reader->list_depth > 0 && list->is_numbered) {
		list->count = number_of(value, list->count + 1);
		g_snprintf(bullet, sizeof bullet, "%*s%d. ", (depth - 1) * 2, "", list->count);
	} else {
		g_snprintf(bullet, sizeof bullet, "%*s- ", (depth - 1) * 2, "");
	}
	html_page_bullet(&reader->page, bullet);
}

static void
list_begin(struct reader *reader, bool is_numbered, const char *start)
{
	html_page_bullet(&reader->page, "");
	if (reader->list_depth++ < LISTS_MAX)
		reader->lists[reader->list_depth - 1] = (struct list){.is_numbered = is_numbered, .count = number_of(start, 1) - 1};
}

static void
list_end(struct reader *reader)
{
	html_page_bullet(&reader->page, "");
	reader->list_depth = MAX(reader->list_depth - 1, 0);
}

static void
quote_begin(struct reader *reader, const char *style)
{
	guint8 is_quote = !html_style_is_indent(style);
	html_page_lines(&reader->page, 1);
	g_byte_array_append(reader->quotes, &is_quote, 1);
	reader->page.quotes += is_quote;
}

static void
quote_end(struct reader *reader)
{
	html_page_lines(&reader->page, 1);
	if (reader->quotes->len == 0)
		return;
	reader->page.quotes -= reader->quotes->data[reader->quotes->len - 1];
	g_byte_array_set_size(reader->quotes, reader->quotes->len - 1);
}

static void
link_begin(struct reader *reader, const char *href)
{
	g_clear_pointer(&reader->href, g_free);
	reader->link_start = reader->page.out->len;
	if (href && strlen(href) <= LINK_MAX)
		reader->href = charset_clean_line(g_strdup(href));
	if (reader->href && g_ascii_strncasecmp(reader->href, "http", 4) != 0 && g_ascii_strncasecmp(reader->href, "mailto:", 7) != 0)
		g_clear_pointer(&reader->href, g_free);
}

/* " <where>", unless the link's own text says it, or there is no text. */
static void
link_end(struct reader *reader)
{
	struct html_page *page = &reader->page;
	g_autofree char *href = g_steal_pointer(&reader->href);
	const char *colon = href ? strchr(href, ':') : NULL;
	if (!colon || page->out->len <= reader->link_start || html_page_is_full(page))
		return;
	const char *bare = colon + 1 + strspn(colon + 1, "/");
	g_autofree char *core = g_strndup(bare, strcspn(bare, "?"));
	gsize length = strlen(core);
	if (length > 0 && core[length - 1] == '/')
		core[length - 1] = '\0';
	if (strstr(page->out->str + reader->link_start, core))
		return;
	page->is_blank = false;
	g_string_append_printf(page->out, " <%s>", href);
}

static void
image_write(struct html_page *page, const char *alt)
{
	if (!alt || !*alt)
		return;
	bool is_emoji = (*alt & 0x80) && strlen(alt) <= 16;
	g_autofree char *text = is_emoji ? g_strdup(alt) : g_strdup_printf("[%s]", alt);
	html_page_text(page, text);
}

static void
rule_write(struct html_page *page)
{
	html_page_lines(page, 1);
	html_page_text(page, RULE);
	html_page_lines(page, 1);
}

static void
preformatted_begin(struct reader *reader)
{
	reader->page.is_preformatted = true;
	if (!reader->preformatted_at)
		reader->preformatted_at = reader->depth;
}

static void
paragraph_begin(struct reader *reader, const xmlChar **attributes)
{
	reader->is_tight = html_style_is_tight(attribute(attributes, "style"), attribute(attributes, "class"));
	html_page_lines(&reader->page, reader->is_tight ? 1 : 2);
}

static void
element_begin(struct reader *reader, enum element_kind kind, const xmlChar **attributes)
{
	struct html_page *page = &reader->page;
	switch (kind) {
	case BREAK: html_page_break(page); break;
	case BLOCK: html_page_lines(page, 1); break;
	case ROW: html_page_row(page); break;
	case PARAGRAPH: paragraph_begin(reader, attributes); break;
	case QUOTE: quote_begin(reader, attribute(attributes, "style")); break;
	case LIST: case NUMBERED: list_begin(reader, kind == NUMBERED, attribute(attributes, "start")); break;
	case ITEM: item_begin(reader, attribute(attributes, "value")); break;
	case CELL: html_page_cell(page); break;
	case PREFORMATTED: html_page_lines(page, 1); preformatted_begin(reader); break;
	case LINK: link_begin(reader, attribute(attributes, "href")); break;
	case IMAGE: image_write(page, attribute(attributes, "alt")); break;
	case LINE: rule_write(page); break;
	case MARKS: html_page_text(page, "“"); break;
	default: break;
	}
	reader->is_pre_begin = kind == PREFORMATTED;
}

static void
on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	struct reader *reader = data;
	enum element_kind kind = kind_of((const char *)name);
	const char *style = attribute(attributes, "style");
	reader->depth++;
	if (reader->hidden_at)
		return;
	if (kind == HIDDEN || attribute(attributes, "hidden") || html_style_is_hidden(style)) {
		reader->hidden_at = reader->depth;
		return;
	}
	element_begin(reader, kind, attributes);
	if (html_style_is_preformatted(style))
		preformatted_begin(reader);
}

static void
element_end(struct reader *reader, enum element_kind kind)
{
	struct html_page *page = &reader->page;
	switch (kind) {
	case BLOCK: case ITEM: case PREFORMATTED: html_page_block_end(page, 1); break;
	case ROW: html_page_row(page); break;
	case PARAGRAPH: html_page_block_end(page, reader->is_tight ? 1 : 2); break;
	case QUOTE: quote_end(reader); break;
	case LIST: case NUMBERED: list_end(reader); break;
	case LINK: link_end(reader); break;
	case MARKS: html_page_text(page, "”"); break;
	default: break;
	}
}

static void
on_end(void *data, const xmlChar *name)
{
	struct reader *reader = data;
	reader->depth--;
	if (!reader->hidden_at)
		element_end(reader, kind_of((const char *)name));
	if (reader->depth < reader->hidden_at)
		reader->hidden_at = 0;
	if (reader->depth < reader->preformatted_at) {
		reader->preformatted_at = 0;
		reader->page.is_preformatted = false;
	}
}

static void
on_text(void *data, const xmlChar *text, int length)
{
	struct reader *reader = data;
	if (reader->hidden_at || html_page_is_full(&reader->page))
		return;
	g_autofree char *copy = g_strndup((const char *)text, length);
	html_page_text(&reader->page, copy + (reader->is_pre_begin && *copy == '\n'));
	reader->is_pre_begin = false;
}

static htmlParserCtxtPtr
parser_begin(struct reader *reader)
{
	static htmlSAXHandler handler = {.startElement = on_start, .endElement = on_end, .characters = on_text, .ignorableWhitespace = on_text};
	htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	htmlCtxtUseOptions(parser, HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_RECOVER | HTML_PARSE_IGNORE_ENC);
	htmlParseChunk(parser, START, strlen(START), 0);
	return parser;
}

/* Closes what is open. */
static void
parser_end(htmlParserCtxtPtr parser)
{
	htmlParseChunk(parser, NULL, 0, 1);
	if (parser->myDoc)
		xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
}

/* Where elements lie too deep all of them end, and what follows is read as if none had been. */
static void
page_read(struct reader *reader, const GString *html)
{
	htmlParserCtxtPtr parser = parser_begin(reader);
	const char *end = html->str + html->len, *next;
	for (const char *p = html->str; p < end; p = next) {
		if (parser->nameNr > DEPTH_MAX) {
			parser_end(parser);
			parser = parser_begin(reader);
		}
		next = p + MIN(end - p, STEP);
		next += strcspn(next, "<");
		htmlParseChunk(parser, p, (int)(next - p), 0);
	}
	parser_end(parser);
}

char *
html_text(const char *html, gsize max)
{
	struct reader reader = {.page = {.out = g_string_sized_new(strlen(html) / 2 + 16), .max = max}, .quotes = g_byte_array_new()};
	g_autoptr(GString) bounded = html_tags_bound(html);
	page_read(&reader, bounded);
	g_free(reader.href);
	g_byte_array_unref(reader.quotes);
	char *text = g_strchomp(g_string_free(reader.page.out, FALSE));
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_free(text);
	return charset_clean_text(g_steal_pointer(&valid));
}

char *
html_charset(const guint8 *html, gsize length)
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
