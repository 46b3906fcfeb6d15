/* What firms have their servers put below every mail: who may read it, and that trees are saved by not printing it. In another
 * language than the customer's more often than not. */
#include "milter/read/quote_words.h"
#include "milter/read/word_list.h"

/* How the paragraph begins; long enough that no customer's own sentence does. */
static const char *const beginnings[] = {
	"this email and any", "this e-mail and any", "this message and any", "this email message and any", "this e-mail message and any",
	"this email (including", "this e-mail (including", "this message (including", "this email is confidential",
	"this e-mail is confidential", "this message is confidential", "this email may contain", "this e-mail may contain",
	"this message may contain", "this email contains confidential", "this e-mail contains confidential",
	"this message contains confidential", "this email is intended only", "this e-mail is intended only",
	"this message is intended only", "this communication is confidential", "this communication is intended",
	"this transmission is intended", "the information contained in this", "the information in this email",
	"the information in this e-mail", "the contents of this email", "the contents of this e-mail", "the content of this email",
	"confidentiality notice", "confidentiality note", "disclaimer:", "legal disclaimer", "if you are not the intended recipient",
	"please consider the environment before", "think before you print", "ce message et toutes", "ce message et tous",
	"ce message et ses", "ce message et les", "ce message est confidentiel", "ce courriel et", "ce courriel est confidentiel",
	"ce courriel peut contenir", "ce message peut contenir", "ce message électronique et", "le présent message est",
	"le présent courriel", "les informations contenues dans ce", "avis de confidentialité", "avant d'imprimer",
	"pensez à l'environnement", "dit bericht is uitsluitend", "dit bericht kan informatie", "dit bericht is vertrouwelijk",
	"dit e-mailbericht is", "dit e-mailbericht en", "deze e-mail is uitsluitend", "deze e-mail is vertrouwelijk",
	"deze e-mail en eventuele", "de informatie in dit e-mail", "de informatie in deze e-mail", "de informatie verzonden",
	"de inhoud van dit e-mail", "de inhoud van deze e-mail", "denk aan het milieu", "niniejsza wiadomość", "treść tej wiadomości",
	"treść niniejszej wiadomości", "ta wiadomość e-mail zawiera", "ta wiadomość zawiera informacje poufne",
	"ta wiadomość jest poufna", "informacje zawarte w tej wiadomości", "informacje zawarte w niniejszej", "klauzula poufności",
	"zanim wydrukujesz", "administratorem danych osobowych jest", "administratorem państwa danych",
	"diese e-mail enthält vertrauliche", "diese e-mail kann vertrauliche", "diese e-mail ist vertraulich", "diese e-mail und",
	"diese nachricht enthält vertrauliche", "diese nachricht ist vertraulich", "der inhalt dieser e-mail",
	"die in dieser e-mail enthaltenen", "die information in dieser e-mail", "bitte denken sie an die umwelt",
	"bitte prüfen sie, ob diese", "haftungsausschluss:", "vertraulichkeitshinweis", "este mensaje y sus", "este mensaje y los",
	"este mensaje y cualquier", "este mensaje contiene información confidencial", "este mensaje se dirige exclusivamente",
	"este mensaje va dirigido", "este correo electrónico y", "este correo y sus", "la información contenida en este",
	"la información incluida en este", "aviso legal", "aviso de confidencialidad", "antes de imprimir este",
	"por favor, piense en el medio", "questo messaggio e gli", "questo messaggio e i suoi", "questo messaggio è destinato",
	"questo messaggio contiene informazioni riservate", "questa e-mail e", "questa e-mail contiene informazioni",
	"le informazioni contenute in", "il contenuto di questa e-mail", "nota di riservatezza", "avviso di riservatezza",
	"prima di stampare", "esta mensagem e quaisquer", "esta mensagem e os", "esta mensagem pode conter", "este e-mail e quaisquer",
	"este e-mail pode conter", "as informações contidas n", "a informação contida nest", "antes de imprimir",
	"detta meddelande är konfidentiellt", "detta e-postmeddelande kan", "denne e-mail kan indeholde", "denne e-posten kan inneholde",
	"tämä sähköposti ja", "tämä viesti on tarkoitettu", "tato zpráva a všechny", "obsah této zprávy", "obsah tejto správy",
	"ez az üzenet bizalmas", "acest mesaj și orice", "acest e-mail și", "это сообщение и любые", "данное сообщение и",
	"информация, содержащаяся в", "bu e-posta mesajı", "bu mesaj ve ekleri",
};

static struct word_list beginning_list = WORD_LIST(beginnings);

bool
quote_is_disclaimer(const char *text)
{
	return word_list_begins(&beginning_list, text);
}
