#include "milter/read/flatten.h"

#include <stdbool.h>
#include <string.h>

#define APOSTROPHE "\xe2\x80\x99" /* ’ */
#define NO_BREAK_SPACE "\xc2\xa0"

/* White space at P: its length in octets, 0 when there is none. */
static gsize
space_at(const char *p)
{
	if (g_ascii_isspace(*p))
		return 1;
	return g_str_has_prefix(p, NO_BREAK_SPACE) ? strlen(NO_BREAK_SPACE) : 0;
}

char *
flatten(const char *text, gsize max)
{
	gsize length = strnlen(text, max);
	while (length && ((guchar)text[length] & 0xc0) == 0x80)
		length--; /* not within a letter */
	g_autofree char *low = g_utf8_strdown(text, (gssize)length);
	GString *flat = g_string_sized_new(length);
	for (const char *p = low; *p;) {
		gsize space = space_at(p);
		bool is_apostrophe = !space && g_str_has_prefix(p, APOSTROPHE);
		if (is_apostrophe)
			g_string_append_c(flat, '\'');
		else if (!space)
			g_string_append_c(flat, *p);
		else if (flat->len && flat->str[flat->len - 1] != ' ')
			g_string_append_c(flat, ' ');
		p += space ? space : is_apostrophe ? strlen(APOSTROPHE) : 1;
	}
	return g_string_free(flat, FALSE);
}
