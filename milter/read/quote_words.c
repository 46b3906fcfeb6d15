#include "milter/read/quote_words.h"

#include <string.h>

#include "milter/read/word_list.h"

/* What stands between dashes above a history; a line may go on after it ("forwarded by NAME on DATE"). */
static const char *const titles[] = {
	"original message", "original appointment", "original email", "original e-mail", "original mail", "forwarded message", "forwarded by",
	"begin forwarded message", "start of forwarded message", "forwarded mail", "forward message", "reply message", "replied message",
	"message d'origine", "message original", "message initial", "message transféré", "message transmis", "mail original",
	"courriel original", "début du message réexpédié", "début du message transféré", "début du message", "oorspronkelijk bericht",
	"origineel bericht", "oorspronkelijke e-mail", "doorgestuurd bericht", "begin doorgestuurd bericht", "oryginalna wiadomość",
	"wiadomość oryginalna", "wiadomość oryginału", "oryginalny e-mail", "wiadomość przekazana", "przekazana wiadomość",
	"wiadomość przekazana dalej", "początek przekazywanej wiadomości", "początek wiadomości przekazanej", "treść przekazanej wiadomości",
	"treść oryginalnej wiadomości", "przesłana dalej wiadomość", "ursprüngliche nachricht", "urspruengliche nachricht",
	"ursprüngliche mail", "ursprünglicher termin", "originalnachricht", "original-nachricht", "original nachricht", "originalmail",
	"weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "anfang weitergeleitete nachricht", "mensaje original", "correo original",
	"mensaje reenviado", "inicio del mensaje reenviado", "messaggio originale", "messaggio originario", "messaggio inoltrato",
	"inizio messaggio inoltrato", "mensagem original", "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
	"início da mensagem reencaminhada", "missatge original", "missatge reenviat", "mensaxe orixinal", "oprindelig meddelelse",
	"oprindelig besked", "original meddelelse", "original besked", "videresendt besked", "videresendt meddelelse",
	"start på videresendt besked", "ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande", "vidarebefordrat brev",
	"opprinnelig melding", "original melding", "videresendt melding", "alkuperäinen viesti", "välitetty viesti",
	"edelleenlähetetty viesti", "välitetty viesti alkaa", "původní zpráva", "původní e-mail", "přeposlaná zpráva",
	"začátek přeposílané zprávy", "pôvodná správa", "preposlaná správa", "eredeti üzenet", "továbbított üzenet", "továbbított levél",
	"mesaj original", "mesajul original", "mesaj redirecționat", "mesaj redirectionat", "исходное сообщение", "оригинальное сообщение",
	"пересылаемое сообщение", "пересланное сообщение", "пересылаемое письмо", "перенаправленное сообщение",
	"начало переадресованного сообщения", "оригінальне повідомлення", "вихідне повідомлення", "переслане повідомлення",
	"оригинално съобщение", "препратено съобщение", "оригинална порука", "orijinal mesaj", "orijinal ileti", "özgün ileti", "özgün mesaj", "iletilen mesaj",
	"yönlendirilmiş mesaj", "originalna poruka", "izvorna poruka", "proslijeđena poruka", "prosleđena poruka", "izvirno sporočilo",
	"posredovano sporočilo", "algne kiri", "algne sõnum", "edastatud kiri", "sākotnējais ziņojums", "pārsūtītais ziņojums",
	"pradinis pranešimas", "persiųstas laiškas", "originalus laiškas", "αρχικό μήνυμα", "προωθημένο μήνυμα", "הודעה מקורית",
	"הודעה שהועברה", "الرسالة الأصلية", "رسالة محولة", "پیام اصلی", "pesan asli", "pesan terusan", "mesej asal", "thư gốc", "tin nhắn gốc",
	"tin nhắn được chuyển tiếp", "thư đã chuyển tiếp", "ข้อความต้นฉบับ", "ข้อความเดิม", "原始邮件", "邮件原件", "原始郵件", "原邮件", "转发邮件信息", "转发的邮件", "轉寄的郵件",
	"轉寄郵件", "回复的原邮件", "元のメッセージ", "元メール", "転送メッセージ", "転送されたメッセージ", "원본 메시지", "원본 메일", "원본 이메일", "전달된 메시지", "upprunaleg skilaboð",
	"jatorrizko mezua",
};

