#include "milter/read/charset_table.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "milter/read/charset_shift.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define NAME_MAX_BYTES 32

/* A charset as mails spell it (letters and digits only, lower case) → what to ask of iconv. Where the world writes a
 * superset under the name of its subset, the superset stands here. */
static const struct {const char *name, *converter;} charsets[] = {
	{"iso88591", "CP1252"}, {"latin1", "CP1252"}, {"windows1252", "CP1252"}, {"cp1252", "CP1252"}, {"ansi", "CP1252"},
	{"isolatin1", "CP1252"}, {"iso885915", "ISO-8859-15"}, {"latin9", "ISO-8859-15"}, {"iso88592", "ISO-8859-2"},
	{"latin2", "ISO-8859-2"}, {"windows1250", "CP1250"}, {"cp1250", "CP1250"}, {"iso88593", "ISO-8859-3"}, {"iso88594", "ISO-8859-4"},
	{"iso885910", "ISO-8859-10"}, {"iso885913", "ISO-8859-13"}, {"iso885914", "ISO-8859-14"}, {"iso885916", "ISO-8859-16"},
	{"iso88595", "ISO-8859-5"}, {"windows1251", "CP1251"}, {"cp1251", "CP1251"}, {"koi8r", "KOI8-R"}, {"koi8u", "KOI8-U"},
	{"koi8ru", "KOI8-U"}, {"koi8", "KOI8-R"}, {"iso88596", "CP1256"}, {"iso88596i", "CP1256"}, {"windows1256", "CP1256"},
	{"cp1256", "CP1256"}, {"iso88597", "ISO-8859-7"}, {"windows1253", "CP1253"}, {"cp1253", "CP1253"}, {"iso88598", "CP1255"},
	{"iso88598i", "CP1255"}, {"iso88598e", "CP1255"}, {"windows1255", "CP1255"}, {"cp1255", "CP1255"}, {"iso88599", "CP1254"},
	{"latin5", "CP1254"}, {"windows1254", "CP1254"}, {"cp1254", "CP1254"}, {"windows1257", "CP1257"}, {"cp1257", "CP1257"},
	{"windows1258", "CP1258"}, {"cp1258", "CP1258"}, {"iso885911", "CP874"}, {"tis620", "CP874"}, {"windows874", "CP874"},
	{"cp874", "CP874"}, {"gb2312", "GB18030"}, {"gb231280", "GB18030"}, {"gbk", "GB18030"}, {"cp936", "GB18030"}, {"gb18030", "GB18030"},
	{"euccn", "GB18030"}, {"cngb", "GB18030"}, {"windows936", "GB18030"}, {"big5", "BIG5-HKSCS"}, {"cnbig5", "BIG5-HKSCS"},
	{"big5hkscs", "BIG5-HKSCS"}, {"cp950", "CP950"}, {"windows950", "CP950"}, {"euctw", "EUC-TW"}, {"shiftjis", "CP932"},
	{"sjis", "CP932"}, {"xsjis", "CP932"}, {"windows31j", "CP932"}, {"cp932", "CP932"}, {"windows932", "CP932"}, {"mskanji", "CP932"},
	{"eucjp", "EUC-JP-MS"}, {"xeucjp", "EUC-JP-MS"}, {"iso2022jp", "ISO-2022-JP"}, {"iso2022jp1", "ISO-2022-JP"},
	{"iso2022jp2", "ISO-2022-JP-2"}, {"iso2022jp3", "ISO-2022-JP"}, {"iso2022jpms", "ISO-2022-JP"}, {"cp50220", "ISO-2022-JP"},
	{"cp50221", "ISO-2022-JP"}, {"csiso2022jp", "ISO-2022-JP"}, {"euckr", "UHC"}, {"ksc5601", "UHC"}, {"ksc56011987", "UHC"},
	{"ksc56011989", "UHC"}, {"korean", "UHC"}, {"cp949", "UHC"}, {"windows949", "UHC"}, {"uhc", "UHC"}, {"iso2022kr", "ISO-2022-KR"},
	{"johab", "JOHAB"}, {"iso2022cn", "ISO-2022-CN-EXT"}, {"utf7", "UTF-7"}, {"unicode11utf7", "UTF-7"}, {"utf16", "UTF-16"},
	{"unicode", "UTF-16"}, {"ucs2", "UTF-16"}, {"utf16le", "UTF-16LE"}, {"utf16be", "UTF-16BE"}, {"utf32", "UTF-32"},
	{"macintosh", "MACINTOSH"}, {"macroman", "MACINTOSH"}, {"mac", "MACINTOSH"}, {"maccyrillic", "MAC-CYRILLIC"},
	{"maccentraleurope", "MAC-CENTRALEUROPE"}, {"macce", "MAC-CENTRALEUROPE"}, {"cp437", "IBM437"}, {"ibm437", "IBM437"},
	{"cp850", "IBM850"}, {"ibm850", "IBM850"}, {"cp852", "IBM852"}, {"ibm852", "IBM852"}, {"cp855", "IBM855"}, {"ibm855", "IBM855"},
	{"cp858", "CP858"}, {"cp862", "IBM862"}, {"cp864", "IBM864"}, {"cp865", "IBM865"}, {"cp866", "IBM866"}, {"ibm866", "IBM866"},
	{"viscii", "VISCII"}, {"tcvn", "TCVN5712-1"}, {"armscii8", "ARMSCII-8"}, {"georgianps", "GEORGIAN-PS"}, {"pt154", "PT154"},
	{"cp50222", "ISO-2022-JP"}, {"iso2022jpext", "ISO-2022-JP"}, {"windows50220", "ISO-2022-JP"}, {"utf32le", "UTF-32LE"},
	{"utf32be", "UTF-32BE"}, {"iso10646ucs2", "UTF-16"}, {"iso10646ucs4", "UTF-32"}, {"ucs4", "UTF-32"}, {"csunicode", "UTF-16"},
	{"utf7imap", "UTF-7"}, {"csunicode11utf7", "UTF-7"}, {"win1250", "CP1250"}, {"win1251", "CP1251"}, {"win1252", "CP1252"},
	{"win1253", "CP1253"}, {"win1254", "CP1254"}, {"windows28591", "CP1252"}, {"windows28592", "ISO-8859-2"},
	{"windows28595", "ISO-8859-5"}, {"windows28597", "ISO-8859-7"}, {"windows28599", "CP1254"}, {"windows28605", "ISO-8859-15"},
	{"windows20866", "KOI8-R"}, {"windows21866", "KOI8-U"}, {"windows51949", "UHC"}, {"windows54936", "GB18030"},
	{"windows20936", "GB18030"}, {"windows51932", "EUC-JP-MS"}, {"isolatin2", "ISO-8859-2"}, {"isolatin3", "ISO-8859-3"},
	{"isolatin4", "ISO-8859-4"}, {"isolatin5", "CP1254"}, {"isolatin6", "ISO-8859-10"}, {"isolatin9", "ISO-8859-15"},
	{"latin3", "ISO-8859-3"}, {"latin4", "ISO-8859-4"}, {"latin6", "ISO-8859-10"}, {"latin7", "ISO-8859-13"}, {"latin8", "ISO-8859-14"},
	{"latin10", "ISO-8859-16"}, {"l1", "CP1252"}, {"l2", "ISO-8859-2"}, {"latin0", "ISO-8859-15"}, {"isolatincyrillic", "ISO-8859-5"},
	{"cyrillic", "ISO-8859-5"}, {"isolatingreek", "ISO-8859-7"}, {"greek", "ISO-8859-7"}, {"greek8", "ISO-8859-7"},
	{"isolatinhebrew", "CP1255"}, {"hebrew", "CP1255"}, {"logical", "CP1255"}, {"visual", "CP1255"}, {"iso88598logical", "CP1255"},
	{"iso88598visual", "CP1255"}, {"isolatinarabic", "CP1256"}, {"arabic", "CP1256"}, {"asmo708", "CP1256"}, {"ecma114", "CP1256"},
	{"ecma118", "ISO-8859-7"}, {"elot928", "ISO-8859-7"}, {"turkish", "CP1254"}, {"baltic", "CP1257"}, {"88591", "CP1252"},
	{"88592", "ISO-8859-2"}, {"885915", "ISO-8859-15"}, {"88595", "ISO-8859-5"}, {"cp737", "CP737"}, {"ibm737", "CP737"},
	{"cp775", "CP775"}, {"ibm775", "CP775"}, {"cp857", "IBM857"}, {"ibm857", "IBM857"}, {"cp860", "IBM860"}, {"ibm860", "IBM860"},
	{"cp861", "IBM861"}, {"ibm861", "IBM861"}, {"cp863", "IBM863"}, {"ibm863", "IBM863"}, {"cp869", "IBM869"}, {"ibm869", "IBM869"},
	{"cp819", "CP1252"}, {"ibm819", "CP1252"}, {"cp1125", "CP1125"}, {"ibm858", "CP858"}, {"ibm00858", "CP858"}, {"ibm862", "IBM862"},
	{"ibm864", "IBM864"}, {"ibm865", "IBM865"}, {"cp878", "KOI8-R"}, {"koi", "KOI8-R"}, {"koi8t", "KOI8-T"}, {"koi8e", "ISO-8859-5"},
	{"macukraine", "MAC-UK"}, {"macukrainian", "MAC-UK"}, {"hproman8", "HP-ROMAN8"}, {"roman8", "HP-ROMAN8"}, {"tcvn5712", "TCVN5712-1"},
	{"xviscii", "VISCII"}, {"tis6202533", "CP874"}, {"dosx874", "CP874"}, {"chinese", "GB18030"}, {"gb", "GB18030"},
	{"gb180302000", "GB18030"}, {"isoir58", "GB18030"}, {"big5eten", "BIG5-HKSCS"}, {"big5hk", "BIG5-HKSCS"}, {"bigfive", "BIG5-HKSCS"},
	{"shiftjisx0213", "CP932"}, {"pck", "CP932"}, {"ms932", "CP932"}, {"ibm932", "CP932"}, {"ibm943", "CP932"}, {"cp943", "CP932"},
	{"eucpkdfmtjapanese", "EUC-JP-MS"}, {"eucjpms", "EUC-JP-MS"}, {"cp51932", "EUC-JP-MS"}, {"ujis", "EUC-JP-MS"},
	{"cp20932", "EUC-JP-MS"}, {"ksx1001", "UHC"}, {"kscms", "UHC"}, {"ms949", "UHC"}, {"cp1361", "JOHAB"}, {"ms1361", "JOHAB"},
	{"kc5601", "UHC"}, {"hz", "HZ"}, {"hzgb2312", "HZ"},
};

