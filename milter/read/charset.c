#include "milter/read/charset.h"

#include <stdbool.h>
#include <string.h>

#include "milter/read/charset_guess.h"
#include "milter/read/charset_shift.h"
#include "milter/read/charset_table.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define ORDER_MARK "\xef\xbb\xbf"
#define ESCAPE 0x1b
#define FALLBACK "windows-1252"

void
charset_init(void)
{
	charset_table_open();
}

static gsize
nuls_drop(char *text, gsize length)
{
	char *to = memchr(text, '\0', length);
	if (!to)
		return length;
	for (const char *p = to; p < text + length; p++)
		if (*p)
			*to++ = *p;
	*to = '\0';
	return to - text;
}

static char *
string_take(GString *string)
{
	nuls_drop(string->str, string->len);
	return g_string_free(string, FALSE);
}

/* UTF-8 with each bad byte replaced; NULL when more of what is not ASCII is bad than good: then it is no UTF-8. */
static char *
utf8_repair(const char *text, gsize length)
{
	g_autoptr(GString) out = g_string_sized_new(length + 16);
	gsize good = 0, bad = 0;
	while (length > 0) {
		const char *stop;
		g_utf8_validate_len(text, length, &stop);
		for (const char *p = text; p < stop; p++)
			good += (guint8)*p >= 0xc0;
		g_string_append_len(out, text, stop - text);
		length -= stop - text;
		text = stop;
		if (length == 0)
			break;
		g_string_append(out, REPLACEMENT);
		bad++, text++, length--;
	}
	return bad > good ? NULL : g_string_free(g_steal_pointer(&out), FALSE);
}

/* How many octets of TEXT at its beginning are ASCII, NUL apart: most of most mails, looked at eight at a time. */
static gsize
ascii_length(const guint8 *text, gsize length)
{
	const guint64 tops = G_GUINT64_CONSTANT(0x8080808080808080), ones = G_GUINT64_CONSTANT(0x0101010101010101);
	gsize i = 0;
	for (guint64 eight; i + sizeof eight <= length; i += sizeof eight) {
		memcpy(&eight, text + i, sizeof eight);
		if ((eight | (eight - ones)) & tops) /* above ASCII; a NUL borrows from its neighbour */
			break;
	}
	while (i < length && text[i] && text[i] < 0x80)
		i++;
	return i;
}

bool
charset_is_utf8(const char *text, gsize length)
{
	gsize ascii = ascii_length((const guint8 *)text, length);
	return ascii == length || g_utf8_validate_len(text + ascii, length - ascii, NULL);
}

static bool
is_seven_bit(const struct charset_bytes *bytes)
{
	for (gsize i = 0; i < bytes->length; i++) {
		i += ascii_length(bytes->data + i, bytes->length - i);
		if (i < bytes->length && bytes->data[i] & 0x80)
			return false;
	}
	return true;
}

/* Nothing but ASCII, and no mark that could shift it to something else. */
static bool
is_ascii(const struct charset_bytes *bytes)
{
	return is_seven_bit(bytes) && !memchr(bytes->data, ESCAPE, bytes->length);
}

/* Every byte of it, by the charset of ROW. */
static char *
row_decode(int row, const struct charset_bytes *bytes)
{
	gsize bad;
	GString *text = charset_convert(row, bytes, G_MAXSIZE, &bad);
	if (g_str_has_prefix(text->str, ORDER_MARK))
		g_string_erase(text, 0, strlen(ORDER_MARK));
	return string_take(text);
}

/* The same octets as text, NULs apart. */
static char *
plain_text(const struct charset_bytes *bytes)
{
	char *text = g_malloc(bytes->length + 1);
	memcpy(text, bytes->data, bytes->length);
	text[bytes->length] = '\0';
	nuls_drop(text, bytes->length);
	return text;
}

/* Without a charset that can be true: by marks, as UTF-8 that is damaged, by the letters of languages, as windows-1252. */
static char *
guess_decode(const struct charset_bytes *bytes)
{
	bool is_plain = is_seven_bit(bytes);
	const char *shifted = is_plain ? shift_guess(bytes->data, bytes->length) : NULL;
	if (shifted)
		return row_decode(charset_row(shifted), bytes);
	g_autofree char *text = plain_text(bytes);
	if (is_plain)
		return g_steal_pointer(&text);
	char *repaired = utf8_repair(text, strlen(text));
	if (repaired)
		return repaired;
	int row = charset_guess(bytes);
	return row_decode(row >= 0 ? row : charset_row(FALLBACK), bytes);
}

