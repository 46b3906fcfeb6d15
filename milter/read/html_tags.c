#include "milter/read/html_tags.h"

#include <stdbool.h>
#include <string.h>

#define TAG_MAX (16 * 1024)

/* The entities that browsers know without their semicolon, and libxml2 does not. */
static const char *const legacy[] = {"nbsp", "amp", "lt", "gt", "quot", "copy", "reg", "laquo", "raquo", "iexcl", "iquest", "cent", "pound", "yen",
	"sect", "deg", "plusmn", "sup1", "sup2", "sup3", "frac12", "frac14", "frac34", "times", "divide", "middot", "para", "micro", "ordf", "ordm",
	"shy", "uml", "acute", "cedil", "macr", "curren", "brvbar", "not", "szlig", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring",
	"AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
	"Ocirc", "Otilde", "Ouml", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "agrave", "aacute", "acirc", "atilde",
	"auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
	"ograve", "oacute", "ocirc", "otilde", "ouml", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml"};

static bool
has_prefix(const char *p, const char *prefix)
{
	return g_ascii_strncasecmp(p, prefix, strlen(prefix)) == 0;
}

/* Past the end tag of an element whose content is no markup; the end when it never closes. */
static const char *
raw_text_skip(const char *p, const char *close)
{
	while (*p && !(*p == '<' && has_prefix(p, close)))
		p++;
	p += strcspn(p, ">");
	return p + (*p == '>');
}

/* What ends a comment that begins at P. A mark that never comes ends it at its first '>', so that the mail is not lost with it;
 * HAS_END: false once it is known that none comes any more. */
static const char *
comment_skip(const char *p, bool *has_end)
{
	const char *text = p + strlen("<!--"), *end = NULL;
	if (*text == '>' || g_str_has_prefix(text, "->")) /* empty, as browsers see it */
		return strchr(text, '>') + 1;
	for (end = *has_end ? strchr(text, '>') : NULL; end; end = strchr(end + 1, '>')) {
		const char *mark = end - (end > text && end[-1] == '!') - 2;
		if (mark >= text && mark[0] == '-' && mark[1] == '-')
			return end + 1;
	}
	*has_end = false;
	end = strchr(text, '>');
	return end ? end + 1 : text + strlen(text);
}

/* Past a comment, "<!…>", "<?…>", script or style; P itself when it is none of them. */
static const char *
unread_skip(const char *p, bool *has_comment_end)
{
	if (has_prefix(p, "<!--"))
		return comment_skip(p, has_comment_end);
	if (p[1] == '!' || p[1] == '?') {
		const char *end = strchr(p, '>');
		return end ? end + 1 : p + strlen(p);
	}
	if (has_prefix(p, "<script"))
		return raw_text_skip(p, "</script");
	if (has_prefix(p, "<style"))
		return raw_text_skip(p, "</style");
	return p;
}

/* "<anna@shop.example>", "<https://shop.example>": no element, but text that nobody escaped. */
static bool
is_address(const char *p)
{
	gsize name = strcspn(p + 1, " \t\r\n<>\"'=");
	const char *at = memchr(p + 1, '@', name);
	return p[1 + name] == '>' && ((at && at > p + 1) || g_strstr_len(p + 1, name, "://"));
}

/* Copies one tag; a longer one than TAG_MAX leaves nothing, and is taken to end at its next '>'. */
static const char *
tag_copy(const char *p, GString *out)
{
	const char *start = p;
	char quote = '\0', before = '\0'; /* the last that is no blank */
	for (; *p && p - start < TAG_MAX; p++) {
		if (quote)
			quote = *p == quote ? '\0' : quote;
		else if (*p == '>')
			break;
		else if ((*p == '"' || *p == '\'') && before == '=')
			quote = *p;
		before = g_ascii_isspace(*p) ? before : *p;
	}
	if (*p == '>' && !quote) {
		g_string_append_len(out, start, p + 1 - start);
		return p + 1;
	}
	p = strchr(p, '>');
	return p ? p + 1 : start + strlen(start);
}

/* Octets of the entity's name behind the '&' at P that lacks its semicolon; 0: there is none, or "&copy=" of an address. */
static gsize
open_entity(const char *p, const char *end)
{
	const char *stop = p + 1;
	while (stop < end && g_ascii_isalnum(*stop))
		stop++;
	gsize length = stop - p - 1;
	if (length < 2 || *stop == ';' || *stop == '=')
		return 0;
	for (gsize i = 0; i < G_N_ELEMENTS(legacy); i++)
		if (strlen(legacy[i]) == length && strncmp(p + 1, legacy[i], length) == 0)
			return length;
	return g_str_has_prefix(p + 1, legacy[0]) ? strlen(legacy[0]) : 0; /* "&nbsp" is also written before a letter */
}

static void
text_copy(const char *p, gsize length, GString *out)
{
	const char *end = p + length, *amp;
	for (; (amp = memchr(p, '&', end - p)); p = amp) {
		gsize name = open_entity(amp, end);
		amp += 1 + name;
		g_string_append_len(out, p, amp - p);
		if (name > 0)
			g_string_append_c(out, ';');
	}
	g_string_append_len(out, p, end - p);
}

GString *
html_tags_bound(const char *html)
{
	GString *out = g_string_sized_new(strlen(html) + 1);
	bool has_comment_end = true;
	for (const char *p = html; *p;) {
		gsize text = strcspn(p, "<");
		text_copy(p, text, out);
		p += text;
		if (!*p)
			break;
		const char *after = unread_skip(p, &has_comment_end);
		if (after != p) {
			p = after;
		} else if ((g_ascii_isalpha(p[1]) || p[1] == '/') && !is_address(p)) {
			p = tag_copy(p, out);
		} else {
			g_string_append(out, "&lt;");
			p++;
		}
	}
	return out;
}

gsize
html_tags_within(const char *html, guint *left)
{
	const char *p = html;
	for (; (p = strchr(p, '<')); p++) {
		if (!g_ascii_isalpha(p[1]))
			continue;
		if (*left == 0)
			return (gsize)(p - html);
		(*left)--;
	}
	return strlen(html);
}

bool
html_is_begun(const guint8 *text, gsize length)
{
	static const char *const beginnings[] = {"!doctype html", "html", "head", "body", "meta", "style", "div", "p", "table", "center", "font",
		"span", "h1", "h2", "br", "b"};
	g_autofree char *copy = g_strndup((const char *)text, length);
	const char *p = copy + (g_str_has_prefix(copy, "\xef\xbb\xbf") ? 3 : 0);
	p += strspn(p, " \t\r\n");
	for (gsize i = 0; *p == '<' && i < G_N_ELEMENTS(beginnings); i++)
		if (has_prefix(p + 1, beginnings[i]) && strchr(" \t\r\n/>", p[1 + strlen(beginnings[i])]))
			return true;
	return false;
}
