#include "milter/read/bounce_words.h"

#include <string.h>

#include "milter/read/flatten.h"

#define TEXT_LOOKED_AT 6000 /* a report says it at its beginning */
#define ENOUGH 4 /* the weight that makes a report, from the null sender */
#define ENOUGH_ELSE 5 /* without words that a table knows, or from somebody who can be answered */
#define BY_PROGRAM 2 /* the weight of a sender that is a mail system for sure */
#define NULL_SENDER_WEIGHT 2
#define ORIGINAL_WEIGHT 2
#define AUTO_REPLY_WEIGHT (-1) /* reports bear Auto-Submitted: auto-replied too, but absent people more often */

struct weight {
	const char *text; /* lower case; in subjects and texts flat */
	int weight;
};

/* Local parts of From, from their beginning. */
static const struct weight locals[] = {
	{"mailer-daemon", 3}, {"mailer_daemon", 3}, {"mailerdaemon", 3}, {"mailer.daemon", 3}, {"mail-daemon", 3}, {"mail_daemon", 3}, {"maildaemon", 3},
	{"mail.daemon", 3}, {"mdaemon", 3}, {"microsoftexchange", 3}, {"double-bounce", 3}, {"mmdf", 3}, {"uucp", 2}, {"postmaster", 2},
	{"post_master", 2}, {"post-master", 2}, {"post.master", 2}, {"mailadmin", 2}, {"mail-admin", 2}, {"mail_admin", 2}, {"mailsystem", 2},
	{"mail-system", 2}, {"mail.system", 2}, {"delivery-notification", 2}, {"mail-delivery", 2}, {"maildelivery", 2}, {"maildeliver", 2}, {"ndr", 2},
	{"mailgateway", 2}, {"mail-gateway", 2}, {"mta-", 1}, {"bounce", 1}, {"no-reply@sns.amazonaws.com", 3}, {"no-reply", 1}, {"noreply", 1},
	{"dsn", 1}, {"smtp", 1}, {"exchange", 1},
};

/* Display names of From, from their beginning. Parcel services call themselves "Mail Delivery" too: so only the whole names of programs. */
static const struct weight names[] = {
	{"mail delivery subsystem", 3}, {"mail delivery system", 3}, {"mail deliver system", 3}, {"mail delivery agent", 3}, {"mail delivery daemon", 3},
	{"internet mail delivery", 3}, {"e-mail delivery system", 3}, {"email delivery system", 3}, {"mailer-daemon", 3}, {"mailer daemon", 3},
	{"mail daemon", 3}, {"mmdf mail router", 3}, {"ndr administrator", 3}, {"mailsystem", 2}, {"mail system", 2}, {"mail administrator", 2},
	{"email administrator", 2}, {"system administrator", 2}, {"systemadministrator", 2}, {"administrateur système", 2},
	{"administrador del sistema", 2}, {"administrateur systeme", 2}, {"amministratore di sistema", 2}, {"systeembeheerder", 2},
	{"administrator systemu", 2}, {"postmaster", 2}, {"system attendant", 2}, {"exchange system manager", 2}, {"mail router", 2}, {"smtp gateway", 2},
	{"mail gateway", 2}, {"email gateway", 2}, {"mail relay", 1}, {"mail server", 1}, {"mail delivery service", 1}, {"microsoft outlook", 1},
};

/* Marks in the header: NAME, and how its value begins; CONTAINS: anywhere in it. */
static const struct {const char *name, *value; bool contains; int weight;} marks[] = {
	{"x-failed-recipients", "", false, 4}, {"x-ms-exchange-message-is-ndr", "", false, 4}, {"x-mailru-msgtype", "bounce", false, 4},
	{"auto-submitted", "(failure)", true, 3}, {"auto-submitted", "(warning", true, 3}, {"x-ms-embedded-report", "", false, 2},
	{"x-mailer", "<smtp32", false, 3}, {"x-mailer", "smtp32", false, 3}, {"x-mlserver", "fml", false, 3}, {"x-ml-driver", "", false, 2},
	{"x-spasign", "", false, 2}, {"x-mailer", "surfcontrol", false, 2}, {"x-mailer", "mailer-daemon", true, 3},
	{"x-notificationtype", "ndr", true, 3}, {"x-amz-sns-message-type", "", false, 2}, {"x-envelope-from", "<>", false, 2},
	{"x-mailer", "mdaemon", true, 1}, {"x-original-recipient-failed", "", false, 3}, {"x-dsn-junkmail", "", false, 2}, {"x-dsn-mid", "", false, 3},
	{"x-content-filtered-by", "", false, 0},
};