typedef GByteArray *(*rewriter)(const guint8 *bytes, gsize length);

/* Converters that take more than one byte a letter; those that are no name of iconv's are bytes rewritten for one that is. */
static const struct form {
	const char *converter, *iconv;
	enum charset_kind kind;
	rewriter rewrite; /* NULL: the bytes are taken as they are */
} forms[] = {
	{"GB18030", "GB18030", CHARSET_DOUBLE, NULL}, {"BIG5-HKSCS", "BIG5-HKSCS", CHARSET_DOUBLE, NULL}, {"CP950", "CP950", CHARSET_DOUBLE, NULL},
	{"EUC-TW", "EUC-TW", CHARSET_DOUBLE, NULL}, {"CP932", "CP932", CHARSET_DOUBLE, NULL}, {"EUC-JP-MS", "EUC-JP-MS", CHARSET_DOUBLE, NULL},
	{"UHC", "UHC", CHARSET_DOUBLE, NULL}, {"JOHAB", "JOHAB", CHARSET_DOUBLE, NULL},
	{"ISO-2022-JP", "EUC-JP-MS", CHARSET_SHIFTED, shift_iso2022jp}, {"HZ", "GB18030", CHARSET_SHIFTED, shift_hz},
	{"UTF-7", "UTF-8", CHARSET_SHIFTED, shift_utf7}, {"ISO-2022-JP-2", "ISO-2022-JP-2", CHARSET_SHIFTED, NULL},
	{"ISO-2022-KR", "ISO-2022-KR", CHARSET_SHIFTED, NULL}, {"ISO-2022-CN-EXT", "ISO-2022-CN-EXT", CHARSET_SHIFTED, NULL},
	{"UTF-16", "UTF-16", CHARSET_WIDE, NULL}, {"UTF-16LE", "UTF-16LE", CHARSET_WIDE, NULL}, {"UTF-16BE", "UTF-16BE", CHARSET_WIDE, NULL},
	{"UTF-32", "UTF-32", CHARSET_WIDE, NULL}, {"UTF-32LE", "UTF-32LE", CHARSET_WIDE, NULL}, {"UTF-32BE", "UTF-32BE", CHARSET_WIDE, NULL},
};

