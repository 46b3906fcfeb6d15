/* What the mail programs of the world put around a quote, in the languages of their users; and what people write that only looks
 * like it. */
#include <stdbool.h>
#include <string.h>

#include "milter/read/quote.h"

#define REPLY "Thank you, the parcel has come.\nBest wishes\nAnna"

static const char *const attributions[] = {
	/* English */
	"On Mon, May 6, 2024 at 10:15 AM Shop Desk <desk@shop.example> wrote:",
	"On 06/05/2024 10:15, Shop Desk wrote:",
	"On 6 May 2024, at 10:15, Shop Desk <desk@shop.example> wrote:",
	"On May 6, 2024, at 10:15 AM, Desk, Shop (Returns) <desk@shop.example> wrote:",
	"On Monday, May 6th, 2024 at 10:15 AM, Shop Desk <desk@shop.example> wrote:",
	"On Mon, 2024-05-06 at 10:15 +0200, Shop Desk wrote:",
	"On 2024-05-06 10:15, Shop Desk wrote:",
	"On Mon, May 06, 2024 at 10:15:44AM +0200, Shop Desk wrote:",
	"On Mon, 6 May 2024 10:15:44 +0200 desk@shop.example wrote",
	"---- On Mon, 06 May 2024 10:15:44 +0200 Shop Desk <desk@shop.example> wrote ----",
	"---- On Mon, 06 May 2024 10:15:44 +0200 Shop Desk wrote ----",
	"--- On Mon, 5/6/24, Shop Desk <desk@shop.example> wrote:",
	"---In returns@groups.example, <desk@shop.example> wrote :",
	"Shop Desk <desk@shop.example> wrote:",
	"Shop Desk <desk@shop.example> wrote on 05/06/2024 10:15:44 AM:",
	"Shop Desk wrote on 06.05.2024 10:15:44:",
	"On Monday 6 May 2024, Shop Desk <desk@shop.example> wrote:",
	"On Mon, May 6, 2024, 10:15 Shop Desk <desk@shop.example> wrote:",
	"On 5/6/24, 10:15 AM, \"Shop Desk\" <desk@shop.example> wrote:",
	"On May 6, 2024 10:15 AM, \"Shop Desk\" <desk@shop.example> wrote:",
	"At 10:15 06/05/2024, Shop Desk wrote:",
	"10:15 AM, May 6, 2024, Shop Desk <desk@shop.example>:",
	"Monday, 6 May 2024, 10:15 AM +0300 from Shop Desk <desk@shop.example>:",
	"6. May 2024, 10:15 by desk@shop.example:",
	"[Shop Desk](mailto:desk@shop.example) wrote on 6 May 2024:",
	"*On Mon, May 6, 2024 at 10:15 AM Shop Desk <desk@shop.example> wrote:*",
	"On Fri 6 May 2024 at 10:39, Shop Desk via Returns <desk@shop.example> wrote:",
	"Monday, May 6, 2024, 10:15:44 AM, you wrote to <anna@customer.example>:",
	"2024-05-06 10:15 GMT+02:00 Shop Desk <desk@shop.example>:",
	/* French */
	"Le lun. 6 mai 2024 à 10:15, Service Client <desk@shop.example> a écrit :",
	"Le 06/05/2024 à 10:15, Service Client a écrit :",
	"Le 6 mai 2024 à 10:15, Service Client <desk@shop.example> a écrit :",
	"Le lundi 6 mai 2024 à 10:15:44 UTC+2, Service Client <desk@shop.example> a écrit :",
	"Service Client <desk@shop.example> a écrit :",
	"Le lun. 6 mai 2024 à 10h15, Service Client <desk@shop.example> a écrit :",
	"Le lundi 6 mai 2024, Service Client <desk@shop.example> a écrit :",
	/* Dutch */
	"Op ma 6 mei 2024 om 10:15 schreef Klantenservice <desk@shop.example>:",
	"Op 6 mei 2024 om 10:15 heeft Klantenservice <desk@shop.example> het volgende geschreven:",
	"Op 06-05-2024 om 10:15 schreef Klantenservice:",
	"Op 6 mei 2024 10:15 schreef \"Klantenservice\" <desk@shop.example>:",
	"Klantenservice <desk@shop.example> schreef op ma 6 mei 2024 om 10:15:",
	"Op maandag 6 mei 2024 10:15:44 CEST schreef Klantenservice <desk@shop.example>:",
	/* Polish */
	"W dniu 06.05.2024 o 10:15, Biuro Sklepu pisze:",
	"pon., 6 maj 2024 o 10:15 Biuro Sklepu <desk@shop.example> napisał(a):",
	"Wiadomość napisana przez Biuro Sklepu <desk@shop.example> w dniu 6 maj 2024, o godz. 10:15:",
	"Dnia 6 maja 2024 10:15 Biuro Sklepu <desk@shop.example> napisał(a):",
	"W dniu pon., 6.05.2024 o 10:15 Biuro Sklepu <desk@shop.example> napisał(a):",
	"6 maj 2024 10:15 \"Biuro Sklepu\" <desk@shop.example> napisał(a):",
	"Użytkownik Biuro Sklepu <desk@shop.example> napisał:",
	"W dniu 2024-05-06 10:15:44 użytkownik Biuro Sklepu <desk@shop.example> napisał:",
	/* German */
	"Am Mo., 6. Mai 2024 um 10:15 Uhr schrieb Kundendienst <desk@shop.example>:",
	"Am 06.05.2024 um 10:15 schrieb Kundendienst:",
	"Am 06.05.24 um 10:15 schrieb Kundendienst <desk@shop.example>:",
	"Kundendienst <desk@shop.example> schrieb am Mo., 6. Mai 2024, 10:15:",
	"Kundendienst <desk@shop.example> hat am 6. Mai 2024 um 10:15 geschrieben:",
	"Am Montag, 6. Mai 2024 um 10:15:44 MESZ hat Kundendienst <desk@shop.example> Folgendes geschrieben:",
	"Zitat von Kundendienst <desk@shop.example>:",
	"Am 6. Mai 2024 10:15:44 MESZ schrieb Kundendienst <desk@shop.example>:",
	/* Spanish, Catalan, Portuguese, Italian, Romanian */
	"El lun, 6 may 2024 a las 10:15, Tienda (<desk@shop.example>) escribió:",
	"El 6 may 2024, a las 10:15, Tienda <desk@shop.example> escribió:",
	"El 06/05/2024 a las 10:15, Tienda escribió:",
	"El lunes, 6 de mayo de 2024, 10:15:44 CEST, Tienda <desk@shop.example> escribió:",
	"El 6 de mayo de 2024, 10:15, Tienda<desk@shop.example> escribió:",
	"Missatge de Botiga <desk@shop.example> del dia dl., 6 de maig 2024 a les 10:15:",
	"El dl., 6 de maig 2024, 10:15, Botiga <desk@shop.example> va escriure:",
	"Em seg., 6 de mai. de 2024 às 10:15, Loja <desk@shop.example> escreveu:",
	"Em 06/05/2024 10:15, Loja escreveu:",
	"No dia 06/05/2024, às 10:15, Loja <desk@shop.example> escreveu:",
	"Loja <desk@shop.example> escreveu (segunda, 6/05/2024 à(s) 10:15):",
	"A segunda, 6 de maio de 2024, 10:15, Loja <desk@shop.example> escreveu:",
	"Il giorno lun 6 mag 2024 alle ore 10:15 Negozio <desk@shop.example> ha scritto:",
	"Il 06/05/2024 10:15, Negozio ha scritto:",
	"Il lunedì 6 maggio 2024 alle ore 10:15:44 CEST, Negozio <desk@shop.example> ha scritto:",
	"Il Lun 6 Mag 2024, 10:15 Negozio <desk@shop.example> ha scritto:",
	"În lun., 6 mai 2024 la 10:15, Magazin <desk@shop.example> a scris:",
	"Pe 6 mai 2024, la 10:15, Magazin <desk@shop.example> a scris:",
	/* The north */
	"Den mån 6 maj 2024 kl 10:15 skrev Butiken <desk@shop.example>:",
	"6 maj 2024 kl. 10:15 skrev Butiken <desk@shop.example>:",
	"Den 2024-05-06 kl. 10:15, skrev Butiken:",
	"Den man. 6. maj 2024 kl. 10.15 skrev Butik <desk@shop.example>:",
	"man. 6. mai 2024 kl. 10:15 skrev Butikk <desk@shop.example>:",
	"Den 06.05.2024 10:15, skrev Butikk:",
	"mán., 6. maí 2024 kl. 10:15 skrifaði Verslun <desk@shop.example>:",
	"ma 6. toukok. 2024 klo 10.15 Kauppa (desk@shop.example) kirjoitti:",
	"Kauppa <desk@shop.example> kirjoitti 6.5.2024 kello 10.15:",
	"Kauppa kirjoitti 6.5.2024 klo 10.15:",
	/* The middle and the east of Europe */
	"po 6. 5. 2024 v 10:15 odesílatel Obchod <desk@shop.example> napsal:",
	"Dne 06. 05. 24 v 10:15 Obchod napsal(a):",
	"po 6. 5. 2024 o 10:15 Obchod <desk@shop.example> napísal(a):",
	"Dňa 6. 5. 2024 o 10:15 Obchod napísal(a):",
	"Bolt <desk@shop.example> ezt írta (időpont: 2024. máj. 6., H, 10:15):",
	"2024. 05. 06. 10:15 keltezéssel, Bolt írta:",
	"пн, 6 мая 2024 г. в 10:15, Магазин <desk@shop.example>:",
	"6 мая 2024 г., в 10:15, Магазин <desk@shop.example> написал(а):",
	"Понедельник, 6 мая 2024, 10:15 +03:00 от Магазин <desk@shop.example>:",
	"06.05.2024 10:15, Магазин пишет:",
	"06.05.2024, 10:15, \"Магазин\" <desk@shop.example>:",
	"6 мая 2024 г., 10:15 пользователь Магазин <desk@shop.example> написал:",
	"пн, 6 трав. 2024 р. о 10:15 Крамниця <desk@shop.example> пише:",
	"На пн, 6.05.2024 г. в 10:15 Магазин <desk@shop.example> написа:",
	"На 6 май 2024 г. в 10:15 ч., Магазин <desk@shop.example> написа:",
	"пон, 6. мај 2024. у 10:15 Продавница <desk@shop.example> је написао/ла:",
	"pon, 6. svi 2024. u 10:15 Trgovina <desk@shop.example> je napisao/la:",
	"Dana 6.5.2024. u 10:15, Trgovina je napisao/la:",
	"V V pon., 6. maj 2024 ob 10:15 je oseba Trgovina <desk@shop.example> napisala:",
	"2024-05-06, pr, 10:15 Parduotuvė <desk@shop.example> rašė:",
	"pirmd., 2024. g. 6. maijs, plkst. 10:15 — lietotājs Veikals (<desk@shop.example>) rakstīja:",
	"Kirjutas Pood (<desk@shop.example>) kuupäeval E, 6. mai 2024 kell 10:15:",
	"Στις Δευ 6 Μαΐ 2024 στις 10:15 π.μ., ο/η Κατάστημα <desk@shop.example> έγραψε:",
	"Mağaza <desk@shop.example>, 6 May 2024 Pzt, 10:15 tarihinde şunu yazdı:",
	"6 Mayıs 2024 Pazartesi 10:15 tarihinde Mağaza <desk@shop.example> yazdı:",
	/* Beyond */
	"‫בתאריך יום ב׳, 6 במאי 2024 ב-10:15 מאת ‪חנות‬‏ <‪desk@shop.example‬‏>:‬",
	"في الاثنين، 6 مايو 2024 في 10:15 ص تمت كتابة ما يلي بواسطة متجر <desk@shop.example>:",
	"Vào Th 2, 6 thg 5, 2024 vào lúc 10:15 Cửa hàng <desk@shop.example> đã viết:",
	"Pada Sen, 6 Mei 2024 pukul 10.15 Toko <desk@shop.example> menulis:",
	"ในวันที่ จ. 6 พ.ค. 2024 เวลา 10:15 ร้านค้า <desk@shop.example> เขียนว่า:",
	"在 2024年5月6日，上午10:15，商店 <desk@shop.example> 写道：",
	"商店 <desk@shop.example> 于2024年5月6日周一 10:15写道：",
	"商店 <desk@shop.example> 於 2024年5月6日 週一 上午10:15寫道：",
	"2024年5月6日(月) 10:15 店 <desk@shop.example>:",
	"2024/05/06 10:15、店 <desk@shop.example>のメール:",
	"2024. 5. 6. 오전 10:15, 상점 <desk@shop.example> 작성:",
	"2024년 5월 6일 (월) 오전 10:15, 상점 <desk@shop.example>님이 작성:",
};

