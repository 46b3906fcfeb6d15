#include "milter/read/bounce_status.h"

#include <string.h>

#define TEXT_LOOKED_AT (64 * 1024)
#define LINE_MAX_BYTES 998
#define STATUS_LENGTH 9 /* "5.7.509" has 7 */

char *
bounce_status_at(const char *p)
{
	if (!strchr("245", *p) || !*p || p[1] != '.' || !g_ascii_isdigit(p[2]))
		return NULL;
	gsize length = 2 + strspn(p + 2, "0123456789");
	if (p[length] != '.' || !g_ascii_isdigit(p[length + 1]))
		return NULL;
	length += 1 + strspn(p + length + 1, "0123456789");
	bool is_end = !g_ascii_isalnum(p[length]) && !(p[length] == '.' && g_ascii_isdigit(p[length + 1]));
	return length <= STATUS_LENGTH && is_end ? g_strndup(p, length) : NULL;
}

/* P stands where a code can begin: not within a word, a number or an address. */
static bool
is_start(const char *text, const char *p)
{
	return p == text || !(g_ascii_isalnum(p[-1]) || strchr(".-@", p[-1]));
}

/* "550 " or "550-" */
static bool
is_reply(const char *p)
{
	return g_ascii_isdigit(p[1]) && p[1] <= '5' && g_ascii_isdigit(p[2]) && p[3] && strchr(" -:,.#", p[3]);
}

char *
bounce_status_find(const char *text, char class)
{
	char reply = 0;
	for (const char *p = text; *p && p - text < TEXT_LOOKED_AT; p++) {
		if ((*p != '4' && *p != '5') || (class && *p != class) || !is_start(text, p))
			continue;
		g_autofree char *status = bounce_status_at(p);
		if (status && !bounce_status_is_vague(status))
			return g_steal_pointer(&status);
		if (!reply && is_reply(p))
			reply = *p;
	}
	return reply ? g_strdup_printf("%c.0.0", reply) : g_strdup("");
}

char *
bounce_status_replied(const char *text)
{
	for (const char *p = text; *p && p - text < TEXT_LOOKED_AT; p++) {
		if ((*p != '4' && *p != '5') || !is_start(text, p) || !is_reply(p))
			continue;
		const char *after = p + 3 + strspn(p + 3, " -:'\"(#");
		g_autofree char *status = *after == *p ? bounce_status_at(after) : NULL;
		if (status && !bounce_status_is_vague(status))
			return g_steal_pointer(&status);
	}
	return NULL;
}

bool
bounce_status_is_vague(const char *status)
{
	return !*status || g_str_has_suffix(status, ".0.0");
}

char *
bounce_status_line(const char *text)
{
	for (const char *p = text; *p && p - text < TEXT_LOOKED_AT;) {
		gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, MIN(length, LINE_MAX_BYTES)), *code = bounce_status_find(line, 0);
		if (*code)
			return g_strdup(g_strstrip(line));
		p += length + (p[length] == '\n');
	}
	return g_strdup("");
}
