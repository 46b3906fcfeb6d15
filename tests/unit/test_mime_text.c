/* Fixture mails whose lesson is how their text is written: charsets, encoded words, dates, HTML. */
#include <string.h>

#include "milter/read/mime_text.h"
#include "tests/unit/mails.h"

static const struct {const char *mail, *subject, *name, *text, *date;} lessons[] = { /* NULL: not looked at */
	{"charset-none-cyrillic", .subject = "Где заказ", .text = "Добрый день!\n\nМой заказ ещё не пришёл, верните деньги.\n"},
	{"charset-none-koi8-mixed", .subject = "Где заказ", .text = "Добрый день!\n\nМой заказ 1042 еще не пришел.\n"},
	{"charset-none-japanese", .subject = "ご注文の件", .text = "注文した商品がまだ届きません。\n"},
	{"charset-none-chinese", .subject = "我的订单", .text = "您好，我的订单还没有收到，请退款。\n"},
	{"charset-none-polish", .subject = "Gdzie jest żółta łódka", .text = "Paczka jeszcze nie przyszła, proszę o zwrot.\n"},
	{"charset-utf7", .subject = "Où est la chaise", .text = "Payé 1 + 1 + 20 €\n"},
	{"charset-utf16-unmarked", .text = "Où est Łódź?\n"},
	{"charset-iso-2022-jp-microsoft", .subject = "①㈱", .text = "①㈱ｱ日本\nnext line\n"},
	{"charset-wrong-label", .text = "次のお届け先です。\n"},
	{"encoded-word-open", .subject = "Livraison prévue le 5 mai"},
	{"encoded-word-raw-blanks", .subject = "Commande 1042 : oùest-elle ? Réponse SVP"},
	{"encoded-word-no-padding", .subject = "Réclamation"},
	{"encoded-word-language", .subject = "Гдезаказ", .name = "Jürgen"},
	{"encoded-word-in-quotes", .name = "Nowak, Anna (shop)"},
	{"html-outlook", .text = "Hello,\n\nthe chair is broken.\nOrder\t1042\nTotal\t99 €\nAnna"},
	{"html-preview-text", .text = "Where is my parcel?\n\nSee <https://shop.example/orders/1042> or ask <anna@customer.example>.\n\nIt costs 5 €"},
	{"html-indented-is-no-quote", .text = "Two points:\nthe colour\nthe size\nOn Monday you wrote:\n> 2. Which colour?\n>\n> 3. Which size?"},
	{"base64-with-footer", .text = "Où est ma commande ?\n\n_______________________\nThe shop's list\n"},
	{"base64-is-plain", .text = "This was never encoded, café.\n"},
	{"encoding-name-sloppy", .text = "café noir\n"},
	{"charset-hint-of-subject", .subject = "Vrácení", .text = "Vracím: č. 5\n"},
	{"html-meta-instead-of-ascii", .text = "Żółta"},
	{"flowed-by-the-careless", .text = ">> one long line of theirs\n> mine \n\na new paragraph \n\n-- \nAnna\n"},
	{"header-byte-order-mark", .subject = "saved by an editor", .name = "Anna Nowak", .text = "The first subject is empty.\n"},
	{"header-raw-name-1250", .name = "Łukasz Żak"},
	{"html-without-type", .text = "Name: Anna Nowak\n\nMessage: Where is my order?"},
	{"types-two", .text = "café"}, {"types-two-reversed", .text = "café"},
	{"date-twice", .date = "2024-05-06T08:15:01Z"},
	{"date-zone-in-comment", .date = "2024-05-06T14:15:00Z"},
};

static void
test_lessons(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(lessons); i++) {
		g_test_message("%s", lessons[i].mail);
		g_autoptr(mime_message) message = lesson_read(lessons[i].mail);
		const struct mime_address *from = message->from->len ? message->from->pdata[0] : NULL;
		g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(message->date / 1000);
		g_autofree char *date = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
		if (lessons[i].subject)
			g_assert_cmpstr(message->subject, ==, lessons[i].subject);
		if (lessons[i].name)
			g_assert_cmpstr(from ? from->name : "", ==, lessons[i].name);
		if (lessons[i].text)
			g_assert_cmpstr(message->text, ==, lessons[i].text);
		if (lessons[i].date)
			g_assert_cmpstr(date, ==, lessons[i].date);
	}
}

static void
test_base64_length(void)
{
	static const struct {const char *text; gsize length;} cases[] = {
		{"Y2Fm\nYQ==\n", 10}, {"Y2Fm\nYQ==\n\nsome words\n", 10}, {"Y2Fm\n\nsome words\n", 5}, {"Y2FmY2FmY2Fm!\nY2Fm\n", 19},
		{"some words\nY2Fm\n", 0}, {"\n\nY2Fm\n\nY2Fm\n", 13}, {"", 0}, {"YQ==\r\n--\r\nsome words", 6},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(mime_text_base64_length((const guint8 *)cases[i].text, strlen(cases[i].text)), ==, cases[i].length);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/mime_text/lessons", test_lessons);
	g_test_add_func("/mime_text/base64-length", test_base64_length);
	return g_test_run();
}