static const char *const titles[] = {
	"-----Original Message-----", "---------- Forwarded message ----------", "*-------- Original Message --------*",
	"-------- Original message --------From: Shop Desk <desk@shop.example>Date: 5/6/24  10:15 AM  (GMT+01:00)To: anna@customer.example",
	"Begin forwarded message:", "-------- Message d'origine --------", "-------- Message original --------", "---------- Message transféré ---------", "Début du message réexpédié :",
	"––––– Original Message –––––", "From: Shop Desk <desk@shop.example>\nDate: 6 May 2024 10:15",
	"-----Oorspronkelijk bericht-----", "---------- Doorgestuurd bericht ---------", "-----Oryginalna wiadomość-----", "-------- Oryginalna wiadomość --------",
	"-----Ursprüngliche Nachricht-----", "-------- Originalnachricht --------", "Anfang der weitergeleiteten Nachricht:", "-----Mensaje original-----",
	"-----Messaggio originale-----", "-----Mensagem original-----", "-----Ursprungligt meddelande-----", "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----",
	"-----Původní zpráva-----", "-----Eredeti üzenet-----", "-----Исходное сообщение-----", "-------- Оригінальне повідомлення --------", "-----Orijinal İleti-----",
	"------------------ 原始邮件 ------------------", "-----邮件原件-----", "-----元のメッセージ-----", "-----원본 메시지-----",
	"----- Forwarded by Shop Desk/Shop on 05/06/2024 10:15 AM -----", "##- Please type your reply above this line -##", "--- Reply above this line ---",
	"________________________________\nFrom: Shop Desk <desk@shop.example>\nSent: Monday, May 6, 2024 10:15 AM\nTo: anna@customer.example\nSubject: Your order",
	"________________________________\nFrom: Shop Desk <desk@shop.example>",
	"From: Shop Desk [mailto:desk@shop.example]\nSent: Monday, May 6, 2024 10:15 AM\nTo: anna@customer.example\nCc: a@customer.example;\n\tb@customer.example;\n\tc@customer.example\nSubject: Your order",
	"Date: Mon, 6 May 2024 10:15:44 +0200\nSubject: Your order\nFrom: desk@shop.example\nTo: anna@customer.example",
	"To: anna@customer.example\nFrom: desk@shop.example\nDate: Mon, 6 May 2024 10:15:44 +0200\nSubject: Your order",
	"________________________________\nFrom: Shop Desk <desk@shop.example>\nSent: Monday, May 6, 2024 10:15",
	"*De :* Service Client <desk@shop.example>\n*Envoyé :* lundi 6 mai 2024 10:15\n*À :* anna@customer.example\n*Objet :* Votre commande",
	"Van: Klantenservice <desk@shop.example>\nVerzonden: maandag 6 mei 2024 10:15\nAan: anna@customer.example\nOnderwerp: Uw bestelling",
	"Od: Biuro Sklepu <desk@shop.example>\nWysłano: poniedziałek, 6 maja 2024 10:15\nDo: anna@customer.example\nTemat: Zamówienie",
	"Von: Kundendienst <desk@shop.example>\nGesendet: Montag, 6. Mai 2024 10:15\nAn: anna@customer.example\nBetreff: Ihre Bestellung",
	"De: Tienda <desk@shop.example>\nEnviado el: lunes, 6 de mayo de 2024 10:15\nPara: anna@customer.example\nAsunto: Su pedido",
	"Da: Negozio <desk@shop.example>\nInviato: lunedì 6 maggio 2024 10:15\nA: anna@customer.example\nOggetto: Il suo ordine",
	"De: Loja <desk@shop.example>\nEnviada em: segunda-feira, 6 de maio de 2024 10:15\nPara: anna@customer.example\nAssunto: Encomenda",
	"Från: Butiken <desk@shop.example>\nSkickat: den 6 maj 2024 10:15\nTill: anna@customer.example\nÄmne: Din order",
	"Fra: Butik <desk@shop.example>\nSendt: 6. maj 2024 10:15\nTil: anna@customer.example\nEmne: Din ordre",
	"Lähettäjä: Kauppa <desk@shop.example>\nLähetetty: maanantai 6. toukokuuta 2024 10:15\nVastaanottaja: anna@customer.example\nAihe: Tilaus",
	"Od: Obchod <desk@shop.example>\nOdesláno: pondělí 6. května 2024 10:15\nKomu: anna@customer.example\nPředmět: Objednávka",
	"Feladó: Bolt <desk@shop.example>\nElküldve: 2024. május 6., hétfő 10:15\nCímzett: anna@customer.example\nTárgy: Rendelés",
	"От: Магазин <desk@shop.example>\nОтправлено: 6 мая 2024 г. 10:15\nКому: anna@customer.example\nТема: Заказ",
	"Kimden: Mağaza <desk@shop.example>\nGönderildi: 6 Mayıs 2024 10:15\nKime: anna@customer.example\nKonu: Sipariş",
	"Από: Κατάστημα <desk@shop.example>\nΣτάλθηκε: Δευτέρα, 6 Μαΐου 2024 10:15\nΠρος: anna@customer.example\nΘέμα: Παραγγελία",
	"מאת: חנות <desk@shop.example>\nנשלח: יום שני 06 מאי 2024 10:15\nאל: anna@customer.example\nנושא: הזמנה",
	"发件人: 商店 <desk@shop.example>\n发送时间: 2024年5月6日 10:15\n收件人: anna@customer.example\n主题: 订单",
	"差出人： 店 <desk@shop.example>\n送信日時： 2024年5月6日 10:15\n宛先： anna@customer.example\n件名： ご注文",
	"보낸 사람: 상점 <desk@shop.example>\n보낸 날짜: 2024년 5월 6일 월요일 10:15\n받는 사람: anna@customer.example\n제목: 주문",
};