/* These say that it is still on its way. */
static const struct weight delay_subjects[] = {
	{"warning: could not send", 2}, {"warning - delayed mail", 2}, {"delivery status notification (delay", 2}, {"warning: message", 1},
	{"delivery delayed", 1}, {"delayed mail", 2}, {"message delayed", 2}, {"mail delayed", 2}, {"delayed delivery", 1}, {"still being retried", 2},
	{"delivery temporarily", 2}, {"delayed", 1}, {"delivery delay", 1}, {"zustellung verzögert", 2}, {"verzögerte zustellung", 2},
	{"remise différée", 2}, {"remise retardée", 2}, {"配信遅延", 2},
};

static const struct weight subjects[] = {
	{"undeliver", 2}, {"un-deliver", 2}, {"nondeliver", 2}, {"non-deliver", 2}, {"non deliver", 2}, {"nondelivery", 2}, {"not deliver", 2},
	{"delivery status notification", 3}, {"delivery status", 2}, {"delivery failure", 2}, {"delivery failed", 2}, {"failed delivery", 2},
	{"failure delivery", 2}, {"delivery has failed", 2}, {"delivery notification", 2}, {"delivery report", 2}, {"delivery error", 2},
	{"delivery problem", 2}, {"failure notice", 3}, {"failure notification", 2}, {"returned mail", 3}, {"returned to sender", 2},
	{"return to sender", 2}, {"returning message", 2}, {"mail delivery", 2}, {"message delivery", 2}, {"email delivery", 2}, {"mail system error", 3},
	{"mail failure", 2}, {"mail error", 2}, {"email error", 2}, {"could not be delivered", 2}, {"couldn't be delivered", 2}, {"could not deliver", 2},
	{"cannot be delivered", 2}, {"permanent error", 2}, {"unable to deliver", 2}, {"unable to send", 1}, {"error sending your mail", 2},
	{"error delivering", 2}, {"rejected mail", 2}, {"rejected message", 2}, {"message rejected", 2}, {"mail rejected", 2},
	{"your mail was rejected", 2}, {"rejected:", 1}, {"rejected by", 1}, {"blocked by", 1}, {"user unknown", 2}, {"unknown user", 2},
	{"unknown recipient", 2}, {"invalid recipient", 2}, {"recipient unknown", 2}, {"address unknown", 2}, {"unknown address", 2}, {"mailbox full", 2},
	{"over quota", 2}, {"quota exceeded", 2}, {"bounced", 2}, {"bounce", 1}, {"virus found", 1}, {"unzustellbar", 3}, {"nicht zugestellt", 2},
	{"nicht zustellbar", 2}, {"unzustellbare", 2}, {"zustellung fehlgeschlagen", 2}, {"fehlgeschlagene zustellung", 2}, {"non remis", 3},
	{"non distribué", 2}, {"non délivré", 2}, {"échec de la remise", 3}, {"échec de", 1}, {"échec d'envoi", 2}, {"non remise", 2},
	{"rapport de non", 2}, {"onbestelbaar", 3}, {"niet bezorg", 2}, {"niet afgeleverd", 2}, {"bezorging mislukt", 2}, {"kan niet worden bezorgd", 2},
	{"niedostarcz", 3}, {"nie dostarczon", 2}, {"zwrot poczty", 3}, {"nie można dostarczyć", 2}, {"no entregado", 2}, {"no se puede entregar", 2},
	{"no se pudo entregar", 2}, {"devuelto", 1}, {"error de entrega", 2}, {"mancato recapito", 3}, {"non recapitabile", 2}, {"recapito fallito", 2},
	{"impossibile recapitare", 2}, {"não entregue", 2}, {"não foi possível entregar", 2}, {"falha na entrega", 2}, {"devolvida", 1},
	{"kunde inte levereras", 2}, {"olevererad", 2}, {"kunne ikke leveres", 2}, {"ikke leveret", 2}, {"ikke levert", 2},
	{"toimittaminen epäonnistui", 2}, {"nelze doručit", 2}, {"nedoručiteľn", 2}, {"nedoručiteln", 2}, {"nedoručeno", 2}, {"kézbesíthetetlen", 2},
	{"nem kézbesíthető", 2}, {"nelivrat", 2}, {"iletilemedi", 2}, {"teslim edilemedi", 2}, {"не доставлено", 2}, {"недоставлен", 2},
	{"не может быть доставлено", 2}, {"ошибка доставки", 2}, {"не доставлене", 2}, {"αποτυχία παράδοσης", 2}, {"メールエラー", 2}, {"配信不能", 2},
	{"配信エラー", 2}, {"配達不能", 2}, {"送信エラー", 2}, {"送信できません", 2}, {"エラー通知", 2}, {"未送達", 2}, {"배달되지", 2}, {"반송", 1}, {"전송 실패", 2}, {"退信", 2}, {"退信通知", 2},
	{"无法投递", 2}, {"未送达", 2}, {"無法傳遞", 2}, {"无法送达", 2}, {"配信できません", 2}, {"are not member", 2}, {"not a member", 2}, {"loop alert", 2}, {"duplicated message-id", 2},
	{"message-id is duplicated", 2}, {"notification message", 0},
};