static const char *const requests[] = {
	"reply above this line", "reply above the line", "reply above --", "type your reply above", "write above this line",
	"respond above this line", "répondre au-dessus de cette ligne", "répondez au-dessus de cette ligne", "ajoutez votre réponse au-dessus",
	"antwoord boven deze regel", "typ uw antwoord boven", "odpowiedz powyżej tej linii", "wpisz odpowiedź powyżej",
	"bitte antworten sie oberhalb dieser", "antworten sie über dieser zeile", "responda por encima de esta línea",
	"escriba su respuesta por encima", "rispondi sopra questa riga", "responda acima desta linha", "svara ovanför den här raden",
	"svar over denne linje", "svar over denne linjen",
};

/* By language: English and what is shared, French, Dutch, Polish, German, Spanish, Italian, Portuguese, Catalan, the north, Czech and
 * Slovak, Hungarian, Romanian, Cyrillic, Turkish, the south-east, the Baltics, Greek, Hebrew, Arabic, the east. */
static const struct {const char *word; enum quote_key key;} keys[] = {
	{"from", QUOTE_FROM}, {"sent", QUOTE_SENT}, {"date", QUOTE_SENT}, {"sent at", QUOTE_SENT}, {"sent on", QUOTE_SENT},
	{"to", QUOTE_TO}, {"cc", QUOTE_CC}, {"bcc", QUOTE_CC}, {"reply-to", QUOTE_CC}, {"reply to", QUOTE_CC}, {"subject", QUOTE_SUBJECT},
	{"attachments", QUOTE_CC}, {"importance", QUOTE_CC}, {"when", QUOTE_SENT}, {"organization", QUOTE_CC},
	{"de", QUOTE_FROM}, {"expéditeur", QUOTE_FROM}, {"envoyé par", QUOTE_FROM}, {"envoyé", QUOTE_SENT}, {"envoyé le", QUOTE_SENT},
	{"date d'envoi", QUOTE_SENT}, {"à", QUOTE_TO}, {"a", QUOTE_TO}, {"pour", QUOTE_TO}, {"destinataire", QUOTE_TO},
	{"destinataires", QUOTE_TO}, {"copie", QUOTE_CC}, {"copie à", QUOTE_CC}, {"répondre à", QUOTE_CC}, {"objet", QUOTE_SUBJECT},
	{"sujet", QUOTE_SUBJECT}, {"van", QUOTE_FROM}, {"afzender", QUOTE_FROM}, {"verzonden", QUOTE_SENT}, {"verzonden op", QUOTE_SENT},
	{"verstuurd", QUOTE_SENT}, {"datum", QUOTE_SENT}, {"aan", QUOTE_TO}, {"kopie", QUOTE_CC}, {"onderwerp", QUOTE_SUBJECT},
	{"betreft", QUOTE_SUBJECT}, {"antwoord aan", QUOTE_CC}, {"od", QUOTE_FROM}, {"nadawca", QUOTE_FROM}, {"wysłano", QUOTE_SENT},
	{"wysłane", QUOTE_SENT}, {"data", QUOTE_SENT}, {"data wysłania", QUOTE_SENT}, {"do", QUOTE_TO}, {"adresat", QUOTE_TO},
	{"odbiorca", QUOTE_TO}, {"dw", QUOTE_CC}, {"kopia", QUOTE_CC}, {"odpowiedź do", QUOTE_CC}, {"temat", QUOTE_SUBJECT},
	{"von", QUOTE_FROM}, {"absender", QUOTE_FROM}, {"gesendet", QUOTE_SENT}, {"gesendet am", QUOTE_SENT}, {"an", QUOTE_TO},
	{"empfänger", QUOTE_TO}, {"antwort an", QUOTE_CC}, {"betreff", QUOTE_SUBJECT}, {"remitente", QUOTE_FROM},
	{"enviado por", QUOTE_FROM}, {"enviado", QUOTE_SENT}, {"enviado el", QUOTE_SENT}, {"enviado a las", QUOTE_SENT},
	{"fecha", QUOTE_SENT}, {"para", QUOTE_TO}, {"responder a", QUOTE_CC}, {"asunto", QUOTE_SUBJECT}, {"da", QUOTE_FROM},
	{"mittente", QUOTE_FROM}, {"inviato", QUOTE_SENT}, {"inviato il", QUOTE_SENT}, {"inviata", QUOTE_SENT}, {"per", QUOTE_TO},
	{"destinatario", QUOTE_TO}, {"risposta", QUOTE_CC}, {"rispondi a", QUOTE_CC}, {"oggetto", QUOTE_SUBJECT},
	{"enviada", QUOTE_SENT}, {"enviada em", QUOTE_SENT}, {"enviado em", QUOTE_SENT}, {"assunto", QUOTE_SUBJECT},
	{"enviat", QUOTE_SENT}, {"enviat el", QUOTE_SENT}, {"assumpte", QUOTE_SUBJECT}, {"från", QUOTE_FROM}, {"fra", QUOTE_FROM},
	{"avsändare", QUOTE_FROM}, {"skickat", QUOTE_SENT}, {"sendt", QUOTE_SENT}, {"dato", QUOTE_SENT}, {"till", QUOTE_TO},
	{"til", QUOTE_TO}, {"kopi", QUOTE_CC}, {"svara till", QUOTE_CC}, {"svar til", QUOTE_CC}, {"ämne", QUOTE_SUBJECT},
	{"emne", QUOTE_SUBJECT}, {"frá", QUOTE_FROM}, {"sent þann", QUOTE_SENT}, {"dagsetning", QUOTE_SENT}, {"efni", QUOTE_SUBJECT},
	{"lähettäjä", QUOTE_FROM}, {"lähetetty", QUOTE_SENT}, {"päivämäärä", QUOTE_SENT}, {"päiväys", QUOTE_SENT},
	{"vastaanottaja", QUOTE_TO}, {"kopio", QUOTE_CC}, {"aihe", QUOTE_SUBJECT}, {"odesílatel", QUOTE_FROM},
	{"odosielateľ", QUOTE_FROM}, {"odesláno", QUOTE_SENT}, {"odoslané", QUOTE_SENT}, {"dátum", QUOTE_SENT}, {"komu", QUOTE_TO},
	{"pre", QUOTE_TO}, {"příjemce", QUOTE_TO}, {"kópia", QUOTE_CC}, {"předmět", QUOTE_SUBJECT}, {"predmet", QUOTE_SUBJECT},
	{"feladó", QUOTE_FROM}, {"küldő", QUOTE_FROM}, {"elküldve", QUOTE_SENT}, {"küldve", QUOTE_SENT}, {"címzett", QUOTE_TO},
	{"másolat", QUOTE_CC}, {"másolatot kap", QUOTE_CC}, {"tárgy", QUOTE_SUBJECT}, {"de la", QUOTE_FROM}, {"expeditor", QUOTE_FROM},
	{"trimis", QUOTE_SENT}, {"trimis la", QUOTE_SENT}, {"către", QUOTE_TO}, {"catre", QUOTE_TO}, {"subiect", QUOTE_SUBJECT},
	{"от", QUOTE_FROM}, {"от кого", QUOTE_FROM}, {"отправитель", QUOTE_FROM}, {"отправлено", QUOTE_SENT}, {"дата", QUOTE_SENT},
	{"кому", QUOTE_TO}, {"получатель", QUOTE_TO}, {"копия", QUOTE_CC}, {"тема", QUOTE_SUBJECT}, {"від", QUOTE_FROM},
	{"від кого", QUOTE_FROM}, {"надіслано", QUOTE_SENT}, {"відправлено", QUOTE_SENT}, {"копія", QUOTE_CC}, {"изпратено", QUOTE_SENT},
	{"до", QUOTE_TO}, {"относно", QUOTE_SUBJECT}, {"послато", QUOTE_SENT}, {"за", QUOTE_TO}, {"gönderen", QUOTE_FROM},
	{"kimden", QUOTE_FROM}, {"gönderildi", QUOTE_SENT}, {"gönderme tarihi", QUOTE_SENT}, {"tarih", QUOTE_SENT}, {"kime", QUOTE_TO},
	{"alıcı", QUOTE_TO}, {"bilgi", QUOTE_CC}, {"konu", QUOTE_SUBJECT}, {"poslano", QUOTE_SENT}, {"poslato", QUOTE_SENT},
	{"za", QUOTE_TO}, {"prima", QUOTE_TO}, {"šalje", QUOTE_FROM}, {"pošiljatelj", QUOTE_FROM}, {"zadeva", QUOTE_SUBJECT},
	{"naslov", QUOTE_SUBJECT}, {"saatja", QUOTE_FROM}, {"kellelt", QUOTE_FROM}, {"saadetud", QUOTE_SENT}, {"kuupäev", QUOTE_SENT},
	{"adressaat", QUOTE_TO}, {"kellele", QUOTE_TO}, {"teema", QUOTE_SUBJECT}, {"no", QUOTE_FROM}, {"nosūtīts", QUOTE_SENT},
	{"datums", QUOTE_SENT}, {"kam", QUOTE_TO}, {"temats", QUOTE_SUBJECT}, {"tēma", QUOTE_SUBJECT}, {"nuo", QUOTE_FROM},
	{"išsiųsta", QUOTE_SENT}, {"gavėjas", QUOTE_TO}, {"tema", QUOTE_SUBJECT}, {"από", QUOTE_FROM}, {"αποστολέας", QUOTE_FROM},
	{"στάλθηκε", QUOTE_SENT}, {"εστάλη", QUOTE_SENT}, {"ημερομηνία", QUOTE_SENT}, {"προς", QUOTE_TO}, {"κοιν", QUOTE_CC},
	{"θέμα", QUOTE_SUBJECT}, {"מאת", QUOTE_FROM}, {"נשלח", QUOTE_SENT}, {"תאריך", QUOTE_SENT}, {"אל", QUOTE_TO}, {"עותק", QUOTE_CC},
	{"נושא", QUOTE_SUBJECT}, {"من", QUOTE_FROM}, {"تاريخ الإرسال", QUOTE_SENT}, {"التاريخ", QUOTE_SENT}, {"تم الإرسال", QUOTE_SENT},
	{"إلى", QUOTE_TO}, {"نسخة", QUOTE_CC}, {"الموضوع", QUOTE_SUBJECT}, {"از", QUOTE_FROM}, {"تاریخ", QUOTE_SENT}, {"به", QUOTE_TO},
	{"موضوع", QUOTE_SUBJECT}, {"dari", QUOTE_FROM}, {"pengirim", QUOTE_FROM}, {"dikirim", QUOTE_SENT}, {"tanggal", QUOTE_SENT},
	{"tarikh", QUOTE_SENT}, {"dihantar", QUOTE_SENT}, {"kepada", QUOTE_TO}, {"ke", QUOTE_TO}, {"subjek", QUOTE_SUBJECT},
	{"perihal", QUOTE_SUBJECT}, {"từ", QUOTE_FROM}, {"người gửi", QUOTE_FROM}, {"đã gửi", QUOTE_SENT}, {"ngày", QUOTE_SENT},
	{"ngày gửi", QUOTE_SENT}, {"đến", QUOTE_TO}, {"tới", QUOTE_TO}, {"chủ đề", QUOTE_SUBJECT}, {"tiêu đề", QUOTE_SUBJECT},
	{"จาก", QUOTE_FROM}, {"ส่งเมื่อ", QUOTE_SENT}, {"วันที่", QUOTE_SENT}, {"ถึง", QUOTE_TO}, {"เรื่อง", QUOTE_SUBJECT},
	{"发件人", QUOTE_FROM}, {"发送时间", QUOTE_SENT}, {"发送日期", QUOTE_SENT}, {"日期", QUOTE_SENT}, {"时间", QUOTE_SENT}, {"收件人", QUOTE_TO},
	{"抄送", QUOTE_CC}, {"主题", QUOTE_SUBJECT}, {"寄件者", QUOTE_FROM}, {"寄件人", QUOTE_FROM}, {"寄件日期", QUOTE_SENT},
	{"傳送時間", QUOTE_SENT}, {"收件者", QUOTE_TO}, {"副本", QUOTE_CC}, {"主旨", QUOTE_SUBJECT}, {"主題", QUOTE_SUBJECT},
	{"差出人", QUOTE_FROM}, {"送信者", QUOTE_FROM}, {"送信元", QUOTE_FROM}, {"送信日時", QUOTE_SENT}, {"日時", QUOTE_SENT}, {"日付", QUOTE_SENT},
	{"宛先", QUOTE_TO}, {"件名", QUOTE_SUBJECT}, {"보낸 사람", QUOTE_FROM}, {"보낸사람", QUOTE_FROM}, {"발신", QUOTE_FROM},
	{"보낸 날짜", QUOTE_SENT}, {"보낸날짜", QUOTE_SENT}, {"날짜", QUOTE_SENT}, {"받는 사람", QUOTE_TO}, {"받는사람", QUOTE_TO},
	{"수신", QUOTE_TO}, {"참조", QUOTE_CC}, {"제목", QUOTE_SUBJECT},
};