static const char *const adverts[] = {
	"Sent from my iPhone", "Sent from my iPhone, please excuse the typos", "[Sent from my phone]", "Sent from my Verizon Wireless 4G LTE smartphone", "Sent from Mail for Windows",
	"Sent from Yahoo Mail on Android", "Sent from Outlook for iOS<https://example.com/x>", "Get Outlook for iOS<https://example.com/x>", "Sent with Proton Mail secure email.",
	"Envoyé de mon iPhone", "Envoyé depuis mon téléphone Orange", "Envoyé à partir d'Outlook pour Android", "Télécharger Outlook pour iOS", "Provenance : Courrier pour Windows",
	"Verzonden vanaf mijn Galaxy", "Verstuurd vanaf mijn iPhone", "Verzonden vanuit Mail voor Windows", "Outlook voor Android downloaden",
	"Wysłane z iPhone'a", "Wysłane z telefonu Samsung", "Wysłano z programu Outlook dla systemu Android", "Pobierz aplikację Outlook dla systemu iOS",
	"Von meinem iPhone gesendet", "Von meinem Samsung Galaxy Smartphone gesendet.", "Gesendet von Mail für Windows 10", "Gesendet mit der GMX Mail App", "Am iPhone gesendet",
	"Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.", "Holen Sie sich Outlook für Android<https://example.com/x>",
	"Enviado desde mi iPhone", "Enviado desde Outlook para Android", "Obtener Outlook para iOS", "Enviado do meu iPhone", "Enviado do Yahoo Mail no Android", "Inviato da iPhone",
	"Inviato dal mio telefono", "Scarica Outlook per Android", "Skickat från min iPhone", "Sendt fra min iPhone", "Hent Outlook til iOS", "Lähetetty iPhonesta", "Odesláno z iPhonu",
	"Отправлено с iPhone", "Отправлено из мобильной Почты Mail.ru", "Надіслано з iPhone", "iPhone'umdan gönderildi", "Trimis de pe iPhone", "发自我的iPhone", "從我的 iPhone 傳送",
	"iPhoneから送信", "나의 iPhone에서 보냄", "Στάλθηκε από το iPhone μου", "This email has been checked for viruses by Avast antivirus software.",
};

