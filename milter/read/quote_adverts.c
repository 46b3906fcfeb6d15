/* What phones and mail programs say of themselves below a text. */
#include <string.h>

#include "milter/read/quote_words.h"
#include "milter/read/word_list.h"

#define WORDS_MAX 7 /* behind the beginning: the name of a device */

/* A line that begins like this and goes on for a few words only. */
static const char *const beginnings[] = {
	"sent from my", "sent from mail for", "sent via the samsung", "sent with proton", "get outlook for", "download outlook for",
	"typed on my", "envoyé de mon", "envoyé depuis mon", "envoyé à partir de mon", "envoyé à partir d'outlook", "provenance : courrier",
	"provenance: courrier", "télécharger outlook", "téléchargez outlook", "obtenir outlook", "obtenez outlook", "verzonden vanaf mijn",
	"verstuurd vanaf mijn", "verzonden vanuit mail", "download outlook", "outlook downloaden voor", "wysłane z mojego", "wysłano z mojego",
	"pobierz outlook", "pobierz aplikację outlook", "pobierz program outlook", "uzyskaj outlook", "diese nachricht wurde von meine",
	"laden sie outlook", "holen sie sich outlook", "enviado desde mi", "enviado do meu", "enviado de meu", "enviado a partir do meu",
	"obtener outlook", "descargar outlook", "obter o outlook", "obter outlook", "obtenga outlook", "baixar o outlook",
	"enviat des del meu", "inviato dal mio", "scarica outlook", "ottieni outlook", "skickat från min", "hämta outlook", "sendt fra min",
	"hent outlook", "få outlook", "hanki outlook", "отправлено с моего", "отправлено с iphone", "надіслано з мого", "odesláno z mého",
	"odoslané z môjho", "získejte outlook", "stáhnout outlook", "získať outlook", "trimis de pe", "descărcați outlook", "obțineți outlook",
	"poslano s mog", "poslano z moj", "στάλθηκε από το", "נשלח מה", "أرسلت من", "أُرسلت من", "dikirim dari", "được gửi từ", "đã gửi từ",
	"tải outlook", "发自我的", "从我的", "發自我的", "從我的", "寄自我的", "来自我的", "來自我的", "获取 outlook", "获取outlook", "取得 outlook",
};

/* Besides, one of the devices must be named: people begin sentences like this, too. */
static const char *const vague_beginnings[] = {
	"sent from", "sent via", "sent with", "sent using", "composed on", "typed with", "written on my", "envoyé de l", "envoyé depuis",
	"envoyé à partir de", "envoyé avec", "envoyé via", "depuis mon", "verzonden vanaf", "verzonden vanuit", "verzonden met",
	"verzonden via", "verstuurd vanaf", "verstuurd met", "verstuurd vanuit", "verstuurd via", "outlook voor", "wysłane z", "wysłano z",
	"wysłane przez", "wysłane za pomocą", "wysłano przez", "wiadomość wysłana z", "z mojego iphone", "von meinem", "von meiner",
	"von samsung", "gesendet von", "gesendet mit", "gesendet über", "gesendet vom", "gesendet aus", "diese nachricht wurde von mein",
	"diese nachricht wurde mit", "outlook für", "versendet mit", "vom iphone gesendet", "enviado desde", "enviado con", "enviado de",
	"enviado do", "enviado pelo", "enviado através", "enviado via", "enviado a partir", "enviado mediante", "enviada desde", "enviada do",
	"enviat des", "inviato da", "inviato con", "inviato tramite", "inviato dal", "messaggio inviato da", "skickat från", "skickat med",
	"skickat via", "skickades från", "från min", "sendt fra", "sendt med", "sendt via", "lähetetty", "sent úr", "отправлено с",
	"отправлено из", "отправлено через", "отправлено при помощи", "надіслано з", "надіслано за допомогою", "відправлено з", "изпратено от",
	"послато са", "odesláno z", "odesláno pomocí", "posláno z", "odoslané z", "odoslané pomocou", "küldve az", "elküldve", "iphone-omról",
	"trimis din", "poslano s", "poslano z", "poslato sa", "poslato iz", "saadetud minu", "nosūtīts no", "išsiųsta iš", "στάλθηκε από",
	"εστάλη από", "απεσταλμένο από", "نشلح", "נשלח מ", "تم الإرسال من", "مرسل من", "ارسال شده از", "dihantar dari", "dihantar daripada",
	"gửi từ", "ส่งจาก", "发自", "發自", "寄自", "發送自", "发送自", "通过 outlook", "iphoneから", "androidから", "ipadから", "outlook for ", "私の", "나의", "내 ",
	"iphone'umdan", "ipad'imden", "gönderen: iphone",
};

