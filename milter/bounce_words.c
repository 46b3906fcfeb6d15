#include "milter/bounce_words.h"

#include <glib.h>
#include <string.h>

#define TEXT_LOOKED_AT 4096 /* a report says it at its beginning */

/* In the From header of what writes such reports, lower case. */
static const char *const senders[] = {
	"mailer-daemon", "mail-daemon", "maildaemon", "mailerdaemon", "mail.daemon", "mdaemon@", "postmaster", "post_master",
	"mailadmin@", "mail delivery", "mail.delivery", "mail deliver system", "mailsystem", "mail system", "ndr administrator",
	"mmdf@", "uucp@", "double-bounce", "delivery-notification",
};

struct words {
	const char *text; /* lower case */
	enum bounce_verdict verdict;
};

static const struct words subjects[] = {
	{"delayed", BOUNCE_DELAYED}, {"warning: could not send", BOUNCE_DELAYED},
	{"delivery status notification (delay", BOUNCE_DELAYED}, {"warning: message", BOUNCE_DELAYED}, {"undeliver", BOUNCE_FAILED},
	{"delivery status notification", BOUNCE_FAILED}, {"delivery failure", BOUNCE_FAILED}, {"delivery failed", BOUNCE_FAILED},
	{"failure notice", BOUNCE_FAILED}, {"returned mail", BOUNCE_FAILED}, {"mail delivery", BOUNCE_FAILED},
	{"delivery notification", BOUNCE_FAILED}, {"message delivery", BOUNCE_FAILED}, {"could not be delivered", BOUNCE_FAILED},
	{"not delivered", BOUNCE_FAILED}, {"returned to sender", BOUNCE_FAILED}, {"returning message", BOUNCE_FAILED},
	{"delivery report", BOUNCE_FAILED}, {"delivery error", BOUNCE_FAILED}, {"delivery problem", BOUNCE_FAILED},
	{"mail system error", BOUNCE_FAILED}, {"mail failure", BOUNCE_FAILED}, {"mail error", BOUNCE_FAILED},
	{"permanent error", BOUNCE_FAILED}, {"unable to deliver", BOUNCE_FAILED}, {"nondeliverable", BOUNCE_FAILED},
	{"non-delivery", BOUNCE_FAILED}, {"non remis", BOUNCE_FAILED}, {"unzustellbar", BOUNCE_FAILED}, {"onbestelbaar", BOUNCE_FAILED},
	{"niet bezorg", BOUNCE_FAILED}, {"niedostarcz", BOUNCE_FAILED}, {"zwrot poczty", BOUNCE_FAILED},
	{"no entregado", BOUNCE_FAILED}, {"mancato recapito", BOUNCE_FAILED}, {"échec de", BOUNCE_FAILED},
	{"rejected mail", BOUNCE_FAILED}, {"rejected message", BOUNCE_FAILED}, {"user unknown", BOUNCE_FAILED},
	{"bounce", BOUNCE_FAILED}, {"delivery status", BOUNCE_FAILED}, {"error sending your mail", BOUNCE_FAILED},
	{"message status - undeliv", BOUNCE_FAILED}, {"error delivering", BOUNCE_FAILED}, {"email delivery", BOUNCE_FAILED},
};

static const struct words texts[] = {
	{"delivery to the following recipients has been delayed", BOUNCE_DELAYED}, {"has not yet been delivered", BOUNCE_DELAYED},
	{"could not be delivered for", BOUNCE_DELAYED}, {"this is a warning message only", BOUNCE_DELAYED},
	{"still trying to deliver", BOUNCE_DELAYED}, {"this is the qmail-send program", BOUNCE_FAILED},
	{"this message was created automatically by mail delivery software", BOUNCE_FAILED},
	{"a message that you sent could not be delivered", BOUNCE_FAILED}, {"this is the mail system at host", BOUNCE_FAILED},
	{"this is the postfix program", BOUNCE_FAILED}, {"could not be delivered", BOUNCE_FAILED},
	{"couldn't be delivered", BOUNCE_FAILED}, {"was not delivered", BOUNCE_FAILED}, {"wasn't delivered", BOUNCE_FAILED},
	{"undeliverable", BOUNCE_FAILED}, {"delivery to the following recipient", BOUNCE_FAILED}, {"unable to deliver", BOUNCE_FAILED},
	{"not able to deliver", BOUNCE_FAILED}, {"delivery has failed", BOUNCE_FAILED}, {"delivery failed", BOUNCE_FAILED},
	{"failed to deliver", BOUNCE_FAILED}, {"had permanent fatal errors", BOUNCE_FAILED},
	{"had permanent delivery errors", BOUNCE_FAILED}, {"permanent error", BOUNCE_FAILED}, {"permanent failure", BOUNCE_FAILED},
	{"user unknown", BOUNCE_FAILED}, {"unknown user", BOUNCE_FAILED}, {"did not reach the following", BOUNCE_FAILED},
	{"mailbox is full", BOUNCE_FAILED}, {"mailbox full", BOUNCE_FAILED}, {"over quota", BOUNCE_FAILED},
	{"no such user", BOUNCE_FAILED}, {"mailbox unavailable", BOUNCE_FAILED}, {"does not exist", BOUNCE_FAILED},
	{"there was an error delivering", BOUNCE_FAILED}, {"error sending your mail", BOUNCE_FAILED},
	{"had delivery problems", BOUNCE_FAILED}, {"message could not be", BOUNCE_FAILED},
	{"recipient address rejected", BOUNCE_FAILED}, {"host unknown", BOUNCE_FAILED}, {"unrouteable address", BOUNCE_FAILED},
	{"transcript of session", BOUNCE_FAILED}, {"transcript of the session", BOUNCE_FAILED}, {"returned to you", BOUNCE_FAILED},
	{"your message was rejected", BOUNCE_FAILED}, {"rejected your message", BOUNCE_FAILED},
	{"konnte nicht zugestellt werden", BOUNCE_FAILED}, {"n'a pas pu être", BOUNCE_FAILED},
	{"kon niet worden bezorgd", BOUNCE_FAILED}, {"nie można dostarczyć", BOUNCE_FAILED}, {"no se pudo entregar", BOUNCE_FAILED},
};

static enum bounce_verdict look(const char *text, const struct words *words, gsize count)
{
	for (gsize i = 0; text && i < count; i++)
		if (strstr(text, words[i].text))
			return words[i].verdict;
	return BOUNCE_NONE;
}

static bool is_sender(const char *from)
{
	g_autofree char *low = g_ascii_strdown(from, -1);
	for (gsize i = 0; i < G_N_ELEMENTS(senders); i++)
		if (strstr(low, senders[i]))
			return true;
	return strcmp(low, "") == 0 || strcmp(low, "<>") == 0;
}

enum bounce_verdict bounce_words_judge(const char *from, const char *subject, const char *text, bool is_returned)
{
	g_autofree char *low_subject = g_ascii_strdown(subject, -1);
	g_autofree char *beginning = g_strndup(text, TEXT_LOOKED_AT);
	g_autofree char *low_text = g_ascii_strdown(beginning, -1);
	enum bounce_verdict by_subject = look(low_subject, subjects, G_N_ELEMENTS(subjects));
	enum bounce_verdict by_text = look(low_text, texts, G_N_ELEMENTS(texts));
	if (!is_returned && !is_sender(from))
		return BOUNCE_NONE;
	return by_subject != BOUNCE_NONE ? by_subject : by_text;
}
