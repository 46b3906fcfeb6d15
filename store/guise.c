#include "store/guise.h"

#include <string.h>

#include "store/words.h"

/* Small letters, after folding, that look like a Latin one: Cyrillic, Greek, Armenian, and digits. */
static const struct {
	gunichar letter;
	char latin;
} lookalikes[] = {
	{0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43a, 'k'}, {0x43c, 'm'}, {0x43d, 'h'}, {0x43e, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'},
	{0x443, 'y'}, {0x445, 'x'}, {0x44c, 'b'}, {0x455, 's'}, {0x456, 'i'}, {0x458, 'j'}, {0x4bb, 'h'}, {0x4cf, 'l'}, {0x501, 'd'}, {0x51b, 'q'},
	{0x51d, 'w'}, {0x475, 'v'}, {0x3b1, 'a'}, {0x3b2, 'b'}, {0x3b5, 'e'}, {0x3b7, 'n'}, {0x3b9, 'i'}, {0x3ba, 'k'}, {0x3bd, 'v'}, {0x3bf, 'o'},
	{0x3c1, 'p'}, {0x3c4, 't'}, {0x3c5, 'u'}, {0x3c7, 'x'}, {0x3c9, 'w'}, {0x578, 'n'}, {0x57d, 'u'}, {0x585, 'o'}, {0x570, 'h'}, {0x581, 'g'},
	{0x251, 'a'}, {0x261, 'g'}, {'0', 'o'}, {'1', 'l'}, {'|', 'l'},
};

static gunichar
latin_of(gunichar letter)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lookalikes); i++)
		if (lookalikes[i].letter == letter)
			return (gunichar)lookalikes[i].latin;
	return letter;
}

char *
guise_skeleton(const char *text)
{
	g_autofree char *folded = words_fold(text);
	GString *skeleton = g_string_sized_new(strlen(folded));
	for (const char *c = folded; *c; c = g_utf8_next_char(c)) {
		gunichar letter = latin_of(g_utf8_get_char(c));
		if (g_unichar_isalnum(letter) || letter == '@' || letter == '.')
			g_string_append_unichar(skeleton, letter);
	}
	return g_string_free(skeleton, FALSE);
}

static bool
is_like_latin(GUnicodeScript script)
{
	static const GUnicodeScript scripts[] = {G_UNICODE_SCRIPT_CYRILLIC, G_UNICODE_SCRIPT_GREEK, G_UNICODE_SCRIPT_ARMENIAN, G_UNICODE_SCRIPT_CHEROKEE,
		G_UNICODE_SCRIPT_COPTIC};
	for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++)
		if (scripts[i] == script)
			return true;
	return false;
}

bool
guise_is_mixed(const char *text)
{
	bool has_latin = false, has_other = false;
	for (const char *c = text; *c; c = g_utf8_next_char(c)) {
		gunichar letter = g_utf8_get_char(c);
		GUnicodeScript script = g_unichar_get_script(letter);
		bool is_of_word = g_unichar_isalnum(letter) || g_unichar_ismark(letter) || g_unichar_type(letter) == G_UNICODE_FORMAT;
		has_latin = is_of_word && (has_latin || script == G_UNICODE_SCRIPT_LATIN);
		has_other = is_of_word && (has_other || is_like_latin(script));
		if (has_latin && has_other)
			return true;
	}
	return false;
}

bool
guise_is_domain_mixed(const char *domain)
{
	g_autofree char *shown = g_hostname_to_unicode(domain);
	if (!shown || g_str_is_ascii(shown))
		return false;
	if (guise_is_mixed(shown))
		return true;
	g_auto(GStrv) labels = g_strsplit(shown, ".", -1);
	guint count = g_strv_length(labels);
	bool is_under_latin = count && g_str_is_ascii(labels[count - 1]);
	for (guint i = 0; is_under_latin && i + 1 < count; i++) {
		g_autofree char *skeleton = g_str_is_ascii(labels[i]) ? NULL : guise_skeleton(labels[i]);
		if (skeleton && is_like_latin(g_unichar_get_script(g_utf8_get_char(labels[i]))) && g_str_is_ascii(skeleton))
			return true;
	}
	return false;
}

static bool
is_override(gunichar letter)
{
	return letter == 0x202d || letter == 0x202e;
}

bool
guise_is_reversed(const char *text)
{
	for (const char *c = text; *c; c = g_utf8_next_char(c))
		if (is_override(g_utf8_get_char(c)))
			return true;
	return false;
}

/* Those that join letters of some scripts, and marks of direction, belong to honest names. */
static bool
is_invisible(gunichar letter)
{
	static const gunichar invisible[] = {0xad, 0x180e, 0x200b, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xfeff};
	for (size_t i = 0; i < G_N_ELEMENTS(invisible); i++)
		if (invisible[i] == letter)
			return true;
	return is_override(letter);
}

char *
guise_plain(const char *name)
{
	GString *plain = g_string_sized_new(strlen(name));
	for (const char *c = name; *c; c = g_utf8_next_char(c))
		if (!is_invisible(g_utf8_get_char(c)))
			g_string_append_unichar(plain, g_utf8_get_char(c));
	return g_strstrip(g_string_free(plain, FALSE));
}

static bool
is_of_address(char c)
{
	return g_ascii_isalnum(c) || (c && strchr("._%+-", c)) || (guchar)c >= 0x80;
}

char *
guise_address_in(const char *name)
{
	g_autofree char *plain = guise_plain(name), *text = g_utf8_normalize(plain, -1, G_NORMALIZE_ALL_COMPOSE); /* "＠" is an @ */
	for (const char *at = text, *from = text; at && (at = strchr(at, '@')); from = ++at) {
		const char *start = at, *end = at + 1;
		while (start > from && is_of_address(start[-1]))
			start--;
		while (is_of_address(*end))
			end++;
		while (end > at + 1 && end[-1] == '.')
			end--;
		if (start < at && memchr(at, '.', (size_t)(end - at)))
			return g_strndup(start, (size_t)(end - start));
	}
	return NULL;
}

static char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');
	char *ascii = at ? g_hostname_to_ascii(at + 1) : NULL;
	return ascii ? ascii : g_strdup("");
}

static bool
is_below(const char *domain, const char *above)
{
	size_t length = strlen(domain), part = strlen(above);
	return part && length > part && domain[length - part - 1] == '.' && !g_ascii_strcasecmp(domain + length - part, above);
}

bool
guise_is_same_house(const char *address, const char *other)
{
	g_autofree char *one = domain_of(address), *two = domain_of(other);
	return *one && (!g_ascii_strcasecmp(one, two) || is_below(one, two) || is_below(two, one));
}
