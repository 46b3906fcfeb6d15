#include "milter/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* A charset as mails spell it (letters and digits only, lower case) → what to ask of iconv. Where the world writes a
 * superset under the name of its subset, the superset stands here. */
struct charset {
	const char *name;
	const char *converter;
	bool is_western; /* one byte a letter, so UTF-8 under this name is a wrong label */
};

static const struct charset charsets[] = {
	{"iso88591", "CP1252", true}, {"latin1", "CP1252", true}, {"windows1252", "CP1252", true}, {"cp1252", "CP1252", true},
	{"ansi", "CP1252", true}, {"isolatin1", "CP1252", true}, {"iso885915", "ISO-8859-15", true}, {"latin9", "ISO-8859-15", true},
	{"iso88592", "ISO-8859-2", true}, {"latin2", "ISO-8859-2", true}, {"windows1250", "CP1250", true}, {"cp1250", "CP1250", true},
	{"iso88593", "ISO-8859-3", false}, {"iso88594", "ISO-8859-4", false}, {"iso885910", "ISO-8859-10", false},
	{"iso885913", "ISO-8859-13", false}, {"iso885914", "ISO-8859-14", false}, {"iso885916", "ISO-8859-16", false},
	{"iso88595", "ISO-8859-5", false}, {"windows1251", "CP1251", false}, {"cp1251", "CP1251", false}, {"koi8r", "KOI8-R", false},
	{"koi8u", "KOI8-U", false}, {"koi8ru", "KOI8-U", false}, {"koi8", "KOI8-R", false},
	{"iso88596", "CP1256", false}, {"iso88596i", "CP1256", false}, {"windows1256", "CP1256", false}, {"cp1256", "CP1256", false},
	{"iso88597", "ISO-8859-7", false}, {"windows1253", "CP1253", false}, {"cp1253", "CP1253", false},
	{"iso88598", "CP1255", false}, {"iso88598i", "CP1255", false}, {"iso88598e", "CP1255", false},
	{"windows1255", "CP1255", false}, {"cp1255", "CP1255", false}, {"iso88599", "CP1254", true},
	{"latin5", "CP1254", true}, {"windows1254", "CP1254", true}, {"cp1254", "CP1254", true},
	{"windows1257", "CP1257", false}, {"cp1257", "CP1257", false}, {"windows1258", "CP1258", false}, {"cp1258", "CP1258", false},
	{"iso885911", "CP874", false}, {"tis620", "CP874", false}, {"windows874", "CP874", false}, {"cp874", "CP874", false},
	{"gb2312", "GB18030", false}, {"gb231280", "GB18030", false}, {"gbk", "GB18030", false}, {"cp936", "GB18030", false},
	{"gb18030", "GB18030", false}, {"euccn", "GB18030", false}, {"cngb", "GB18030", false}, {"windows936", "GB18030", false},
	{"big5", "BIG5-HKSCS", false}, {"cnbig5", "BIG5-HKSCS", false}, {"big5hkscs", "BIG5-HKSCS", false},
	{"cp950", "CP950", false}, {"windows950", "CP950", false}, {"euctw", "EUC-TW", false},
	{"shiftjis", "CP932", false}, {"sjis", "CP932", false}, {"xsjis", "CP932", false}, {"windows31j", "CP932", false},
	{"cp932", "CP932", false}, {"windows932", "CP932", false}, {"mskanji", "CP932", false}, {"eucjp", "EUC-JP-MS", false},
	{"xeucjp", "EUC-JP-MS", false}, {"iso2022jp", "ISO-2022-JP-3", false}, {"iso2022jp1", "ISO-2022-JP-3", false},
	{"iso2022jp2", "ISO-2022-JP-2", false}, {"iso2022jp3", "ISO-2022-JP-3", false}, {"iso2022jpms", "ISO-2022-JP-3", false},
	{"cp50220", "ISO-2022-JP-3", false}, {"cp50221", "ISO-2022-JP-3", false}, {"csiso2022jp", "ISO-2022-JP-3", false},
	{"euckr", "UHC", false}, {"ksc5601", "UHC", false}, {"ksc56011987", "UHC", false}, {"ksc56011989", "UHC", false},
	{"korean", "UHC", false}, {"cp949", "UHC", false}, {"windows949", "UHC", false}, {"uhc", "UHC", false},
	{"iso2022kr", "ISO-2022-KR", false}, {"johab", "JOHAB", false}, {"iso2022cn", "ISO-2022-CN-EXT", false},
	{"utf7", "UTF-7", false}, {"unicode11utf7", "UTF-7", false}, {"utf16", "UTF-16", false}, {"unicode", "UTF-16", false},
	{"ucs2", "UTF-16", false}, {"utf16le", "UTF-16LE", false}, {"utf16be", "UTF-16BE", false}, {"utf32", "UTF-32", false},
	{"macintosh", "MACINTOSH", true}, {"macroman", "MACINTOSH", true}, {"mac", "MACINTOSH", true},
	{"maccyrillic", "MAC-CYRILLIC", false}, {"maccentraleurope", "MAC-CENTRALEUROPE", false}, {"macce", "MAC-CENTRALEUROPE", false},
	{"cp437", "IBM437", true}, {"ibm437", "IBM437", true}, {"cp850", "IBM850", true}, {"ibm850", "IBM850", true},
	{"cp852", "IBM852", true}, {"ibm852", "IBM852", true}, {"cp855", "IBM855", false}, {"ibm855", "IBM855", false},
	{"cp858", "CP858", true}, {"cp862", "IBM862", false}, {"cp864", "IBM864", false}, {"cp865", "IBM865", true},
	{"cp866", "IBM866", false}, {"ibm866", "IBM866", false}, {"viscii", "VISCII", false}, {"tcvn", "TCVN5712-1", false},
	{"armscii8", "ARMSCII-8", false}, {"georgianps", "GEORGIAN-PS", false}, {"pt154", "PT154", false},
};