static const char *const verbs[] = {
	"wrote", "writes", "thus spake", "écrit", "écrivait", "schreef", "schrijft", "schreven", "geschreven", "geskryf",
	"skryf", "napisał", "napisała", "napisali", "napisana przez", "pisze", "schrieb", "geschrieben", "schreibt", "escribió", "escribio",
	"escriu", "ha escrito", "va escriure", "ha escrit", "escribiu", "scritto", "scrive", "scrisse", "escreveu", "escreve", "skrev",
	"skrifaði", "skrifar", "kirjoitti", "kirjutas", "napsal", "napísal", "napisao", "napisala", "je napisal", "pisao", "írta", "ezt írta",
	"a scris", "scris", "zitat von", "quoting", "citando", "missatge de", "написал", "пишет", "писал", "написав", "написала", "пише", "написа", "напиша", "пиша", "yazdı", "tarihinde", "gönderdi",
	"rašė", "parašė", "rakstīja", "έγραψε", "viết", "menulis", "tulis", "sumulat", "idatzi", "shkroi", "skribis", "schrifft",
	"geschriwwen", "כתב", "כתבה", "מאת", "كتب", "نوشت", "เขียน", "写道", "写信", "寫道", "のメール", "書きました", "さんは書", "のメッセージ", "작성", "님이 씀",
	"님이 작성",
};

