#include "milter/read/mime_param.h"

#include <stdbool.h>
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/mime_word.h"
#include "milter/read/slice.h"

#define PIECES_MAX 100
#define PIECE_NUMBER_MAX 999

/* One "attribute=value" of a field. */
struct parameter {
	const char *name, *value;
	gsize name_length, value_length;
	bool is_quoted;
};

/* A stretch of NAME's value: all of it, or one of many (RFC 2231 section 3). */
struct piece {
	guint number;
	bool is_extended; /* "name*=" and "name*0*=": percent signs are escapes */
	bool is_numbered;
	GString *octets;
};

static void
piece_clear(void *data)
{
	g_string_free(((struct piece *)data)->octets, TRUE);
}

static bool
is_name(char letter)
{
	return letter > ' ' && letter < 0x7f && !strchr("()<>@,;:\\\"/[]?=", letter);
}

/* The closing quote of what begins at P; NULL: there is none. */
static const char *
quote_end(const char *p, const char *end)
{
	for (; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p : NULL;
}

/* "name.pdf (a comment)": what follows a word that needs no quotes. */
static const char *
comment_cut(const char *value, const char *stop)
{
	const char *open = stop > value && stop[-1] == ')' ? memchr(value, '(', stop - value) : NULL;
	if (!open || open == value || !g_ascii_isspace(open[-1]))
		return stop;
	const char *cut = open;
	while (cut > value && g_ascii_isspace(cut[-1]))
		cut--;
	for (const char *p = value; p < cut; p++)
		if (g_ascii_isspace(*p))
			return stop;
	return cut;
}

/* The value at P, and behind it. Without quotes, or with one that never closes, it goes on to the next semicolon. */
static const char *
value_take(const char *p, const char *end, struct parameter *parameter)
{
	const char *close = p < end && *p == '"' ? quote_end(p + 1, end) : NULL;
	if (close) {
		*parameter = (struct parameter){parameter->name, p + 1, parameter->name_length, close - p - 1, true};
		return close + 1;
	}
	p += p < end && *p == '"';
	const char *next = memchr(p, ';', end - p), *stop = next = next ? next : end;
	while (stop > p && g_ascii_isspace(stop[-1]))
		stop--;
	stop = comment_cut(p, stop);
	if (stop - p > 1 && *p == '\'' && stop[-1] == '\'')
		p++, stop--;
	parameter->value = p;
	parameter->value_length = stop - p;
	parameter->is_quoted = false;
	return next;
}

/* The next parameter from P on; NULL: there is none. What is none, the type before them too, is passed over word by word. */
static const char *
parameter_next(const char *p, const char *end, struct parameter *parameter)
{
	while (p < end) {
		const char *name = p;
		while (p < end && is_name(*p))
			p++;
		parameter->name = name;
		parameter->name_length = p - name;
		const char *equals = slice_skip_blanks(p, end);
		if (p > name && equals < end && *equals == '=')
			return value_take(slice_skip_blanks(equals + 1, end), end, parameter);
		p += p == name;
	}
	return NULL;
}

/* Whether PARAMETER is NAME, in whole or in part; into PIECE which part. */
static bool
is_piece(const struct parameter *parameter, const char *name, struct piece *piece)
{
	gsize length = strlen(name);
	const char *p = parameter->name + length, *end = parameter->name + parameter->name_length;
	if (parameter->name_length < length || g_ascii_strncasecmp(parameter->name, name, length) != 0)
		return false;
	*piece = (struct piece){.number = 0};
	if (p == end)
		return true;
	if (*p++ != '*')
		return false;
	piece->is_numbered = p < end && g_ascii_isdigit(*p);
	piece->is_extended = !piece->is_numbered;
	for (; p < end && g_ascii_isdigit(*p) && piece->number <= PIECE_NUMBER_MAX; p++)
		piece->number = piece->number * 10 + (guint)(*p - '0');
	piece->is_extended |= p < end && *p == '*';
	return p + (p < end && *p == '*') == end;
}

/* Without folds and, in quotes, without what escapes. ISO-2022-JP has octets that only look like a backslash. */
static GString *
octets_of(const struct parameter *parameter)
{
	GString *octets = g_string_sized_new(parameter->value_length);
	const char *p = parameter->value, *end = p + parameter->value_length;
	bool is_escaping = parameter->is_quoted && !memmem(p, end - p, "\033$", 2);
	for (; p < end; p++) {
		p += is_escaping && *p == '\\' && p + 1 < end;
		if (*p != '\r' && *p != '\n')
			g_string_append_c(octets, *p == '\t' ? ' ' : *p);
	}
	return octets;
}

static int
piece_order(const void *a, const void *b)
{
	const struct piece *one = a, *other = b;
	return one->number < other->number ? -1 : one->number > other->number;
}

static GArray *
pieces_find(const char *value, const char *end, const char *name)
{
	GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
	struct parameter parameter;
	struct piece piece;
	g_array_set_clear_func(pieces, piece_clear);
	for (const char *p = value; pieces->len < PIECES_MAX && (p = parameter_next(p, end, &parameter));) {
		if (!is_piece(&parameter, name, &piece))
			continue;
		piece.octets = octets_of(&parameter);
		g_array_append_val(pieces, piece);
	}
	return pieces;
}

static bool
has_escape(const GString *octets, gsize at)
{
	return octets->str[at] == '%' && at + 2 < octets->len && g_ascii_isxdigit(octets->str[at + 1]) && g_ascii_isxdigit(octets->str[at + 2]);
}

static void
percent_decode(GString *octets)
{
	gsize to = 0;
	for (gsize at = 0; at < octets->len; at++, to++) {
		bool is_escape = has_escape(octets, at);
		octets->str[to] = is_escape ? (char)(g_ascii_xdigit_value(octets->str[at + 1]) << 4 | g_ascii_xdigit_value(octets->str[at + 2])) : octets->str[at];
		at += is_escape ? 2 : 0;
	}
	g_string_truncate(octets, to);
}

/* Takes "charset'language'" off OCTETS. Owner of what is given: caller; "" when there is none. */
static char *
charset_take(GString *octets)
{
	const char *first = strchr(octets->str, '\''), *second = first ? strchr(first + 1, '\'') : NULL;
	if (!second || strstr(octets->str, "=?"))
		return g_strdup("");
	char *charset = g_strndup(octets->str, first - octets->str);
	g_string_erase(octets, 0, second + 1 - octets->str);
	return charset;
}

/* Some write the names of files as a web address has them. */
static bool
is_web_escaped(const GString *octets)
{
	g_autoptr(GString) plain = g_string_new_len(octets->str, (gssize)octets->len);
	percent_decode(plain);
	return g_str_is_ascii(octets->str) && !g_str_is_ascii(plain->str) && g_utf8_validate(plain->str, (gssize)plain->len, NULL);
}

static char *
plain_decode(GString *octets, const char *hint)
{
	if (strstr(octets->str, "=?"))
		return word_decode(octets->str, octets->len, hint);
	if (strstr(octets->str, "\033$"))
		hint = "iso-2022-jp";
	else if (is_web_escaped(octets))
		percent_decode(octets);
	char *text = hint && strcmp(hint, "iso-2022-jp") == 0 ? charset_decode(hint, (guint8 *)octets->str, octets->len)
		: charset_decode_header(hint, (guint8 *)octets->str, octets->len);
	return charset_clean_line(text);
}

/* Letters may be split between pieces, and the charset stand in each of them. */
static char *
extended_decode(const GPtrArray *pieces)
{
	g_autofree char *charset = NULL;
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; i < pieces->len; i++) {
		GString *octets = ((struct piece *)pieces->pdata[i])->octets;
		bool may_name = !charset || (*charset && g_ascii_strncasecmp(octets->str, charset, strlen(charset)) == 0);
		g_autofree char *named = may_name ? charset_take(octets) : NULL;
		if (!charset)
			charset = g_steal_pointer(&named);
		percent_decode(octets);
		g_string_append_len(all, octets->str, (gssize)octets->len);
	}
	if (strstr(all->str, "=?"))
		return word_decode(all->str, all->len, NULL);
	return charset_clean_line(charset_decode(*charset ? charset : NULL, (guint8 *)all->str, all->len));
}