/* Held open as well: what a library that goes by the declared name (GMime, for file names) will ask for. */
static const char *const plain[] = {"ISO-8859-1", "ISO-8859-6", "ISO-8859-8", "ISO-8859-9", "EUC-KR", "GB2312", "GBK", "BIG5",
	"SHIFT_JIS", "EUC-JP", "ISO-2022-JP", "TIS-620", "US-ASCII", "UTF-8"};

static iconv_t converters[G_N_ELEMENTS(charsets)]; /* opened once: afterwards no gconv module can be loaded */
static iconv_t held[G_N_ELEMENTS(plain)];
static iconv_t windows_1252;
static GHashTable *rows; /* name → index + 1 */

void charset_init(void)
{
	if (rows)
		return;
	rows = g_hash_table_new(g_str_hash, g_str_equal);
	windows_1252 = iconv_open("UTF-8", "CP1252");
	GHashTable *open = g_hash_table_new(g_str_hash, g_str_equal);
	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
		gpointer kept = g_hash_table_lookup(open, charsets[i].converter);
		converters[i] = kept ? (iconv_t)kept : iconv_open("UTF-8", charsets[i].converter);
		g_hash_table_insert(open, (gpointer)charsets[i].converter, (gpointer)converters[i]);
		g_hash_table_insert(rows, (gpointer)charsets[i].name, GSIZE_TO_POINTER(i + 1));
	}
	g_hash_table_destroy(open);
	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
		held[i] = iconv_open("UTF-8", plain[i]);
}

/* "x-ISO_8859-1:1987" and the like, as the table spells it; -1 for what it does not have. */
static int row_find(const char *declared)
{
	char name[32];
	gsize length = 0;
	for (const char *p = declared; *p && *p != ':' && length < sizeof name - 1; p++)
		if (g_ascii_isalnum(*p))
			name[length++] = g_ascii_tolower(*p);
	name[length] = '\0';
	gsize found = GPOINTER_TO_SIZE(g_hash_table_lookup(rows, name));
	if (!found && name[0] == 'x')
		found = GPOINTER_TO_SIZE(g_hash_table_lookup(rows, name + 1));
	if (!found || converters[found - 1] == (iconv_t)-1)
		return -1;
	return (int)found - 1;
}

/* Not ASCII where its bytes look like ASCII. */
static bool is_wide(int row)
{
	return g_str_has_prefix(charsets[row].converter, "UTF-");
}