/* Of programs that looked for viruses: a sentence. */
static const char *const notices[] = {
	"this email has been checked for viruses", "this email was scanned by", "this message has been scanned for viruses", "virus-free.",
	"l'absence de virus dans ce courrier", "garanti sans virus", "diese e-mail wurde von avast", "virenfrei.",
	"el software de antivirus avast", "libre de virus.", "questa e-mail è stata controllata", "privo di virus.",
	"deze e-mail is gecontroleerd op virussen", "virusvrij.", "ta wiadomość e-mail została sprawdzona", "wolny od wirusów.",
	"este email foi escaneado", "livre de vírus.",
};

#define ENDING(words) {(words), sizeof (words) - 1}
/* A line that ends like this. */
static const struct {const char *text; gsize length;} endings[] = {
	ENDING("gesendet"), ENDING("gönderildi"), ENDING("から送信"), ENDING("から送信されました"), ENDING("から送信しました"), ENDING("を入手"), ENDING("에서 보냄"),
	ENDING("에서 보낸 메일"), ENDING("에서 전송"), ENDING("に送信"), ENDING("发送"), ENDING("傳送"), ENDING("küldve"), ENDING("-ról küldve"), ENDING("iphonesta"),
	ENDING("telefonumdan"),
};

/* Whatever follows it, as "sent from my iphone, excuse the typos". */
static const char *const devices[] = {
	"iphon", "ipad", "android", "samsung", "galaxy", "blackberry", "huawei", "xiaomi", "redmi", "nokia", "sony", "xperia", "htc", "lg ",
	"motorola", "moto ", "oneplus", "pixel", "phone", "smartphone", "mobile", "mobiel", "portable", "téléphone", "telefon", "teléfono",
	"telefono", "móvil", "celular", "cellulare", "handy", "tablet", "mobil", "outlook", "yahoo", "aol", "proton", "gmail", "mail", "wiko",
	"windows", "телефон", "смартфон", "avast", "verizon", "t-mobile", "gmx", "web.de", "icloud", "thunderbird",
};

static bool
has_device(const char *text, gsize length)
{
	for (gsize i = 0; i < G_N_ELEMENTS(devices); i++)
		if (memmem(text, length, devices[i], strlen(devices[i])))
			return true;
	return false;
}

/* REST is a few words without a question; what goes on behind a comma must have named a DEVICE before. */
static bool
is_short(const char *rest)
{
	gsize clause = strcspn(rest, ",;?!");
	int words = 0;
	for (gsize i = 0; i < clause; i++)
		words += rest[i] != ' ' && (i == 0 || rest[i - 1] == ' ');
	if (words > WORDS_MAX || (rest[clause] && strchr("?!", rest[clause])))
		return false;
	return rest[clause] == '\0' || has_device(rest, clause);
}

/* TEXT without the link that follows: "outlook for ios<https://…>". */
static void
link_cut(char *text)
{
	static const char *const links[] = {"<http", "(http", "[http", " http", "](", "<mailto"};
	for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
		char *at = strstr(text, links[i]);
		if (at)
			*at = '\0';
	}
	g_strchomp(text);
}

static struct word_list notice_list = WORD_LIST(notices), beginning_list = WORD_LIST(beginnings), vague_list = WORD_LIST(vague_beginnings);

static bool
begins_shortly(const char *text, struct word_list *list)
{
	guint at = 0;
	for (const char *word; (word = word_list_next(list, text, &at));)
		if (is_short(text + strlen(word)))
			return true;
	return false;
}

static bool
ends_shortly(char *text)
{
	gsize length = strlen(text);
	while (length > 0 && strchr(" *_)]>.", text[length - 1]))
		text[--length] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
		if (length >= endings[i].length && memcmp(text + length - endings[i].length, endings[i].text, endings[i].length) == 0)
			return has_device(text, length) && is_short(text);
	return false;
}

bool
quote_is_advert(const char *line)
{
	g_autofree char *text = g_strdup(line + strspn(line, " *_([<•~.-/"));
	if (word_list_begins(&notice_list, text))
		return true;
	link_cut(text);
	if (begins_shortly(text, &beginning_list) || (begins_shortly(text, &vague_list) && has_device(text, strlen(text))))
		return true;
	return ends_shortly(text);
}