/* People's own words: all of it stays. */
static const char *const own_words[] = {
	"Hello,\n\nI ordered on 2 May 2024 at 10:15 and paid at once. On the 6th you wrote:\n\"it will come tomorrow\". It did not.",
	"Sent from my desk, which is much better than from my phone.\n\nWhere is the chair?",
	"Please send it to another place:\n\nFrom: the shop\nTo: my mother\n\nThank you.",
	"My address is anna@customer.example, tel. 12:30 to 14:00 only:\nFlower Street 3\nSmalltown",
	"Order 1001: chair\n---\nOrder 1002: table\n---\nOrder 1003: lamp, please cancel.",
	"Item        Price\n-------------------------\nChair       20.00\nTable       30.00\nLamp        10.00\nShelf       11.00\nTogether    71.00\n\nIs that right?",
	"Because of:\n-- the first point\n-- the second one\n\nplease call me.",
	"The courier wrote: nobody at home. I was at home.",
	"Von meinem Konto wurde schon abgebucht.",
	"Enviado por correo el lunes, todavía nada.",
	"Hello\n------\nWhere is my order?",
	"| Chair | 20 |\n| Table | 30 |",
	"Le 6 mai 2024 à 10:15 on m'a dit que le colis partirait.\nToujours rien.",
	"This e-mail is my third one. Nobody answers.",
	"Forwarded message received, thank you.",
	"original message was lost, please send it again",
	"Subject: chair\nDate: 6 May\n\nI want to send it back.",
};

