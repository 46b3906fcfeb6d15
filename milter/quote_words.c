#include "milter/quote_words.h"

#include <string.h>

static const char *const titles[] = {
	"original message", "original appointment", "forwarded message", "begin forwarded message", "reply message", "forwarded by",
	"replied message", "message d'origine", "message original", "message d’origine", "message transféré", "message transmis",
	"début du message réexpédié", "début du message transféré", "oorspronkelijk bericht", "origineel bericht",
	"doorgestuurd bericht", "begin doorgestuurd bericht", "oryginalna wiadomość", "wiadomość oryginalna", "wiadomość przekazana",
	"przekazana wiadomość", "początek przekazywanej wiadomości", "treść przekazanej wiadomości", "wiadomość oryginału",
	"ursprüngliche nachricht", "originalnachricht", "original-nachricht", "weitergeleitete nachricht",
	"anfang der weitergeleiteten nachricht", "ursprünglicher termin", "mensaje original", "mensaje reenviado",
	"inicio del mensaje reenviado", "messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem original",
	"mensagem encaminhada", "oprindelig meddelelse", "original meddelelse", "oprindelig besked", "ursprungligt meddelande",
	"originalmeddelande", "opprinnelig melding", "alkuperäinen viesti", "původní zpráva", "původní e-mail", "pôvodná správa",
	"eredeti üzenet", "mesaj original", "исходное сообщение", "пересылаемое сообщение", "оригінальне повідомлення",
	"orijinal mesaj", "原始邮件", "元のメッセージ", "original-nachricht",
};

static const struct {const char *word; enum quote_key key;} keys[] = {
	{"from", QUOTE_FROM}, {"de", QUOTE_FROM}, {"van", QUOTE_FROM}, {"von", QUOTE_FROM}, {"od", QUOTE_FROM}, {"da", QUOTE_FROM},
	{"från", QUOTE_FROM}, {"fra", QUOTE_FROM}, {"lähettäjä", QUOTE_FROM}, {"expéditeur", QUOTE_FROM}, {"afzender", QUOTE_FROM},
	{"nadawca", QUOTE_FROM}, {"mittente", QUOTE_FROM}, {"remitente", QUOTE_FROM}, {"feladó", QUOTE_FROM},
	{"odesílatel", QUOTE_FROM}, {"от", QUOTE_FROM}, {"від", QUOTE_FROM}, {"发件人", QUOTE_FROM}, {"寄件者", QUOTE_FROM},
	{"差出人", QUOTE_FROM}, {"gönderen", QUOTE_FROM}, {"kimden", QUOTE_FROM}, {"sent", QUOTE_SENT}, {"date", QUOTE_SENT},
	{"envoyé", QUOTE_SENT}, {"date d'envoi", QUOTE_SENT}, {"envoyé le", QUOTE_SENT}, {"verzonden", QUOTE_SENT},
	{"datum", QUOTE_SENT}, {"wysłano", QUOTE_SENT}, {"wysłane", QUOTE_SENT}, {"data", QUOTE_SENT}, {"data wysłania", QUOTE_SENT},
	{"gesendet", QUOTE_SENT}, {"gesendet am", QUOTE_SENT}, {"enviado", QUOTE_SENT}, {"enviado el", QUOTE_SENT},
	{"enviada em", QUOTE_SENT}, {"fecha", QUOTE_SENT}, {"inviato", QUOTE_SENT}, {"inviata", QUOTE_SENT}, {"skickat", QUOTE_SENT},
	{"sendt", QUOTE_SENT}, {"dato", QUOTE_SENT}, {"lähetetty", QUOTE_SENT}, {"päivämäärä", QUOTE_SENT}, {"elküldve", QUOTE_SENT},
	{"odesláno", QUOTE_SENT}, {"odoslané", QUOTE_SENT}, {"trimis", QUOTE_SENT}, {"отправлено", QUOTE_SENT}, {"дата", QUOTE_SENT},
	{"надіслано", QUOTE_SENT}, {"发送时间", QUOTE_SENT}, {"寄件日期", QUOTE_SENT}, {"送信日時", QUOTE_SENT}, {"日期", QUOTE_SENT},
	{"tarih", QUOTE_SENT}, {"to", QUOTE_TO}, {"à", QUOTE_TO}, {"pour", QUOTE_TO}, {"destinataire", QUOTE_TO}, {"aan", QUOTE_TO},
	{"do", QUOTE_TO}, {"an", QUOTE_TO}, {"para", QUOTE_TO}, {"a", QUOTE_TO}, {"till", QUOTE_TO}, {"til", QUOTE_TO},
	{"vastaanottaja", QUOTE_TO}, {"komu", QUOTE_TO}, {"pre", QUOTE_TO}, {"címzett", QUOTE_TO}, {"кому", QUOTE_TO},
	{"收件人", QUOTE_TO}, {"宛先", QUOTE_TO}, {"către", QUOTE_TO}, {"kime", QUOTE_TO}, {"cc", QUOTE_CC}, {"kopie", QUOTE_CC},
	{"kopia", QUOTE_CC}, {"dw", QUOTE_CC}, {"copie à", QUOTE_CC}, {"копия", QUOTE_CC}, {"reply-to", QUOTE_CC},
	{"reply to", QUOTE_CC}, {"répondre à", QUOTE_CC}, {"antwort an", QUOTE_CC}, {"subject", QUOTE_SUBJECT},
	{"objet", QUOTE_SUBJECT}, {"sujet", QUOTE_SUBJECT}, {"onderwerp", QUOTE_SUBJECT}, {"temat", QUOTE_SUBJECT},
	{"betreff", QUOTE_SUBJECT}, {"asunto", QUOTE_SUBJECT}, {"oggetto", QUOTE_SUBJECT}, {"assunto", QUOTE_SUBJECT},
	{"ämne", QUOTE_SUBJECT}, {"emne", QUOTE_SUBJECT}, {"aihe", QUOTE_SUBJECT}, {"předmět", QUOTE_SUBJECT},
	{"predmet", QUOTE_SUBJECT}, {"tárgy", QUOTE_SUBJECT}, {"тема", QUOTE_SUBJECT}, {"主题", QUOTE_SUBJECT}, {"件名", QUOTE_SUBJECT},
	{"subiect", QUOTE_SUBJECT}, {"konu", QUOTE_SUBJECT},
};

