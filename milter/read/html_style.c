#include "milter/read/html_style.h"

#include <glib.h>
#include <string.h>

enum meaning {HIDDEN, PREFORMATTED, TOP, BOTTOM, FRAMELESS, BAR};

/* A property with a value that means something: how it begins, "0" for a zero in any unit, "" for any. */
static const struct {const char *property, *value; enum meaning meaning;} rules[] = {
	{"display", "none", HIDDEN}, {"visibility", "hidden", HIDDEN}, {"mso-hide", "all", HIDDEN}, {"opacity", "0", HIDDEN},
	{"max-height", "0", HIDDEN}, {"white-space", "pre", PREFORMATTED}, {"white-space", "break-spaces", PREFORMATTED},
	{"margin", "0", TOP}, {"margin-top", "0", TOP}, {"margin-bottom", "0", BOTTOM},
	{"border", "none", FRAMELESS}, {"border-style", "none", FRAMELESS}, {"border-left", "", BAR},
};

static const char *
blanks_skip(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* "0", "0px" and "0.0001pt", which Word writes, but not "0.5". */
static bool
is_zero(const char *value)
{
	const char *p = value + strspn(value, "0");
	if (*p == '.')
		p += 1 + strspn(p + 1, "0");
	return p > value && (!g_ascii_isdigit(*p) || g_str_has_prefix(p, "1pt"));
}

static bool
is_rule(gsize rule, const char *property, gsize length, const char *value)
{
	const char *wanted = rules[rule].value;
	if (strlen(rules[rule].property) != length || g_ascii_strncasecmp(property, rules[rule].property, length) != 0)
		return false;
	return *wanted == '0' ? is_zero(value) : g_ascii_strncasecmp(value, wanted, strlen(wanted)) == 0;
}

/* The value of the declaration at P, "" when it has none; LENGTH: of the property. */
static const char *
value_of(const char *p, gsize length)
{
	const char *value = blanks_skip(p + length);
	return *value == ':' ? blanks_skip(value + 1) : "";
}

static bool
has_meaning(const char *style, enum meaning meaning)
{
	for (const char *p = style; p && *p; p += *p == ';') {
		p = blanks_skip(p);
		gsize length = strcspn(p, ":; \t\r\n");
		for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
			if (rules[i].meaning == meaning && is_rule(i, p, length, value_of(p, length)))
				return true;
		p += strcspn(p, ";");
	}
	return false;
}

/* "margin: top sides bottom": without a third value the bottom is as the top. */
static bool
is_bottom_in_margin(const char *style)
{
	const char *margin = strcasestr(style, "margin:");
	if (!margin)
		return false;
	const char *value = blanks_skip(margin + strlen("margin:")), *third = value;
	for (int i = 0; i < 2; i++)
		third = blanks_skip(third + strcspn(third, "; \t\r\n"));
	return is_zero(*third && *third != ';' ? third : value);
}

bool
html_style_is_hidden(const char *style)
{
	return has_meaning(style, HIDDEN);
}

bool
html_style_is_preformatted(const char *style)
{
	return has_meaning(style, PREFORMATTED);
}

bool
html_style_is_tight(const char *style, const char *class)
{
	if (class && g_str_has_prefix(class, "Mso"))
		return true;
	return style && has_meaning(style, TOP) && (has_meaning(style, BOTTOM) || is_bottom_in_margin(style));
}

bool
html_style_is_indent(const char *style)
{
	return has_meaning(style, FRAMELESS) && !has_meaning(style, BAR); /* Word: no frame, but a bar to the left */
}