static void
reply_check(const char *below)
{
	g_autofree char *text = g_strdup_printf(REPLY "\n\n%s", below);
	g_autofree char *reply = quote_strip(text);
	g_test_message("%s", below);
	g_assert_cmpstr(reply, ==, REPLY);
}

/* LINE broken before WIDTH letters, as servers do. Owner: caller. */
static char *
wrap(const char *line, glong width)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	glong column = 0;
	for (guint i = 0; words[i]; i++) {
		glong letters = g_utf8_strlen(words[i], -1);
		bool is_new = i > 0 && column + 1 + letters > width;
		g_string_append_printf(out, "%s%s", i == 0 ? "" : is_new ? "\n" : " ", words[i]);
		column = is_new || i == 0 ? letters : column + 1 + letters;
	}
	return g_strdup(out->str);
}

static void
test_attributions(void)
{
	static const glong widths[] = {1000, 72, 60};
	static const char *const belows[] = {"\n> Dear Anna,\n>\n> it is on its way.", "\n\n> Dear Anna,", "\n\nDear Anna,\nit is on its way.\nThe shop", "\n"};
	for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++)
		for (gsize k = 0; k < G_N_ELEMENTS(widths) * G_N_ELEMENTS(belows); k++) {
			g_autofree char *wrapped = wrap(attributions[i], widths[k / G_N_ELEMENTS(belows)]);
			g_autofree char *below = g_strconcat(wrapped, belows[k % G_N_ELEMENTS(belows)], NULL);
			reply_check(below);
		}
}