/* Held open as well: what a library that goes by the declared name (GMime, for file names) will ask for. */
static const char *const plain[] = {"ISO-8859-1", "ISO-8859-6", "ISO-8859-8", "ISO-8859-9", "EUC-KR", "GB2312", "GBK", "BIG5",
	"SHIFT_JIS", "EUC-JP", "ISO-2022-JP", "TIS-620", "US-ASCII", "UTF-8", "UTF-7"};

static struct {iconv_t converter; const struct form *form;} opened[G_N_ELEMENTS(charsets)];
static iconv_t held[G_N_ELEMENTS(plain)];
static GHashTable *rows; /* name → index + 1 */

/* NULL: one byte a letter. */
static const struct form *
form_find(const char *converter)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
		if (strcmp(forms[i].converter, converter) == 0)
			return &forms[i];
	return NULL;
}

void
charset_table_open(void)
{
	if (rows)
		return;
	rows = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *open = g_hash_table_new(g_str_hash, g_str_equal);
	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
		const struct form *form = form_find(charsets[i].converter);
		const char *name = form ? form->iconv : charsets[i].converter;
		gpointer kept = g_hash_table_lookup(open, name);
		opened[i].converter = kept ? (iconv_t)kept : iconv_open("UTF-8", name);
		opened[i].form = form;
		g_hash_table_insert(open, (gpointer)name, (gpointer)opened[i].converter);
		g_hash_table_insert(rows, (gpointer)charsets[i].name, GSIZE_TO_POINTER(i + 1));
	}
	g_hash_table_destroy(open);
	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
		held[i] = iconv_open("UTF-8", plain[i]);
}

