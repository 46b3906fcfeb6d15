/* Bytes in a charset, rightly or wrongly named. */
#include <glib.h>
#include <string.h>

#include "milter/read/charset.h"

static const struct {const char *declared, *bytes, *text;} cases[] = {
	{NULL, "plain", "plain"}, {"", "\xc3\xa9", "é"}, {NULL, "\xe9", "é"}, {"nonsense", "\x80", "€"},
	{"ISO-8859-1", "\x93x\x94", "“x”"}, {"iso_8859-1:1987", "\xe9", "é"}, {"Latin1", "\xe9", "é"}, {"us-ascii", "\xc3\xa9", "é"},
	{"ISO-8859-1", "\xc3\xa9", "é"}, {"x-mac-cyrillic", "\x80", "А"}, {"CP-1250", "\xb3", "ł"}, {"iso-8859-2", "\xb1", "ą"}, {"ISO-8859-9", "\xfd", "ı"},
	{"iso-8859-8-i", "\xf9", "ש"}, {"tis-620", "\xa1", "ก"}, {"ks_c_5601-1987", "\xb0\xa1", "가"}, {"x-sjis", "\x87\x40", "①"}, {"koi8-r", "\xf0", "П"},
	{"gb2312", "\xe9\x46", "镕"}, {"big5", "\xa4\xa4", "中"}, {"utf-7", "+AOk-", "é"}, {"utf-7", "1 + 2~\\ +AOk +- +2D3eAA-", "1 + 2~\\ é + 😀"}, {"iso-2022-jp", "\x1b$B-!-j\x1b(B a", "①㈱ a"},
	{"iso-2022-jp", "\x1b$BF|K\\\na", "日本\na"}, {"iso-2022-jp", "\x1b(I1\x1b(B\x0e" "1\x0f" "1", "ｱｱ1"}, {"utf-16", "plain text", "plain text"}, {"utf-16", "caf\xc3\xa9", "café"},
	{"iso-2022-jp", "caf\xc3\xa9", "café"}, {"iso-2022-jp", "\xca\xb8\xbb\xfa\xa4\xc7\xa4\xb9", "文字です"}, {"iso-2022-jp", "\x95\xb6\x8e\x9a\x82\xc5\x82\xb7", "文字です"},
	{"hz-gb-2312", "a~~~{VPND~}b", "a~中文b"},
	{"windows-28591", "\x80", "€"}, {"iso-8859-1*en", "\xe9", "é"}, {"csISOLatin2", "\xb1", "ą"}, {"koi8-r", "\xd0\x97\xd0\xb0\xd0\xba", "Зак"}, {"utf-8", "a\xff\xc5\x82\xc3\xa9", "a\xef\xbf\xbdłé"},
	{"utf-8", "caf\xe9", "café"}, {"gb2312", "\xc5\x82\xc3\xa9\x81", "艂茅\xef\xbf\xbd"}, {"windows-1252", "\x81", "\xef\xbf\xbd"},
};