static const char *const personals[] = {
	"i wrote", "you wrote", "we wrote", "you said", "i said", "they wrote", "j'ai écrit", "vous avez écrit", "vous m'avez écrit",
	"ik schreef", "schreef ik", "schreef u", "u schreef", "ich schrieb", "schrieb ich", "schrieben sie", "sie schrieben", "napisałem",
	"napisałam", "napisaliście", "ho scritto", "avete scritto", "he escrito", "escrito ustedes",
};

/* Besides, a digit begins one. The days are cut where all languages that have them still agree. */
static const char *const openings[] = {
	"on ", "at ", "le ", "op ", "am ", "w dniu ", "dnia ", "el ", "il ", "il giorno ", "em ", "no dia ", "a ", "o ", "den ", "på ", "dne ",
	"dňa ", "v ", "pe ", "la ", "in data ", "în data ", "în ", "в ", "на ", "у ", "dana ", "u ", "στις ", "vào ", "lúc ", "pada ",
	"noong ", "nuk ", "datë ", "missatge de ", "el dia ", "þann ", "zo ", "wiadomość napisana ", "użytkownik ", "quoting ", "zitat von ",
	"citando ", "quotando ", "citát ", "selon ", "citeren ", "cytowanie ", "pada tanggal ", "ב-", "בתאריך ", "ביום ", "في ", "بتاريخ ",
	"در ", "ในวันที่ ", "เมื่อ ", "在 ", "在2", "於 ", "於2", "2", "kirjutas ", "enviado ", "dated ", "date: ", "mon", "tue", "wed", "thu",
	"fri", "sat", "sun", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "gio", "sab", "dom", "mié", "jue", "vie", "sáb", "seg", "ter",
	"qua", "qui", "sex", "maa", "din", "woe", "don", "vri", "zat", "zon", "ma ", "di ", "wo ", "do ", "vr ", "za ", "mo", "die", "mit",
	"fre", "son", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "mån", "tis", "ons", "tor", "lör", "sön", "man", "tir", "lør", "søn",
	"to ", "ti ", "ke ", "su ", "po ", "út", "st ", "čt", "pá", "so ", "ne ", "ut", "št", "pi", "pet", "sre", "čet", "ned", "sri", "hét",
	"kedd", "sze", "csüt", "pén", "szo", "vas", "mie", "joi", "vin", "sâm", "dum", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "пон",
	"вто", "сря", "чет", "пет", "съб", "нед", "поне", "втор", "сред", "четв", "пятн", "субб", "воск", "понед", "вівт", "серед", "п'ят",
	"суб", "paz", "pzt", "sal", "çar", "per", "cum", "cmt", "pirm", "otrd", "treš", "cet", "piektd", "sest", "svē", "pr", "an ", "tr",
	"kt", "pn", "š", "sk", "e, ", "t, ", "k, ", "n, ", "r, ", "l, ", "p, ", "δευ", "τρί", "τετ", "πέμ", "παρ", "σάβ", "κυρ", "sen", "sel",
	"rab", "kam", "jum", "min", "fös", "fim", "þri", "mið", "lau",
};