static char *
pieces_decode(const GPtrArray *pieces, const char *hint)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; i < pieces->len; i++) {
		const struct piece *piece = pieces->pdata[i];
		if (piece->is_extended)
			return extended_decode(pieces);
		g_string_append_len(all, piece->octets->str, (gssize)piece->octets->len);
	}
	return plain_decode(all, hint);
}

/* Those of one form: written at once with a charset, in pieces, written at once as it was before RFC 2231. */
static char *
form_decode(const GArray *pieces, bool is_numbered, bool is_extended, const char *hint)
{
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();
	for (guint i = 0; i < pieces->len; i++) {
		struct piece *piece = &g_array_index(pieces, struct piece, i);
		bool is_meant = piece->is_numbered == is_numbered && (is_numbered || piece->is_extended == is_extended);
		if (is_meant && piece->octets->len && (is_numbered || !chosen->len))
			g_ptr_array_add(chosen, piece);
	}
	return chosen->len ? pieces_decode(chosen, hint) : g_strdup("");
}

char *
mime_param_read(const char *value, gsize length, const char *name, const char *hint)
{
	static const struct {bool is_numbered, is_extended;} forms[] = {{false, true}, {true, true}, {false, false}};
	g_autoptr(GArray) pieces = pieces_find(value, value + length, name);
	g_array_sort(pieces, piece_order);
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		char *text = form_decode(pieces, forms[i].is_numbered, forms[i].is_extended, hint);
		if (*text)
			return text;
		g_free(text);
	}
	return g_strdup("");
}