static void
test_decode(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s %s", cases[i].declared, cases[i].text);
		g_autofree char *text = charset_decode(cases[i].declared, (const guint8 *)cases[i].bytes, strlen(cases[i].bytes));
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

/* What a person chose holds even where the bytes are something else. */
static void
test_decode_as(void)
{
	static const struct {const char *name, *bytes, *text;} choices[] = {
		{"iso-8859-1", "\xc3\xa9", "Ã©"}, {"utf-8", "\xe9\xc3\xa9", "\xef\xbf\xbdé"}, {"koi8-r", "\xd0", "п"}, {"nonsense", "\xc3\xa9", "é"},
		{"big5", "\xa4\xa4\xff", "中\xef\xbf\xbd"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autofree char *text = charset_decode_as(choices[i].name, (const guint8 *)choices[i].bytes, strlen(choices[i].bytes));
		g_assert_cmpstr(text, ==, choices[i].text);
	}
}

/* Texts of shop mail in the charsets their languages had before UTF-8, without a label. */
static const struct {const char *charset, *text;} unlabelled[] = {
	{"CP1252", "Je n'ai toujours pas reçu ma commande passée à Noël, où est-elle ?"}, {"CP1252", "Grüße aus Köln, die Tür schließt nicht"},
	{"CP1252", "Mañana llamaré, el envío está dañado. ¿Cuándo llega?"}, {"CP1252", "A encomenda não chegou, informação por favor até amanhã"},
	{"CP1252", "Perché non è ancora arrivato? Così non va, è già lunedì"}, {"CP1252", "Hej, jag har inte fått min beställning från er på två veckor"},
	{"CP1252", "Jeg har ikke fått varene, så nå ønsker jeg pengene tilbake"}, {"CP1252", "Het geld is geïnd, de bestelling is nog niet geëffend"},
	{"CP1252", "It costs 20 € – “too much”, isn’t it?"}, {"CP1252", "Réponse €"}, {"CP1252", "Müller"},
	{"CP1250", "Paczka jeszcze nie przyszła, proszę o zwrot pieniędzy. Gdzie jest żółta łódka?"}, {"ISO-8859-2", "Paczka jeszcze nie przyszła, proszę o zwrot pieniędzy. Gdzie jest żółta łódka?"},
	{"CP1250", "Łódź"}, {"CP1250", "Dobrý den, zásilka ještě nepřišla, prosím o vrácení peněz za židli"}, {"ISO-8859-2", "Dobrý den, židle je poškozená, chtěl bych ji vyměnit"},
	{"CP1250", "Jó napot, a csomag még nem érkezett meg, kérem az összeg visszafizetését, köszönöm előre is a segítségüket, sűrű üdvözlettel"},
	{"CP1254", "Siparişim hâlâ gelmedi, lütfen paramı geri ödeyin. Teşekkürler, iyi günler"}, {"CP1257", "Laba diena, siuntos dar negavau, grąžinkite pinigus, ačiū už pagalbą, kėdė sulūžusi"},
	{"CP1251", "Добрый день! Мой заказ ещё не пришёл, верните деньги, пожалуйста."}, {"KOI8-R", "Добрый день! Мой заказ еще не пришел, верните деньги, пожалуйста."},
	{"CP1251", "ГДЕ МОЙ ЗАКАЗ"}, {"KOI8-R", "ГДЕ МОЙ ЗАКАЗ"}, {"KOI8-R", "Где заказ"}, {"ISO-8859-5", "Добрый день, где мой заказ?"}, {"CP866", "Добрый день, где мой заказ?"},
	{"CP1251", "Доброго дня! Моє замовлення ще не прийшло, поверніть кошти, будь ласка"}, {"KOI8-U", "Доброго дня! Моє замовлення ще не прийшло, поверніть кошти, будь ласка"},
	{"CP1253", "Καλημέρα, η παραγγελία μου δεν έχει έρθει ακόμα"}, {"CP1255", "שלום, ההזמנה שלי עדיין לא הגיעה"}, {"CP1256", "مرحبا، لم يصل طلبي حتى الآن"},
	{"CP874", "สวัสดีครับ สินค้าของผมยังไม่มาถึง"},
	{"CP932", "注文した商品がまだ届きません。返金をお願いします。"}, {"EUC-JP", "注文した商品がまだ届きません。返金をお願いします。"}, {"CP932", "ご注文の件"}, {"EUC-JP", "ご注文の件"},
	{"GB18030", "您好，我的订单还没有收到，请退款。"}, {"BIG5", "您好，我的訂單還沒有收到，請退款。"}, {"UHC", "안녕하세요, 주문한 상품이 아직 도착하지 않았습니다."},
	{"CP1250", "Łukasz"}, {"CP932", "注文"}, {"EUC-JP", "注文"}, {"BIG5", "訂單"}, {"CP1251", "Заказ"}, {"GB18030", "订单"}, {"UHC", "주문"}, {"UTF-16LE", "Où est ma commande ?"}, {"UTF-16BE", "Où est ma commande ?"}, {"UTF-16", "Где заказ"},
	{"ISO-2022-JP", "注文した商品が"}, {"ISO-2022-KR", "주문한 상품"}, {"UTF-7", "Où est ma commande passée à Noël"}, {"UTF-8", "Où est ma commande ? Где заказ"},
};

static void
test_unlabelled(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(unlabelled); i++) {
		gsize length;
		g_autofree char *bytes = g_convert(unlabelled[i].text, -1, unlabelled[i].charset, "UTF-8", NULL, &length, NULL);
		g_test_message("%s %s", unlabelled[i].charset, unlabelled[i].text);
		g_assert_nonnull(bytes);
		g_autofree char *text = charset_decode(NULL, (const guint8 *)bytes, length);
		g_autofree char *mislabelled = charset_decode("us-ascii", (const guint8 *)bytes, length);
		g_assert_cmpstr(text, ==, unlabelled[i].text);
		g_assert_cmpstr(mislabelled, ==, unlabelled[i].text);
	}
}

/* What has plus signs, tildes and escapes is not for that in a charset of seven bits. */
static void
test_plain(void)
{
	static const char *const plain[] = {"1+1", "call +49 170 1234567-8", "anna+shop-de@customer.example", "c++ +-", "~{x", "~/{a} ~{b }~}", "+4912345-"};
	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
		g_autofree char *text = charset_decode(NULL, (const guint8 *)plain[i], strlen(plain[i]));
		g_assert_cmpstr(text, ==, plain[i]);
	}
}

