#include "milter/html_tags.h"

#include <stdbool.h>
#include <string.h>

#define TAG_MAX (16 * 1024)

static bool has_prefix(const char *p, const char *prefix)
{
	return g_ascii_strncasecmp(p, prefix, strlen(prefix)) == 0;
}

/* Past the end tag of an element whose content is no markup; the end when it never closes. */
static const char *raw_text_skip(const char *p, const char *close)
{
	while (*p && !(*p == '<' && has_prefix(p, close)))
		p++;
	p += strcspn(p, ">");
	return p + (*p == '>');
}

/* Past a comment, "<!…>", "<?…>", script or style; P itself when it is none of them. */
static const char *unread_skip(const char *p)
{
	const char *end = NULL;
	if (has_prefix(p, "<!--")) {
		end = strstr(p + 4, "-->");
		return end ? end + 3 : p + strlen(p);
	}
	if (p[1] == '!' || p[1] == '?') {
		end = strchr(p, '>');
		return end ? end + 1 : p + strlen(p);
	}
	if (has_prefix(p, "<script"))
		return raw_text_skip(p, "</script");
	if (has_prefix(p, "<style"))
		return raw_text_skip(p, "</style");
	return p;
}

/* Copies one tag; a longer one than TAG_MAX leaves nothing, and is taken to end at its next '>'. */
static const char *tag_copy(const char *p, GString *out)
{
	const char *start = p;
	char quote = '\0';
	for (; *p && p - start < TAG_MAX; p++) {
		if (quote)
			quote = *p == quote ? '\0' : quote;
		else if (*p == '>')
			break;
		else if ((*p == '"' || *p == '\'') && p[-1] == '=')
			quote = *p;
	}
	if (*p == '>' && !quote) {
		g_string_append_len(out, start, p + 1 - start);
		return p + 1;
	}
	p = strchr(p, '>');
	return p ? p + 1 : start + strlen(start);
}

GString *html_tags_bound(const char *html)
{
	GString *out = g_string_sized_new(strlen(html) + 1);
	for (const char *p = html; *p;) {
		gsize text = strcspn(p, "<");
		g_string_append_len(out, p, text);
		p += text;
		if (!*p)
			break;
		const char *after = unread_skip(p);
		if (after != p) {
			p = after;
		} else if (g_ascii_isalpha(p[1]) || p[1] == '/') {
			p = tag_copy(p, out);
		} else {
			g_string_append(out, "&lt;");
			p++;
		}
	}
	return out;
}
