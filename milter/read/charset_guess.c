#include "milter/read/charset_guess.h"

#include <string.h>

#define SAMPLE 3000 /* bytes of lines that are not ASCII */
#define WIDE_SAMPLE 4096
#define COMMON 3
#define USUAL 1
#define SELDOM 0
#define ODD (-2) /* a letter or a place for one that the language does not have */
#define WRONG (-4) /* no letter at all */
#define SCORE_MIN 1.0
#define MARGIN 0.4 /* by which another charset must beat windows-1252 */
#define WESTERN "windows-1252"
#define LETTERS_MIN 5
#define SELDOM_HANDICAP 0.3
#define LATIN_RUN 3 /* so many letters beyond ASCII side by side do not occur in Latin script */

/* How the texts of a language look in a charset. What comes first wins a draw. */
struct profile {
	const char *charset;
	GUnicodeScript script;
	const char *common; /* its most frequent letters beyond ASCII, lower case */
	const char *usual; /* others that it has */
};

#define LATIN G_UNICODE_SCRIPT_LATIN
#define CYRILLIC G_UNICODE_SCRIPT_CYRILLIC
#define RUSSIAN "оеаинтсрв", "лкмдпуяыьгзбйч"
#define UKRAINIAN "оаинвтері", "слкудмпяьзгбйчхєї"
#define GREEK "αοιετσν", "ηυρπκμλςάόέίήύώγδβχθ"
#define HEBREW "יוהלא", "תרבמשנםדעחקן"
#define ARABIC "اليمن", "ورتبةعدسفهكأحقشج"
#define THAI "านรอก", "เงมยลวดทสตะปบคหแจพชขี่้ัิ์ใไ"
#define KOREAN "이다는을가에의하고지로사한기해도니요주문상시어습으서안녕세인자아정보제품부금리수일배송환불감드립일않되그나저", ""
#define SIMPLIFIED "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家事成方多经么去法学如都同现" \
	"没动面起看定天分还进好小部其些主样理心前开但因只从想实日者意无与长把机民第公此已工使情明性知全关点正业外将两高间由问很最重物手应头请谢订单货商客户收退换款" \
	"品件运快递买卖价您购付电话码址"
#define TRADITIONAL "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家事成方多經麼去法學如都同現" \
	"沒動面起看定天分還進好小部其些主樣理心前開但因只從想實日者意無與長把機民第公此已工使情明性知全關點正業外將兩高間由問很最重物手應頭請謝訂單貨商客戶收退換款" \
	"品件運快遞買賣價您購付電話碼址"

static const struct profile profiles[] = {
	{WESTERN, LATIN, "éèàêç", "âîôùûëïüœæñ"}, {WESTERN, LATIN, "äöüß", "é"}, {WESTERN, LATIN, "óíáéñ", "üúçàèòï"},
	{WESTERN, LATIN, "ãçáéíó", "âêôõàúü"}, {WESTERN, LATIN, "àèùòì", "éîóá"}, {WESTERN, LATIN, "åäö", "éüà"},
	{WESTERN, LATIN, "æøå", "éóòôäöü"}, {WESTERN, LATIN, "ëïé", "èöüóáê"}, {WESTERN, LATIN, "íáóé", "ðþúæýö"},
	{"windows-1250", LATIN, "łąęóżśćń", "ź"}, {"windows-1250", LATIN, "íáéčšěřž", "ýúůťďňľĺŕôäö"}, {"windows-1250", LATIN, "áéöőóü", "íúűä"},
	{"windows-1250", LATIN, "čšžćđ", ""}, {"windows-1250", LATIN, "ăîâşţ", ""},
	{"iso-8859-2", LATIN, "łąęóżśćń", "ź"}, {"iso-8859-2", LATIN, "íáéčšěřž", "ýúůťďňľĺŕôäö"}, {"iso-8859-2", LATIN, "čšžćđ", ""},
	{"windows-1254", LATIN, "ıışğüçöİ", "âîû"}, {"windows-1257", LATIN, "ėšžųįąę", "čū"}, {"windows-1257", LATIN, "āēīšūņ", "žļčģķ"},
	{"windows-1251", CYRILLIC, RUSSIAN}, {"koi8-u", CYRILLIC, RUSSIAN}, {"windows-1251", CYRILLIC, UKRAINIAN},
	{"koi8-u", CYRILLIC, UKRAINIAN}, {"iso-8859-5", CYRILLIC, RUSSIAN}, {"cp866", CYRILLIC, RUSSIAN},
	{"x-mac-cyrillic", CYRILLIC, RUSSIAN}, {"windows-1253", G_UNICODE_SCRIPT_GREEK, GREEK},
	{"windows-1255", G_UNICODE_SCRIPT_HEBREW, HEBREW}, {"windows-1256", G_UNICODE_SCRIPT_ARABIC, ARABIC},
	{"tis-620", G_UNICODE_SCRIPT_THAI, THAI},
	{"shift_jis", G_UNICODE_SCRIPT_HIRAGANA, "", ""}, {"euc-jp", G_UNICODE_SCRIPT_HIRAGANA, "", ""},
	{"gb18030", G_UNICODE_SCRIPT_HAN, SIMPLIFIED, ""}, {"big5", G_UNICODE_SCRIPT_HAN, TRADITIONAL, ""},
	{"ks_c_5601-1987", G_UNICODE_SCRIPT_HANGUL, KOREAN},
};