static void
test_nul(void)
{
	g_autofree char *plain = charset_decode(NULL, (const guint8 *)"a\0b\0", 4);
	g_autofree char *wide = charset_decode("utf-16", (const guint8 *)"\xff\xfe" "a\0\0\0b\0", 8);
	g_autofree char *unmarked = charset_decode("utf-16", (const guint8 *)"\0a\0b", 4);
	g_assert_cmpstr(unmarked, ==, "ab");
	g_autofree char *none = charset_decode("utf-8", (const guint8 *)"", 0);
	g_assert_cmpstr(plain, ==, "ab");
	g_assert_cmpstr(wide, ==, "ab");
	g_assert_cmpstr(none, ==, "");
}

/* All names with all bytes: valid text, whatever they are. */
static void
test_any_bytes(void)
{
	static const char *const names[] = {NULL, "utf-8", "gb2312", "iso-2022-jp", "utf-7", "utf-16", "utf-32", "big5", "johab", "iso-2022-kr", "windows-1255"};
	guint8 bytes[512];
	for (int round = 0; round < 200; round++) {
		for (gsize i = 0; i < sizeof bytes; i++)
			bytes[i] = g_test_rand_int_range(0, 256);
		for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
			g_autofree char *text = charset_decode(names[i], bytes, sizeof bytes);
			g_assert_true(g_utf8_validate(text, -1, NULL));
		}
	}
}

static void
test_clean(void)
{
	char text[] = "\xef\xbb\xbf" "a\r\nb\rc\td\x07\x1b\x7f\n";
	char line[] = "  a\r\n\tb\r\n  c  d\x01 ";
	g_assert_cmpstr(charset_clean_text(text), ==, "a\nb\nc\td\n");
	g_assert_cmpstr(charset_clean_line(line), ==, "a b  c  d");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	charset_init();
	g_test_add_func("/charset/decode", test_decode);
	g_test_add_func("/charset/decode-as", test_decode_as);
	g_test_add_func("/charset/unlabelled", test_unlabelled);
	g_test_add_func("/charset/plain", test_plain);
	g_test_add_func("/charset/nul", test_nul);
	g_test_add_func("/charset/any-bytes", test_any_bytes);
	g_test_add_func("/charset/clean", test_clean);
	return g_test_run();
}