/* What a converter keeps back until it knows what follows (a Hebrew letter that may take a point). */
static void held_back_append(iconv_t converter, GString *out)
{
	char block[64];
	char *to = block;
	gsize room = sizeof block;
	iconv(converter, NULL, NULL, &to, &room);
	g_string_append_len(out, block, to - block);
}

/* The number of bytes that could not be converted stands in BAD afterwards; more than MAX of them: NULL. */
static GString *convert(iconv_t converter, const guint8 *bytes, gsize length, gsize max, gsize *bad)
{
	char *in = (char *)bytes;
	gsize left = length;
	g_autoptr(GString) out = g_string_sized_new(length + length / 2 + 16);
	*bad = 0;
	iconv(converter, NULL, NULL, NULL, NULL);
	while (left > 0) {
		char block[4096];
		char *to = block;
		gsize room = sizeof block;
		gsize done = iconv(converter, &in, &left, &to, &room);
		bool full = done == (gsize)-1 && errno == E2BIG;
		g_string_append_len(out, block, to - block);
		if (done != (gsize)-1 || full)
			continue;
		if (++*bad > max)
			return NULL;
		held_back_append(converter, out);
		g_string_append(out, REPLACEMENT);
		in++, left--;
	}
	held_back_append(converter, out);
	return g_steal_pointer(&out);
}

static gsize nuls_drop(char *text, gsize length)
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

static char *string_take(GString *string)
{
	nuls_drop(string->str, string->len);
	return g_string_free(string, FALSE);
}

/* UTF-8 with each bad byte replaced; NULL when more of what is not ASCII is bad than good: then it is no UTF-8. */
static char *utf8_repair(const char *text, gsize length)
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

static bool is_ascii(const guint8 *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (bytes[i] & 0x80 || bytes[i] == 0x1b)
			return false;
	return true;
}

static char *utf8_or_1252(const char *text, gsize length)
{
	gsize bad;
	char *repaired = utf8_repair(text, length);
	return repaired ? repaired : string_take(convert(windows_1252, (const guint8 *)text, length, G_MAXSIZE, &bad));
}

char *charset_decode(const char *declared, const guint8 *bytes, gsize length)
{
	int row = declared && *declared ? row_find(declared) : -1;
	g_autofree char *text = g_strndup((const char *)bytes, length);
	memcpy(text, bytes, length); /* past a NUL, where g_strndup stops */
	gsize kept = nuls_drop(text, length), bad;
	bool is_utf8 = g_utf8_validate_len(text, kept, NULL);
	if (is_utf8 && (row < 0 || charsets[row].is_western || (!is_wide(row) && is_ascii(bytes, length))))
		return g_steal_pointer(&text);
	if (row < 0)
		return utf8_or_1252(text, kept);

	GString *decoded = convert(converters[row], bytes, length, 0, &bad);
	if (!decoded && is_utf8)
		return g_steal_pointer(&text);
	if (!decoded) /* cut or slightly damaged: one bad byte in fifty, and any one at the end of a short text */
		decoded = convert(converters[row], bytes, length, 2 + length / 50, &bad);
	return decoded ? string_take(decoded) : utf8_or_1252(text, kept);
}

char *charset_decode_as(const char *name, const guint8 *bytes, gsize length)
{
	int row = row_find(name);
	gsize bad;
	if (row >= 0)
		return string_take(convert(converters[row], bytes, length, G_MAXSIZE, &bad));
	if (g_ascii_strcasecmp(name, "utf-8") == 0)
		return g_utf8_make_valid((const char *)bytes, length);
	return charset_decode(NULL, bytes, length);
}

char *charset_decode_header(const char *hint, const guint8 *bytes, gsize length)
{
	int row = hint && *hint ? row_find(hint) : -1;
	bool is_ascii_superset = row >= 0 && !is_wide(row);
	bool is_utf8 = g_utf8_validate_len((const char *)bytes, length, NULL);
	return charset_decode(is_utf8 || !is_ascii_superset ? NULL : hint, bytes, length);
}

char *charset_clean_text(char *text)
{
	const char *from = g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text;
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

char *charset_clean_line(char *line)
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