static bool
is_wide_row(int row)
{
	return row >= 0 && charset_kind(row) == CHARSET_WIDE;
}

/* By the charset of ROW, which was declared and which the bytes contradict in some places at the most. */
static char *
declared_decode(int row, const struct charset_bytes *bytes)
{
	gsize bad;
	GString *decoded = charset_convert(row, bytes, 0, &bad);
	if (!decoded && charset_is_utf8((const char *)bytes->data, bytes->length))
		return plain_text(bytes);
	if (!decoded) /* cut or slightly damaged: one bad byte in fifty, and any one at the end of a short text */
		decoded = charset_convert(row, bytes, 2 + bytes->length / 50, &bad);
	return decoded ? string_take(decoded) : guess_decode(bytes);
}

bool
charset_is_known(const char *name)
{
	return *name && charset_row(name) >= 0;
}

/* The bytes cannot be in the charset of ROW, or need nothing of it, whatever was declared. */
static bool
is_contradicted(int row, const struct charset_bytes *bytes, bool is_utf8)
{
	switch (charset_kind(row)) {
	case CHARSET_SINGLE:
		return is_utf8;
	case CHARSET_DOUBLE:
		return is_utf8 && is_ascii(bytes);
	case CHARSET_SHIFTED:
		return !is_seven_bit(bytes) && (is_utf8 || !memchr(bytes->data, ESCAPE, bytes->length));
	default:
		return is_utf8 && !memchr(bytes->data, '\0', bytes->length);
	}
}

char *
charset_decode(const char *declared, const guint8 *data, gsize length)
{
	struct charset_bytes bytes = {data, length};
	int row = declared && *declared ? charset_row(declared) : -1;
	if (length == 0)
		return g_strdup("");
	int wide = row < 0 || is_wide_row(row) ? charset_guess_wide(&bytes) : -1;
	if (wide >= 0)
		return row_decode(wide, &bytes);
	g_autofree char *text = plain_text(&bytes);
	bool is_utf8 = charset_is_utf8(text, strlen(text));
	if (row >= 0 && !is_contradicted(row, &bytes, is_utf8))
		return declared_decode(row, &bytes);
	if (is_utf8 && (row >= 0 || !is_seven_bit(&bytes)))
		return g_steal_pointer(&text);
	return guess_decode(&bytes);
}

char *
charset_decode_as(const char *name, const guint8 *bytes, gsize length)
{
	int row = charset_row(name);
	if (row >= 0)
		return row_decode(row, &(struct charset_bytes){bytes, length});
	if (g_ascii_strcasecmp(name, "utf-8") == 0)
		return g_utf8_make_valid((const char *)bytes, length);
	return charset_decode(NULL, bytes, length);
}

char *
charset_decode_header(const char *hint, const guint8 *bytes, gsize length)
{
	int row = hint && *hint ? charset_row(hint) : -1;
	bool is_utf8 = charset_is_utf8((const char *)bytes, length);
	return charset_decode(is_utf8 || is_wide_row(row) ? NULL : hint, bytes, length);
}

char *
charset_clean_text(char *text)
{
	const char *from = g_str_has_prefix(text, ORDER_MARK) ? text + strlen(ORDER_MARK) : text;
	char *to = text;
	for (; *from; from++) {
		guint8 c = *from;
		if (c == '\r')
			*to++ = '\n', from += from[1] == '\n';
		else if (c >= ' ' ? c != 0x7f : c == '\t' || c == '\n')
			*to++ = c;
	}
	*to = '\0';
	return text;
}

char *
charset_clean_line(char *line)
{
	char *to = line;
	for (const char *from = line; *from; from++) {
		guint8 c = *from;
		bool fold = c == '\r' || c == '\n' || c == '\t';
		bool blank = fold || c == ' ';
		if (blank && to > line && to[-1] == ' ' && (fold || from[-1] != ' '))
			continue;
		if (blank)
			*to++ = ' ';
		else if (c > ' ' && c != 0x7f)
			*to++ = c;
	}
	*to = '\0';
	return g_strstrip(line);
}

bool
charset_cut(char *text, gsize max)
{
	if (strlen(text) <= max)
		return false;
	*g_utf8_find_prev_char(text, text + max + 1) = '\0';
	return true;
}