static const char *const verbs[] = {
	"wrote", "writes", "a écrit", "écrivait", "schreef", "schrijft", "geschreven", "napisał", "napisała", "pisze", "schrieb",
	"geschrieben", "escribió", "escribio", "ha scritto", "scritto", "scrive", "escreveu", "skrev", "skrifaði", "kirjoitti",
	"kirjutas", "napsal", "napísal", "írta", "a scris", "написал", "пишет", "писал", "написав", "пише", "yazdı", "tarihinde",
	"schreven", "έγραψε", "viết", "写道", "のメール", "書きました", "작성", "thus spake", "a dit", "said",
};

static const char *const openings[] = {
	"on ", "le ", "op ", "am ", "w dniu ", "dnia ", "el ", "il ", "em ", "den ", "på ", "il giorno ", "в ", "dne ", "dňa ", "pe ",
	"at ", "mon, ", "tue, ", "wed, ", "thu, ", "fri, ", "sat, ", "sun, ", "in data ", "no dia ", "a ", "στις ", "vào ", "в пн",
	"в вт", "в ср", "в чт", "в пт", "в сб", "в вс", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "---- on ", "---- le ",
};

static const char *const adverts[] = {
	"sent from my", "sent from mail for", "sent from outlook", "sent from yahoo", "sent from samsung", "sent from blackberry",
	"sent from windows mail", "sent from aol", "sent from proton", "sent via the samsung", "sent with proton", "get outlook for",
	"envoyé de mon", "envoyé depuis mon", "envoyé depuis l", "envoyé à partir de", "provenance : courrier", "télécharger outlook",
	"obtenir outlook", "obtenez outlook", "verzonden vanaf", "verstuurd vanaf", "verzonden vanuit", "verzonden met proton",
	"outlook voor", "download outlook", "wysłane z", "wysłano z", "pobierz outlook", "pobierz aplikację outlook", "uzyskaj outlook",
	"von meinem iphone", "von meinem ipad", "von meinem samsung", "von meinem handy", "von meinem smartphone", "von meinem android",
	"von meinem mobil", "von meinem huawei", "von meinem blackberry", "gesendet von", "diese nachricht wurde von mein",
	"outlook für", "holen sie sich outlook", "enviado desde mi", "enviado do meu", "enviado desde outlook", "enviado desde yahoo",
	"enviado do yahoo", "obtener outlook", "obter o outlook", "inviato da", "inviato dal", "scarica outlook", "ottieni outlook",
	"skickat från", "sendt fra", "lähetetty", "отправлено с", "отправлено из", "надіслано з", "odesláno z", "odoslané z",
	"trimis de pe", "iphone'umdan", "发自我的", "iphoneから送信",
};

static bool begins(const char *line, gsize length, const char *word)
{
	gsize n = strlen(word);
	return length >= n && g_ascii_strncasecmp(line, word, n) == 0;
}

static bool any_begins(const char *line, gsize length, const char *const *words, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (begins(line, length, words[i]))
			return true;
	return false;
}

bool quote_is_title(const char *line, gsize length)
{
	if (!any_begins(line, length, titles, G_N_ELEMENTS(titles)))
		return false;
	return length < 64;
}

enum quote_key quote_key_of(const char *word, gsize length)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (strlen(keys[i].word) == length && g_ascii_strncasecmp(word, keys[i].word, length) == 0)
			return keys[i].key;
	return QUOTE_NO_KEY;
}

bool quote_has_verb(const char *line, gsize length)
{
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (memmem(line, length, verbs[i], strlen(verbs[i])))
			return true;
	return false;
}

bool quote_has_opening(const char *line, gsize length)
{
	return any_begins(line, length, openings, G_N_ELEMENTS(openings));
}

bool quote_is_advert(const char *line, gsize length)
{
	return any_begins(line, length, adverts, G_N_ELEMENTS(adverts));
}
