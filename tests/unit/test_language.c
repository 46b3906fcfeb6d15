/* What customers write, and in which language. */
#include <glib.h>

#include "milter/read/language.h"

#define RIGHT_MIN 95 /* of a hundred texts of a language */

static const struct {const char *code, *text;} texts[] = {
	{"en", "My order has not arrived yet, can you tell me where it is?"},
	{"en", "The parcel was damaged when it arrived and the box was open."},
	{"fr", "Bonjour, je n'ai toujours pas reçu ma commande, pouvez-vous vérifier ?"},
	{"fr", "Merci pour votre réponse rapide, je vous envoie les photos demain."},
	{"nl", "Kunt u mij vertellen wanneer mijn bestelling wordt geleverd?"},
	{"nl", "Het pakje is beschadigd aangekomen, ik wil graag mijn geld terug."},
	{"pl", "Dzień dobry, nadal nie otrzymałem mojego zamówienia, proszę o informację."},
	{"pl", "Dziekuje za szybka odpowiedz, jutro wysle zdjecia paczki."},
	{"de", "Guten Tag, meine Bestellung ist noch nicht angekommen, wo ist mein Paket?"},
	{"es", "Hola, todavía no he recibido mi pedido, ¿pueden decirme dónde está?"},
	{"it", "Buongiorno, non ho ancora ricevuto il mio ordine, potete verificare?"},
	{"ru", "Здравствуйте, мой заказ до сих пор не пришёл, где посылка?"},
	{"ja", "こんにちは、注文した商品がまだ届いていません。いつ届きますか。"},
	{"zh", "您好，我的订单还没有收到，请问什么时候可以送到？谢谢。"},
	{"ko", "안녕하세요, 주문한 상품이 아직 도착하지 않았습니다."},
	{"de", "Es ist nichts gekommen."},
	{"fr", "Je n’ai rien reçu."},
	{"nl", "Het is er nog niet."},
	{"pl", "Nadal nie ma paczki, proszę o zwrot."},
	{"", "Thanks!"},
	{"", ""},
	{"", "12345 67890 12345 67890 12345 67890 12345 67890 12345"},
	{"", "https://shop.example/a/very/long/address/that/is/no/language/at/all/of/course"},
	{"", "> The parcel was damaged when it arrived and the box was open, says the quoted text."},
};

static void
test_texts(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i].text);
		g_assert_cmpstr(language_guess(texts[i].text), ==, texts[i].code);
	}
}

/* tests/language/XX.txt: one mail a line, as customers write in XX, "\n" for its line ends; some without accents. */
static void
language_check(const char *name)
{
	g_autofree char *path = g_build_filename("tests/language", name, NULL), *code = g_strndup(name, 2), *mails = NULL;
	guint count = 0, right = 0;
	g_assert_true(g_file_get_contents(path, &mails, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(mails, "\n", -1);
	for (guint i = 0; lines[i] && *lines[i]; i++, count++) {
		g_autofree char *mail = g_strcompress(lines[i]);
		const char *guess = language_guess(mail);
		right += g_str_equal(guess, code);
		if (!g_str_equal(guess, code))
			g_test_message("%s, not %s: %s", guess, code, mail);
	}
	g_test_message("%s: %u of %u", code, right, count);
	g_assert_cmpuint(right * 100, >=, count * RIGHT_MIN);
}

static void
test_mails(void)
{
	g_autoptr(GDir) folder = g_dir_open("tests/language", 0, NULL);
	guint languages = 0;
	for (const char *name; (name = g_dir_read_name(folder)); languages++)
		language_check(name);
	g_assert_cmpuint(languages, >=, 10);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	language_init();
	g_test_add_func("/language/texts", test_texts);
	g_test_add_func("/language/mails", test_mails);
	return g_test_run();
}