static void
test_titles(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
		g_autofree char *below = g_strconcat(titles[i], "\n\nDear Anna,\n\nit is on its way.\n", NULL);
		reply_check(below);
	}
}

static void
test_adverts(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(adverts); i++) {
		g_autofree char *quoted = g_strconcat(adverts[i], "\n\n> Dear Anna,\n> it is on its way.\n", NULL);
		reply_check(adverts[i]);
		reply_check(quoted);
	}
}

static void
test_own_words(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(own_words); i++) {
		g_autofree char *reply = quote_strip(own_words[i]);
		g_assert_cmpstr(reply, ==, own_words[i]);
	}
}

static const struct {const char *text, *reply;} signatures[] = {
	{"Yes.\n-- \nAnna\n+48 22", "Yes."},
	{"Yes.\n--\nAnna", "Yes."},
	{"Dzień dobry, tak.\n\nThis e-mail and any files with it are confidential.\nIf you are not the intended recipient, delete it.\n", "Dzień dobry, tak."},
	{"Oui.\n\n______\nCe message et toutes les pièces jointes sont confidentiels.", "Oui."},
	{"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes.\n\n- -- \nAnna\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAd\n=abcd\n-----END PGP SIGNATURE-----", "Yes."},
	{"Yes.\n\n__\nAnna Nowak\nFlower Street 3", "Yes."},
	{"Yes.\n\n---\nAnna Nowak | Chairs\n+48 22 000", "Yes."},
	{"Yes.\n\n------------------------------\nAnna Nowak\n+48 22 000", "Yes."},
	{"Yes.\n\n_______________________________________________\nchairs mailing list\nchairs@lists.example\nhttps://lists.example/listinfo/chairs", "Yes."},
	{"Yes.\n\nSent from my iPhone\n\nDear Anna, it is on its way.", "Yes."},
	{"Sent from my iPhone\n\nYes.", "Yes."},
	{"Thanks\nSent from my iPhone", "Thanks"},
	{"Yes.\n\n***\n=====\n   -------\n", "Yes."},
	{"> Which colour?\nBlue.\n> Which size?\nLarge.\n\n-- \nAnna\n> more", "> Which colour?\nBlue.\n> Which size?\nLarge."},
	{"Blue.\n\nSD> Which colour?\nSD> And size?", "Blue."},
	{"Blue.\n\n| Which colour?\n| And size?", "Blue."},
	{"On 6 May 2024, at 10:15, Shop <desk@shop.example> wrote:\n> Which colour?\nBlue.", "Blue."},
	{"Blue.\n\nOn Wed, Dec 9, Shop Desk\n<desk@shop.example>\nwrote:\n> Which colour?", "Blue."},
	{"Blue.\n\nShop Desk <\ndesk@shop.example> wrote:\n> Which colour?", "Blue."},
	{"Blue.\n\nShop Desk\n<desk@shop.example> wrote:\n\nWhich colour?", "Blue."},
	{"Blue.\nAnna\n---- On Mon, 06 May 2024 10:15:44 +0200 Shop Desk wrote ----\nWhich colour?", "Blue.\nAnna"},
	{"Blue.\n\nOn 6 May 2024 you wrote:\n\nWhich colour?", "Blue."},
	{"Shop wrote:\n> Which colour?\n\nBlue.", "Blue."},
	{"Ja.\n\n> Am 06.05.2024 um 10:15 schrieb Kundendienst <desk@shop.example>:\n>\n> Alles gut?", "Ja."},
	{"> all\n> quoted", "> all\n> quoted"},
	{"Sent from my iPhone", "Sent from my iPhone"},
};