/* These say that it has arrived. */
static const struct weight delivered_subjects[] = {
	{"successful mail delivery", 3}, {"successfully delivered", 3}, {"delivery status notification (success", 3}, {"delivery status notification (relay", 3},
	{"delivery receipt", 2}, {"message delivered", 2}, {"mail delivered", 2}, {"delivery successful", 2}, {"delivery report (success", 3},
};

/* Sentences that only one program writes weigh 3; what people say of parcels too weighs 1. */
static const struct weight delay_texts[] = {
	{"has not yet been delivered", 2}, {"delivery to the following recipients has been delayed", 3}, {"has been delayed", 1},
	{"this is a warning message only", 3}, {"this is a warning only", 3}, {"warning message only", 2}, {"do not need to resend", 2},
	{"still trying to deliver", 2}, {"will be retried until", 3}, {"will continue to try", 1}, {"will keep trying", 1},
	{"could not be delivered for more than", 2}, {"delivery attempts will continue", 3}, {"will continue to be made", 1},
};

static const struct weight texts[] = {
	{"this is the qmail-send program", 3}, {"this is the mail delivery agent", 3},
	{"this message was created automatically by mail delivery software", 3}, {"a message that you sent could not be delivered", 3},
	{"this is the mail system at host", 3}, {"this is the postfix program", 3}, {"this is the mail system", 2},
	{"this is the dragonfly mail agent", 3}, {"this is the mailer-daemon", 3}, {"hi! this is the", 2},
	{"this is an automatically generated delivery status notification", 3}, {"i'm afraid i wasn't able to deliver", 3},
	{"i tried to deliver a bounce message", 3}, {"this is a permanent error; i've given up", 3}, {"following addresses had", 3},
	{"the following address(es) failed", 3}, {"following addresses failed", 2}, {"had permanent fatal errors", 3},
	{"had permanent delivery errors", 3}, {"had delivery problems", 2}, {"had delivery errors", 3}, {"transcript of session", 3},
	{"transcript of the session", 3}, {"undeliverable", 2}, {"undelivered", 2}, {"could not be delivered", 1}, {"couldn't be delivered", 1},
	{"cannot be delivered", 1}, {"can't be delivered", 1}, {"not be delivered", 1}, {"was not delivered", 1}, {"wasn't delivered", 1},
	{"was not deliver", 1}, {"unable to deliver", 1}, {"not able to deliver", 1}, {"wasn't able to deliver", 2}, {"couldn't deliver", 1},
	{"could not deliver", 1}, {"cannot deliver", 1}, {"trouble delivering", 1}, {"delivery has failed", 2}, {"delivery failed", 1},
	{"delivery to the following", 3}, {"failed to deliver", 1}, {"failed to be delivered", 1}, {"failed permanently", 2},
	{"did not reach the following", 3}, {"permanent error", 2}, {"permanent failure", 2}, {"permanent errors", 2}, {"fatal error", 1},
	{"user unknown", 2}, {"unknown user", 2}, {"no such user", 2}, {"no such recipient", 2}, {"unknown recipient", 2}, {"invalid recipient", 2},
	{"invalid user", 2}, {"recipient rejected", 2}, {"mailbox is full", 1}, {"mailbox full", 1}, {"mailbox unavailable", 2}, {"mailbox not found", 2},
	{"over quota", 2}, {"quota exceeded", 2}, {"exceeded storage", 2}, {"does not exist", 1}, {"doesn't exist", 1}, {"doesn't have a", 1},
	{"not listed in", 1}, {"recipient address rejected", 2}, {"host unknown", 2}, {"unrouteable address", 3}, {"unroutable address", 3},
	{"there was an error delivering", 2}, {"error occurred while trying to deliver", 3}, {"error sending your mail", 2}, {"is being returned", 1},
	{"returned to you", 1}, {"being returned to you", 2}, {"returned to sender", 2}, {"your message was rejected", 2}, {"rejected your message", 2},
	{"message has been rejected", 2}, {"was rejected by", 1}, {"rejected recipient", 2}, {"remote host said", 3}, {"smtp error", 2},
	{"remote server", 1}, {"smtp server", 1}, {"mail server", 1}, {"error message below", 2}, {"could not be sent", 1}, {"message could not be", 1},
	{"your mail sent on", 2}, {"reporting-mta:", 3}, {"diagnostic-code:", 3}, {"action: failed", 3}, {"final-recipient:", 3},
	{"unsent message below", 3}, {"original message follows", 2}, {"message headers follow", 2}, {"below this line is a copy", 3},
	{"this is a copy of the message", 2}, {"header of the original message", 2}, {"notificationtype", 2}, {"bouncedrecipients", 3},
	{"not a member of this mailing list", 2}, {"not member", 1}, {"duplicated message-id", 2}, {"original mail as follows", 2}, {"virus", 1},
	{"konnte nicht zugestellt", 2}, {"nicht zugestellt werden", 2}, {"unzustellbar", 2}, {"n'a pas pu être", 1}, {"n'a pas pu etre", 1},
	{"non remis", 2}, {"impossible de remettre", 2}, {"kon niet worden", 1}, {"niet worden bezorgd", 2}, {"niet worden afgeleverd", 2},
	{"nie można dostarczyć", 2}, {"nie mogła zostać dostarczona", 2}, {"nie została dostarczona", 2}, {"no se pudo entregar", 2},
	{"no se ha podido entregar", 2}, {"no pudo ser entregado", 2}, {"impossibile recapitare", 2}, {"non è stato recapitato", 2},
	{"não foi possível entregar", 2}, {"não pôde ser entregue", 2}, {"kunde inte levereras", 2}, {"kunne ikke leveres", 2}, {"ei voitu toimittaa", 2},
	{"nelze doručit", 2}, {"nebylo možné doručit", 2}, {"nem sikerült kézbesíteni", 2}, {"не удалось доставить", 2}, {"не может быть доставлено", 2},
	{"не было доставлено", 2}, {"не вдалося доставити", 2}, {"送信できません", 2}, {"配信できません", 2}, {"お届けできません", 2}, {"配送できません", 2}, {"エラーメッセージ", 1},
	{"無法傳遞", 2}, {"无法投递", 2}, {"无法送达", 2}, {"被退回", 2}, {"退信", 2}, {"배달할 수 없", 2}, {"전달하지 못", 2},
};