int
charset_guess_wide(const struct charset_bytes *bytes)
{
	static const struct {const char *mark; gsize length; const char *charset;} marks[] = {
		{"\xff\xfe\0\0", 4, "utf-32le"}, {"\0\0\xfe\xff", 4, "utf-32be"}, {"\xff\xfe", 2, "utf-16le"}, {"\xfe\xff", 2, "utf-16be"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
		if (bytes->length >= marks[i].length && memcmp(bytes->data, marks[i].mark, marks[i].length) == 0)
			return charset_row(marks[i].charset);
	gsize nuls[2] = {0, 0}, seen = MIN(bytes->length, WIDE_SAMPLE);
	if (!memchr(bytes->data, '\0', seen))
		return -1;
	for (gsize i = 0; i < seen; i++)
		nuls[i % 2] += bytes->data[i] == 0;
	bool is_little = nuls[1] > nuls[0];
	bool is_wide = seen >= 4 && nuls[is_little] > seen / 6 && nuls[!is_little] <= seen / 100;
	return is_wide ? charset_row(is_little ? "utf-16le" : "utf-16be") : -1;
}

/* Adds a line unless it is all ASCII, so far as there is room; a long one from its first other byte on, cut at a blank. */
static void
line_take(GByteArray *sample, const guint8 *line, const guint8 *end)
{
	gsize room = SAMPLE - sample->len;
	const guint8 *first = line;
	while (first < end && *first < 0x80)
		first++;
	if (first == end)
		return;
	if ((gsize)(end - line) > room) {
		line = first;
		end = line + MIN((gsize)(end - line), room);
		const guint8 *half = line + (end - line) / 2, *blank = end;
		while (blank > half && blank[-1] > ' ')
			blank--;
		end = blank > half ? blank : end;
	}
	g_byte_array_append(sample, line, end - line);
}

static GByteArray *
sample_take(const struct charset_bytes *bytes)
{
	GByteArray *sample = g_byte_array_new();
	const guint8 *end = bytes->data + bytes->length, *next;
	for (const guint8 *line = bytes->data; line < end && sample->len < SAMPLE; line = next) {
		const guint8 *newline = memchr(line, '\n', end - line);
		next = newline ? newline + 1 : end;
		line_take(sample, line, next);
	}
	return sample;
}

struct place { /* where a letter stands */
	gunichar before, after; /* 0 at the ends */
	int run; /* letters beyond ASCII side by side before it */
	bool is_lower; /* the word began with a lower case letter */
};

/* What stands in any text. Within a word only an apostrophe does. */
static bool
is_mark(gunichar letter, const struct place *place)
{
	static const char anywhere[] = "،؛؟’‘–—…·\u00a0、。・：；？！「」『』（）【】《》〜～ー　", at_edges[] = "“”„‚«»‹›•§°©®™¡¿№", at_numbers[] = "€£¥";
	if (g_utf8_strchr(anywhere, -1, letter) || (letter >= 0xff01 && letter <= 0xff5e))
		return true;
	bool is_behind = g_unichar_isalpha(place->before), is_ahead = g_unichar_isalpha(place->after);
	if (g_utf8_strchr(at_numbers, -1, letter))
		return !is_behind && !is_ahead;
	return g_utf8_strchr(at_edges, -1, letter) && !(is_behind && is_ahead);
}

/* A sign that stands for a syllable or a word. */
static bool
is_cjk(GUnicodeScript script)
{
	return script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA || script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HANGUL;
}

/* How well LETTER suits the language, wherever it stands. */
static int
letter_score(const struct profile *profile, gunichar letter)
{
	gunichar lower = g_unichar_tolower(letter);
	GUnicodeScript script = g_unichar_get_script(letter);
	bool is_half_width = letter >= 0xff61 && letter <= 0xff9f, is_japanese = profile->script == G_UNICODE_SCRIPT_HIRAGANA;
	if (g_utf8_strchr(profile->common, -1, lower))
		return COMMON;
	if (is_half_width || !g_unichar_isgraph(letter))
		return WRONG;
	if (g_utf8_strchr(profile->usual, -1, lower))
		return USUAL;
	if (is_japanese && is_cjk(script) && script != G_UNICODE_SCRIPT_HANGUL)
		return script == G_UNICODE_SCRIPT_HAN ? USUAL : COMMON;
	if (profile->script == script && profile->script != LATIN)
		return is_cjk(script) ? USUAL : SELDOM;
	return g_unichar_isalpha(letter) ? ODD : WRONG;
}

static bool
is_ascii_letter(gunichar letter)
{
	return letter < 0x80 && g_ascii_isalpha((char)letter);
}

/* What is odd about where it stands: in "wORD", a Latin word of many accents, a word of two scripts. */
static int
place_score(const struct profile *profile, gunichar letter, const struct place *place)
{
	bool is_within = g_unichar_isalpha(place->before);
	bool is_turned = g_unichar_isupper(letter) && is_within && (place->is_lower || g_unichar_islower(place->before));
	bool is_run = profile->script == LATIN && place->run >= LATIN_RUN - 1;
	bool is_mixed = profile->script != LATIN && !is_cjk(profile->script) && (is_ascii_letter(place->before) || is_ascii_letter(place->after));
	if (is_run)
		return WRONG;
	return is_turned || is_mixed ? ODD : 0;
}

/* Charsets that mail is hardly ever in: they must fit better than the usual ones to be believed. */
static bool
is_seldom(const char *charset)
{
	static const char *const seldom[] = {"iso-8859-5", "cp866", "x-mac-cyrillic", NULL};
	return g_strv_contains(seldom, charset);
}

/* Few letters fit these by chance: they want more than a word. */
static bool
wants_more(const char *charset)
{
	static const char *const small[] = {"windows-1253", "windows-1255", "windows-1256", "windows-1257", "tis-620", NULL};
	return is_seldom(charset) || g_strv_contains(small, charset);
}

/* The mean score of the letters beyond ASCII in TEXT. */
static double
text_score(const struct profile *profile, const char *text)
{
	struct place place = {0};
	int sum = 0, count = 0;
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar letter = g_utf8_get_char(p);
		place.after = g_utf8_get_char(g_utf8_next_char(p));
		bool is_letter = letter >= 0x80 && letter != 0xfffd && !is_mark(letter, &place);
		if (is_letter) {
			sum += letter_score(profile, letter) + place_score(profile, letter, &place);
			count++;
		}
		place.run = is_letter ? place.run + 1 : 0;
		place.is_lower = g_unichar_isalpha(place.before) ? place.is_lower : g_unichar_islower(letter);
		place.before = letter;
	}
	double mean = count > 0 ? (double)sum / count : COMMON; /* COMMON: nothing speaks against it */
	if (count < LETTERS_MIN && wants_more(profile->charset))
		return 0;
	return is_seldom(profile->charset) ? mean - SELDOM_HANDICAP : mean;
}

int
charset_guess(const struct charset_bytes *bytes)
{
	g_autoptr(GByteArray) sample = sample_take(bytes);
	struct charset_bytes from = {sample->data, sample->len};
	double western = 0, best = SCORE_MIN;
	int found = -1;
	for (gsize i = 0; i < G_N_ELEMENTS(profiles) && sample->len > 0; i++) {
		gsize bad;
		int row = charset_row(profiles[i].charset);
		g_autoptr(GString) text = row < 0 ? NULL : charset_convert(row, &from, sample->len > SAMPLE / 2, &bad);
		double score = text ? text_score(&profiles[i], text->str) : 0;
		if (strcmp(profiles[i].charset, WESTERN) == 0)
			western = MAX(western, score);
		else if (score > best || (score >= SCORE_MIN && found < 0))
			best = score, found = row;
	}
	return best > western + MARGIN ? found : -1;
}