static void
test_signatures(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++) {
		g_autofree char *reply = quote_strip(signatures[i].text);
		g_test_message("%s", signatures[i].text);
		g_assert_cmpstr(reply, ==, signatures[i].reply);
	}
}

/* What a stranger may repeat a million times: twice the text, twice the work. */
static const char *const hostile[] = {
	":\n", "on 1 wrote:\n", "On 6 May 2024 10:15 a@b wrote\n", "From:\n", "From: a@b\nTo:\n", "--\n", "**\n", "____\n\n", "> \n", ">\nx\n", "\n", "x\n\n\n\n", "Sent from my iPhone\n\n",
	"Sent from my iPhone\nx\n", "x@y:\n\n", "Original Message\n", "-----Original Message\n-", "-----BEGIN PGP SIGNATURE-----\n", " ", ">", "a", "On ", "wrote ", "a@b: 10:15 ", "2024-05-06 10:15 GMT\nx\n", "C> x\nwrote:\n", "*",
};

static gsize
work_of(const char *unit, gsize count)
{
	g_autoptr(GString) text = g_string_new("x\n");
	for (gsize i = 0; i < count; i++)
		g_string_append(text, unit);
	gsize looks;
	g_autofree char *reply = quote_strip_counted(text->str, &looks);
	g_assert_nonnull(reply);
	return looks;
}

static void
test_linear(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
		bool has_lines = strchr(hostile[i], '\n');
		gsize count = has_lines ? 20000 : 512 * 1024; /* a few lines each: below the bound of what is looked at */
		gsize half = work_of(hostile[i], count), whole = work_of(hostile[i], 2 * count);
		g_test_message("%s: %" G_GSIZE_FORMAT " then %" G_GSIZE_FORMAT, hostile[i], half, whole);
		g_assert_cmpuint(whole, <=, 2 * half + 1000);
		g_assert_cmpuint(whole, <=, 100 * 2 * count);
	}
}

static void
test_bound(void)
{
	g_assert_cmpuint(work_of("From: a@b\n", 1000000), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/quote/attributions", test_attributions);
	g_test_add_func("/quote/titles", test_titles);
	g_test_add_func("/quote/adverts", test_adverts);
	g_test_add_func("/quote/signatures", test_signatures);
	g_test_add_func("/quote/own-words", test_own_words);
	g_test_add_func("/quote/linear", test_linear);
	g_test_add_func("/quote/bound", test_bound);
	return g_test_run();
}