/* The heaviest of WORDS in FLAT; several are a little more than one. */
static int
weigh(const char *flat, const struct weight *words, gsize count)
{
	int most = 0, found = 0;
	for (gsize i = 0; i < count; i++) {
		if (!strstr(flat, words[i].text))
			continue;
		most = MAX(most, words[i].weight);
		found++;
	}
	return most + (found > 1);
}

static int
weigh_beginning(const char *text, const struct weight *words, gsize count)
{
	int most = 0;
	for (gsize i = 0; i < count; i++)
		if (g_str_has_prefix(text, words[i].text))
			most = MAX(most, words[i].weight);
	return most;
}

static int
weigh_sender(const mime_message *message)
{
	const struct mime_address *from = message->from->len ? message->from->pdata[0] : NULL;
	g_autofree char *address = flatten(from ? from->address : message->from_raw, 998);
	g_autofree char *name = flatten(from ? from->name : message->from_raw, 998);
	if (!*address || strstr(address, "<>"))
		return BY_PROGRAM;
	int by_name = weigh_beginning(name + strspn(name, "\"' <"), names, G_N_ELEMENTS(names));
	return MAX(by_name, weigh_beginning(address + strspn(address, "\"' <"), locals, G_N_ELEMENTS(locals)));
}

static int
weigh_mark(const struct mime_header *header)
{
	int most = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (*header->name != *marks[i].name || strcmp(header->name, marks[i].name) != 0)
			continue;
		g_autofree char *value = g_ascii_strdown(header->value, -1);
		if (marks[i].contains ? strstr(value, marks[i].value) != NULL : g_str_has_prefix(value, marks[i].value))
			most = MAX(most, marks[i].weight);
	}
	return most;
}