static struct word_list title_list = WORD_LIST(titles), request_list = WORD_LIST(requests), verb_list = WORD_LIST(verbs), opening_list = WORD_LIST(openings);

gsize
quote_title_length(const char *text)
{
	gsize longest = 0;
	guint at = 0;
	for (const char *title; (title = word_list_next(&title_list, text, &at));)
		longest = MAX(longest, strlen(title));
	return longest;
}

bool
quote_is_request(const char *text)
{
	return word_list_is_within(&request_list, text);
}

enum quote_key
quote_key_of(const char *word)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (*word == *keys[i].word && strcmp(word, keys[i].word) == 0)
			return keys[i].key;
	return QUOTE_NO_KEY;
}

static bool
is_letter(char byte)
{
	return g_ascii_isalpha(byte) || (byte & 0x80);
}

/* Where a verb begins in TEXT as a word: a letter before it makes it another one. */
static const char *
verb_find(const char *text, const char *verb)
{
	bool has_blanks = g_ascii_isalpha(*verb);
	const char *at = strstr(text, verb);
	while (at && has_blanks && at > text && is_letter(at[-1]))
		at = strstr(at + 1, verb);
	return at;
}

/* As verb_find of each. */
bool
quote_has_verb(const char *text)
{
	for (const char *p = text; *p; p++) {
		bool is_within = p > text && g_ascii_isalpha(*p) && is_letter(p[-1]);
		if (!is_within && word_list_begins(&verb_list, p))
			return true;
	}
	return false;
}

/* "napisał(a)", "napisao/la": the ending of the other gender may follow. */
bool
quote_ends_with_verb(const char *text)
{
	gsize length = strlen(text);
	while (length > 0 && strchr(" :*_-", text[length - 1]))
		length--;
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
		const char *at = verb_find(text, verbs[i]);
		gsize end = at ? at - text + strlen(verbs[i]) : 0;
		if (at && end <= length && length - end <= 4 && !memchr(text + end, ' ', length - end))
			return true;
	}
	return false;
}

bool
quote_is_personal(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(personals); i++)
		if (strstr(text, personals[i]))
			return true;
	return false;
}

bool
quote_has_opening(const char *text)
{
	return g_ascii_isdigit(*text) || word_list_begins(&opening_list, text);
}