/* As the table spells it: "x-ISO_8859-1:1987", "iso-8859-1; format=flowed" and "iso-8859-1*en" are iso88591. */
int
charset_row(const char *declared)
{
	static const char *const prefixes[] = {"", "x", "cs", "charset"};
	char name[NAME_MAX_BYTES];
	gsize length = 0, found = 0;
	for (const char *p = declared; *p && !strchr(":;*", *p) && length < sizeof name - 1; p++)
		if (g_ascii_isalnum(*p))
			name[length++] = g_ascii_tolower(*p);
	name[length] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(prefixes) && !found; i++)
		if (g_str_has_prefix(name, prefixes[i]))
			found = GPOINTER_TO_SIZE(g_hash_table_lookup(rows, name + strlen(prefixes[i])));
	if (!found || opened[found - 1].converter == (iconv_t)-1)
		return -1;
	return (int)found - 1;
}

enum charset_kind
charset_kind(int row)
{
	return opened[row].form ? opened[row].form->kind : CHARSET_SINGLE;
}

/* What a converter keeps back until it knows what follows (a Hebrew letter that may take a point). */
static void
held_back_append(iconv_t converter, GString *out)
{
	char block[64];
	char *to = block;
	gsize room = sizeof block;
	iconv(converter, NULL, NULL, &to, &room);
	g_string_append_len(out, block, to - block);
}

/* As charset_convert, by CONVERTER; of what it cannot take WIDTH bytes are passed over. */
static GString *
bytes_convert(iconv_t converter, gsize width, struct charset_bytes from, gsize max, gsize *bad)
{
	char *in = (char *)from.data;
	gsize left = from.length;
	g_autoptr(GString) out = g_string_sized_new(left + left / 2 + 16);
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
		gsize skip = MIN(width, left);
		in += skip, left -= skip;
	}
	held_back_append(converter, out);
	return g_steal_pointer(&out);
}

GString *
charset_convert(int row, const struct charset_bytes *from, gsize max, gsize *bad)
{
	const struct form *form = opened[row].form;
	gsize width = charset_kind(row) != CHARSET_WIDE || !form ? 1 : g_str_has_prefix(form->iconv, "UTF-16") ? 2 : 4;
	if (!form || !form->rewrite)
		return bytes_convert(opened[row].converter, width, *from, max, bad);
	g_autoptr(GByteArray) rewritten = form->rewrite(from->data, from->length);
	return bytes_convert(opened[row].converter, width, (struct charset_bytes){rewritten->data, rewritten->len}, max, bad);
}