static int
weigh_marks(const mime_message *message)
{
	int most = 0;
	for (guint i = 0; i < message->headers->len; i++)
		most = MAX(most, weigh_mark(message->headers->pdata[i]));
	return most;
}

bool
bounce_words_by_program(const struct bounce_signs *signs)
{
	int sender = weigh_sender(signs->message);
	return signs->is_null_sender || sender >= BY_PROGRAM || (sender && signs->has_original) || weigh_marks(signs->message) >= BY_PROGRAM;
}

enum bounce_verdict
bounce_words_judge(const struct bounce_signs *signs)
{
	const mime_message *message = signs->message;
	if (!bounce_words_by_program(signs))
		return BOUNCE_NONE;
	g_autofree char *subject = flatten(message->subject, 998), *text = flatten(message->text, TEXT_LOOKED_AT);
	int delay_subject = weigh(subject, delay_subjects, G_N_ELEMENTS(delay_subjects)), delay_text = weigh(text, delay_texts, G_N_ELEMENTS(delay_texts));
	int by_subject = weigh(subject, subjects, G_N_ELEMENTS(subjects)), by_text = weigh(text, texts, G_N_ELEMENTS(texts));
	int by_delivered = weigh(subject, delivered_subjects, G_N_ELEMENTS(delivered_subjects));
	int words = MAX(MAX(by_subject, delay_subject), by_delivered) + MAX(by_text, delay_text);
	int rest = weigh_sender(message) + weigh_marks(message) + (signs->is_null_sender ? NULL_SENDER_WEIGHT : 0) + (signs->has_original ? ORIGINAL_WEIGHT : 0) +
		(message->auto_reply ? AUTO_REPLY_WEIGHT : 0);
	int enough = words && signs->is_null_sender ? ENOUGH : ENOUGH_ELSE;
	if (words + rest < enough)
		return BOUNCE_NONE;
	if (by_delivered)
		return BOUNCE_DELIVERED;
	return delay_subject || (delay_text && by_subject < delay_text) ? BOUNCE_DELAYED : BOUNCE_FAILED;
}
