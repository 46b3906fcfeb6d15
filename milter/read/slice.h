/* slice: octets from P to END that need not end with NUL, as the readers of header fields walk over them. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* The first that is no blank; END. */
static inline const char *
slice_skip_blanks(const char *p, const char *end)
{
	while (p < end && g_ascii_isspace(*p))
		p++;
	return p;
}

/* It begins with WORD, ASCII case ignored. */
static inline bool
slice_has_word(const char *p, const char *end, const char *word)
{
	gsize length = strlen(word);
	return (gsize)(end - p) >= length && g_ascii_strncasecmp(p, word, length) == 0;
}
