#include "milter/read/bounce_reason.h"

#include <string.h>

#include "milter/read/flatten.h"

#define TEXT_LOOKED_AT 4000

enum why {USER, HOST, MOVED, FULL, DISABLED, TOO_LARGE, SPAM, VIRUS, SENDER_UNPROVEN, NO_REVERSE, REPUTATION, SENDER, RELAY, LOOP, NETWORK, TOO_FAST,
	NOT_ACCEPTING, EXPIRED, SECURITY, POLICY, CONTENT, SYSTEM, SYNTAX, FILTERED};
#define GENERAL POLICY /* from here on: words that are said of much */

static const struct bounce_reason reasons[] = {
	[USER] = {"address_unknown", "5.1.1", true},
	[HOST] = {"domain_unknown", "5.1.2", true},
	[MOVED] = {"address_moved", "5.1.6", true},
	[FULL] = {"mailbox_full", "5.2.2", false},
	[DISABLED] = {"mailbox_disabled", "5.2.1", false},
	[TOO_LARGE] = {"too_large", "5.3.4", false},
	[SPAM] = {"spam", "5.7.1", false},
	[VIRUS] = {"virus", "5.7.0", false},
	[SENDER_UNPROVEN] = {"sender_unproven", "5.7.26", false},
	[NO_REVERSE] = {"server_unnamed", "5.7.25", false},
	[REPUTATION] = {"server_blocked", "5.7.1", false},
	[POLICY] = {"policy", "5.7.1", false},
	[SENDER] = {"sender_refused", "5.1.8", false},
	[RELAY] = {"relaying", "5.7.1", false},
	[CONTENT] = {"content", "5.6.0", false},
	[LOOP] = {"loop", "5.4.6", false},
	[NETWORK] = {"unreachable", "4.4.1", false},
	[TOO_FAST] = {"too_many", "4.7.0", false},
	[NOT_ACCEPTING] = {"no_mail", "5.3.2", false},
	[SYSTEM] = {"server_error", "5.3.0", false},
	[EXPIRED] = {"expired", "4.4.7", false},
	[SECURITY] = {"encryption", "5.7.10", false},
	[SYNTAX] = {"protocol", "5.5.0", false},
	[FILTERED] = {"refused", "5.2.0", false},
};

/* The first that is found decides: what is precise stands before what is general. Lower case, flat. */
static const struct {const char *words; enum why why;} phrases[] = {
	{"requests to connect", NETWORK}, {"recipient no longer on server", MOVED}, {"has moved", MOVED}, {"has been moved", MOVED},
	{"no forwarding address", MOVED}, {"no longer available, please use", MOVED}, {"user has moved", MOVED}, {"address has changed", MOVED},
	{"new address", MOVED}, {"has been replaced by", MOVED},

	{"est pleine", FULL}, {"ist voll", FULL}, {"is vol", FULL}, {"está lleno", FULL}, {"è piena", FULL}, {"가득", FULL}, {"已满", FULL}, {"已滿", FULL},
	{"mailbox full", FULL}, {"exceeds allowed size", FULL}, {"exceeded the local limit", FULL}, {"quota full", FULL}, {"mailbox quota", FULL},
	{"storage allocation", FULL}, {"too much mail", FULL}, {"pełna", FULL}, {"almacenamiento", FULL}, {"boîte pleine", FULL}, {"casella piena", FULL},
	{"переполнен", FULL}, {"mailbox is full", FULL}, {"mailbox_full", FULL}, {"mailbox size limit", FULL}, {"mailbox exceeds", FULL},
	{"mailbox exceeded", FULL}, {"mailbox has exceeded", FULL}, {"inbox is full", FULL}, {"inbox is out of storage", FULL}, {"out of storage", FULL},
	{"over quota", FULL}, {"overquota", FULL}, {"over its quota", FULL}, {"over the quota", FULL}, {"over his quota", FULL},
	{"over disk quota", FULL}, {"quota exceed", FULL}, {"quota_exceeded", FULL}, {"exceeded quota", FULL}, {"exceeds quota", FULL},
	{"exceeded his", FULL}, {"exceeded its", FULL}, {"exceeded their", FULL}, {"exceeded storage", FULL}, {"exceed the quota", FULL},
	{"disk quota", FULL}, {"quota violation", FULL}, {"quota for the mailbox", FULL}, {"would exceed quota", FULL}, {"storage quota", FULL},
	{"over the maximum allowed", FULL}, {"maildir over", FULL}, {"maildir delivery failed: user disk", FULL}, {"not enough disk space", FULL},
	{"not enough storage space", FULL}, {"insufficient disk space", FULL}, {"user has too many messages", FULL},
	{"too many messages on this mailbox", FULL}, {"account is full", FULL}, {"boite du destinataire pleine", FULL},
	{"boîte du destinataire pleine", FULL}, {"user is over quota", FULL}, {"exceeded the space", FULL}, {"mail box full", FULL},
	{"box has exceeded", FULL}, {"postfach voll", FULL}, {"postfach ist voll", FULL}, {"skrzynka pełna", FULL}, {"mailbox vol", FULL},
	{"メールボックスが一杯", FULL}, {"resources restricted", FULL}, {"not enough space", FULL}, {"dd sorry, your message to", DISABLED},

	{"message too large", TOO_LARGE}, {"message is too large", TOO_LARGE}, {"message too big", TOO_LARGE}, {"message is too big", TOO_LARGE},
	{"message size exceeds", TOO_LARGE}, {"mail size limit", TOO_LARGE}, {"message length exceeds", TOO_LARGE}, {"size limit exceeded", TOO_LARGE},
	{"exceeds the maximum", TOO_LARGE}, {"exceeds maximum", TOO_LARGE}, {"exceeds limit of", TOO_LARGE}, {"message size limit", TOO_LARGE},
	{"larger than", TOO_LARGE}, {"exceeds fixed", TOO_LARGE}, {"max message size", TOO_LARGE}, {"max_message_size", TOO_LARGE},
	{"size of the message", TOO_LARGE}, {"message exceeded max", TOO_LARGE}, {"maximum message size", TOO_LARGE}, {"message file too big", TOO_LARGE},
	{"nachricht zu gro", TOO_LARGE}, {"too large", TOO_LARGE}, {"exceeds size", TOO_LARGE},

	{"virus", VIRUS}, {"malware", VIRUS}, {"infected", VIRUS}, {"malicious", VIRUS}, {"dangerous attachment", VIRUS}, {"trojan", VIRUS},

	{"delivery temporarily suspended", NETWORK}, {"service is suspended", SYSTEM}, {"account is temporarily", DISABLED},
	{"account is disabled", DISABLED}, {"account limited", DISABLED}, {"has been discontinued", DISABLED}, {"mailbox not active", DISABLED},
	{"account disabled", DISABLED}, {"account is disabled", DISABLED}, {"account has been disabled", DISABLED},
	{"disabled or discontinued", DISABLED}, {"account has been suspended", DISABLED}, {"account is suspended", DISABLED},
	{"user suspended", DISABLED}, {"suspended", DISABLED}, {"account inactive", DISABLED}, {"inactive account", DISABLED}, {"is inactive", DISABLED},
	{"inactive user", DISABLED}, {"account deactivated", DISABLED}, {"deactivated", DISABLED}, {"mailbox disabled", DISABLED},
	{"mailbox is disabled", DISABLED}, {"mailbox currently unavailable", DISABLED}, {"mailbox is currently", DISABLED},
	{"mailbox is frozen", DISABLED}, {"mailbox is inactive", DISABLED}, {"account closed", DISABLED}, {"boite du destinataire archivee", DISABLED},
	{"temporarily inactive", DISABLED}, {"disabled recipient", DISABLED}, {"recipient suspend", DISABLED}, {"user is disabled", DISABLED},
	{"account locked", DISABLED}, {" locked", DISABLED}, {"account has been locked", DISABLED}, {"account not active", DISABLED},
	{"this account has been", DISABLED}, {"user disabled", DISABLED}, {"account expired", DISABLED}, {"invalid/inactive", DISABLED},
	{"account that you tried to reach is disabled", DISABLED}, {"is a deactivated mailbox", DISABLED}, {"blocked by the recipient's", DISABLED},

	{"spf", SENDER_UNPROVEN}, {"dkim", SENDER_UNPROVEN}, {"dmarc", SENDER_UNPROVEN}, {"unauthenticated", SENDER_UNPROVEN},
	{"authentication check", SENDER_UNPROVEN}, {"authentication-results", SENDER_UNPROVEN}, {"email authentication", SENDER_UNPROVEN},
	{"sender policy framework", SENDER_UNPROVEN},

	{"unverifyable sending ip", NO_REVERSE}, {"unverifiable", NO_REVERSE}, {"mismatches client ip", NO_REVERSE}, {"reverse dns", NO_REVERSE},
	{"reverse hostname", NO_REVERSE}, {"ptr record", NO_REVERSE}, {"no ptr", NO_REVERSE}, {"rdns", NO_REVERSE}, {"reverse-dns", NO_REVERSE},
	{"ip name lookup failed", NO_REVERSE}, {"cannot find your hostname", NO_REVERSE}, {"no reverse", NO_REVERSE}, {"without a reverse", NO_REVERSE},
	{"must have a ptr", NO_REVERSE}, {"cannot resolve your address", NO_REVERSE}, {"cannot find your reverse", NO_REVERSE},
	{"forward dns", NO_REVERSE}, {"hostname lookup", NO_REVERSE}, {"domain name of your ip", NO_REVERSE}, {"all mail servers must have", NO_REVERSE},
	{"dns lookup", NO_REVERSE}, {"unresolvable", NO_REVERSE}, {"fix reverse", NO_REVERSE}, {"invalid hostname for", NO_REVERSE},

	{"line limit", CONTENT}, {"size limit", TOO_LARGE}, {"too many connections", TOO_FAST}, {"too many concurrent", TOO_FAST},
	{"too many simultaneous", TOO_FAST}, {"too many messages", TOO_FAST}, {"too many emails", TOO_FAST}, {"too many mails", TOO_FAST},
	{"too many recipients", TOO_FAST}, {"too fast", TOO_FAST}, {"rate limit", TOO_FAST}, {"ratelimit", TOO_FAST},
	{"receiving mail at a rate", TOO_FAST}, {"throttl", TOO_FAST}, {"too many sessions", TOO_FAST}, {"connection limit", TOO_FAST},
	{"connection frequency limited", TOO_FAST}, {"slow down", TOO_FAST}, {"sending quota", TOO_FAST}, {"limit exceeded", TOO_FAST},
	{"exceeded the maximum number", TOO_FAST}, {"trop de connexions", TOO_FAST},

	{"spam", SPAM}, {"unsolicited", SPAM}, {"bulk mail", SPAM}, {"junk mail", SPAM}, {"bogus mail", SPAM}, {"content rejected", SPAM},

	{"temporarily deferred", REPUTATION}, {"user complaints", REPUTATION}, {"unexpected volume", REPUTATION}, {"bloquee", REPUTATION},
	{"bloquée", REPUTATION}, {"rfc 5322", CONTENT}, {"rfc 2822", CONTENT}, {"not rfc", CONTENT}, {"potential security", CONTENT},
	{"blacklisted url", SPAM}, {"blacklist", REPUTATION}, {"black list", REPUTATION}, {"blocklist", REPUTATION}, {"block list", REPUTATION},
	{"denylist", REPUTATION}, {"dnsbl", REPUTATION}, {"rbl", REPUTATION}, {"spamhaus", REPUTATION}, {"spamcop", REPUTATION},
	{"barracudacentral", REPUTATION}, {"sorbs", REPUTATION}, {"reputation", REPUTATION}, {"blocked", REPUTATION}, {"banned", REPUTATION},
	{"client host rejected", REPUTATION}, {"access denied", REPUTATION}, {"your ip", REPUTATION}, {"your host", REPUTATION},
	{"dynamic ip", REPUTATION}, {"dialup", REPUTATION}, {"dial-up", REPUTATION}, {"connection refused by", REPUTATION},
	{"connection rejected", REPUTATION}, {"service refuse", REPUTATION}, {"not allowed to connect", REPUTATION}, {"poor mail", REPUTATION},
	{"administrative prohibition", REPUTATION}, {"connections not accepted", REPUTATION}, {"not accepting connections", REPUTATION},
	{"bad helo", REPUTATION}, {"helo command rejected", REPUTATION},

	{"permission to post", SENDER}, {"group you tried to contact", SENDER}, {"address is not verified", SENDER}, {"purported responsible", SENDER},
	{"moderat", SENDER}, {"not on the list of", SENDER}, {"sender address rejected", SENDER}, {"sender rejected", SENDER}, {"sender denied", SENDER},
	{"invalid sender", SENDER}, {"sender unknown", SENDER}, {"unknown sender", SENDER}, {"domain of sender address", SENDER},
	{"sender domain", SENDER}, {"sender verify failed", SENDER}, {"bad sender", SENDER}, {"sender is not", SENDER}, {"restricted sender", SENDER},
	{"you are not allowed to", SENDER}, {"only accepts mail from", SENDER}, {"not a member", SENDER}, {"are not member", SENDER},
	{"not authorized to send", SENDER}, {"not permitted to post", SENDER}, {"sender address", SENDER}, {"from address", SENDER},
	{"mail from", SENDER},

	{"no valid recipient", USER}, {"no valid user", USER}, {"all recipient addresses rejected", USER}, {"unknown or invalid", USER},
	{"empfaenger", USER}, {"gebruiker niet", USER}, {"nie istnieje", USER}, {"no existe", USER}, {"não existe", USER}, {"n'existe pas", USER},
	{"non esiste", USER}, {"bestaat niet", USER}, {"existiert nicht", USER}, {"findes ikke", USER}, {"finns inte", USER}, {"не существует", USER},
	{"不存在", USER}, {"nicht gefunden", USER}, {"introuvable", USER}, {"niet gevonden", USER}, {"odnaleźć", USER}, {"no se encontró", USER},
	{"non è stato trovato", USER}, {"desconocido", USER}, {"sconosciuto", USER}, {"unbekannt", USER}, {"inconnu", USER}, {"nieznany", USER},
	{"onbekend", USER}, {"user unknown", USER}, {"unknown user", USER}, {"userunknown", USER}, {"user_unknown", USER}, {"no such user", USER},
	{"no such recipient", USER}, {"no such mailbox", USER}, {"no such address", USER}, {"no such person", USER}, {"no such account", USER},
	{"no such local user", USER}, {"no such email", USER}, {"no user here", USER}, {"no mailbox here", USER}, {"no mailbox found", USER},
	{"no account by that name", USER}, {"no local mailbox", USER}, {"unknown recipient", USER}, {"recipient unknown", USER}, {"unknown e-mail", USER},
	{"unknown email", USER}, {"unknown account", USER}, {"unknown address", USER}, {"unknown mailbox", USER}, {"unknown local", USER},
	{"unknown or illegal alias", USER}, {"address unknown", USER}, {"mailbox unknown", USER}, {"account unknown", USER}, {"invalid recipient", USER},
	{"invalid address", USER}, {"invalid user", USER}, {"invalid final delivery userid", USER}, {"invalid mailbox", USER}, {"invalid account", USER},
	{"invalid local", USER}, {"invalid destination", USER}, {"recipient invalid", USER}, {"user invalid", USER}, {"address does not exist", USER},
	{"user does not exist", USER}, {"account does not exist", USER}, {"recipient does not exist", USER}, {"mailbox does not exist", USER},
	{"email address could not be found", USER}, {"does not exist here", USER}, {"user doesn't", USER}, {"recipient doesn't", USER},
	{"address doesn't", USER}, {"account doesn't exist", USER}, {"that you tried to reach does not exist", USER}, {"couldn't be found", USER},
	{"wasn't found at", USER}, {"was not found", USER}, {"user not found", USER}, {"recipient not found", USER}, {"recipientnotfound", USER},
	{"recipnotfound", USER}, {"address not found", USER}, {"account not found", USER}, {"mailbox not found", USER}, {"not found in directory", USER},
	{"not listed in", USER}, {"not our customer", USER}, {"not a valid mailbox", USER}, {"not a valid user", USER}, {"not a valid recipient", USER},
	{"is not a known user", USER}, {"is not a known", USER}, {"not a local user", USER}, {"nosuchuser", USER}, {"doesn't have a", USER},
	{"does not have a", USER}, {"does not have an", USER}, {"has no mailbox", USER}, {"unrouteable address", USER}, {"no longer works", USER},
	{"no longer valid", USER}, {"no longer with", USER}, {"undeliverable address", USER}, {"bad destination mailbox", USER}, {"bad-address", USER},
	{"bad address", USER}, {"adresse d au moins un destinataire invalide", USER}, {"adresse inconnue", USER}, {"destinataire inconnu", USER},
	{"empfänger unbekannt", USER}, {"benutzer unbekannt", USER}, {"nie ma takiego", USER}, {"usuario desconocido", USER},
	{"utente sconosciuto", USER}, {"onbekende gebruiker", USER}, {"あて先不明", USER}, {"宛先不明", USER}, {"宛先が見つかり", USER}, {"存在しません", USER},
	{"recipient rejected", USER}, {"unable to find recipient", USER}, {"can't create output file", USER}, {"account that you tried to reach", USER},
	{"mailbox unavailable or access denied", USER}, {"user is unknown", USER}, {"user (", USER}, {"unknown to", USER}, {"delivery error: dd", USER},
	{"this user doesn't", USER}, {"cannot deliver to", USER},

	{"dns error", HOST}, {"no mx found", HOST}, {"relevant answers", HOST}, {"mx or srv record indicated", NOT_ACCEPTING},
	{"host not found, try again", NETWORK}, {"host unknown", HOST}, {"unknown host", HOST}, {"hostunknown", HOST}, {"host not found", HOST},
	{"domain not found", HOST}, {"domain name not found", HOST}, {"no such domain", HOST}, {"unknown domain", HOST}, {"domain does not exist", HOST},
	{"does not exist", HOST}, {"domain doesn't exist", HOST}, {"non-existent domain", HOST}, {"unrouteable mail domain", HOST},
	{"couldn't find any host", HOST}, {"couldn't find any host by that name", HOST}, {"name or service not known", HOST}, {"nxdomain", HOST},
	{"invalid domain", HOST}, {"bad domain", HOST}, {"could not be resolved", HOST}, {"no mx or a records", HOST}, {"cannot find the domain", HOST},
	{"recipient domain must", HOST}, {"domain must be", HOST}, {"could not resolve", HOST}, {"no address associated", HOST},
	{"couldn't find a mail exchanger", HOST}, {"no route to domain", HOST}, {"bad destination host", HOST}, {"domain isn't", HOST},

	{"relaying denied", RELAY}, {"relay access denied", RELAY}, {"relay not permitted", RELAY}, {"relaying not allowed", RELAY},
	{"unable to relay", RELAY}, {"not permitted to relay", RELAY}, {"relay denied", RELAY}, {"relaying", RELAY},
	{"isn't in my list of allowed rcpthosts", RELAY}, {"isn't in my control/locals", RELAY}, {"no relaying", RELAY},

	{"mail loop", LOOP}, {"loop detected", LOOP}, {"too many hops", LOOP}, {"hop count", LOOP}, {"hopcount", LOOP}, {"loop:", LOOP},
	{"loop alert", LOOP}, {"mail is looping", LOOP}, {"message is looping", LOOP}, {"too many received", LOOP}, {"routing loop", LOOP},
	{"maximum hop", LOOP}, {"duplicated message-id", LOOP},

	{"delivery failed 20 attempts", EXPIRED}, {"attempts to deliver", EXPIRED}, {"message expired", EXPIRED}, {"queue.expired", EXPIRED},
	{"in the queue too long", EXPIRED}, {"in queue too long", EXPIRED}, {"delivery time expired", EXPIRED}, {"retry timeout exceeded", EXPIRED},
	{"retry time not reached", EXPIRED}, {"retry timeout", EXPIRED}, {"giving up", EXPIRED}, {"have been failing for a long time", EXPIRED},
	{"not yet been delivered", EXPIRED}, {"could not be delivered for", EXPIRED}, {"message timed out", EXPIRED},
	{"could not send message for past", EXPIRED}, {"cannot send message for", EXPIRED}, {"connection timed out", EXPIRED},
	{"operation timed out", EXPIRED}, {"timed out while", EXPIRED}, {"too old", EXPIRED}, {"establish an smtp connection", EXPIRED},
	{"resources temporarily unavailable", EXPIRED}, {"will be retried", EXPIRED}, {"was not delivered within", EXPIRED},
	{"delivery attempts have failed", EXPIRED}, {"after repeated attempts", EXPIRED},

	{"tls", SECURITY}, {"encryption", SECURITY}, {"starttls", SECURITY}, {"certificate", SECURITY}, {"must authenticate", SECURITY},
	{"authentication required", SECURITY}, {"authentication failed", SECURITY}, {"authentication failure", SECURITY},

	{"not accept mail", NOT_ACCEPTING}, {"not accepting", NOT_ACCEPTING}, {"does not accept", NOT_ACCEPTING}, {"nullmx", NOT_ACCEPTING},
	{"no smtp service", NOT_ACCEPTING}, {"null mx", NOT_ACCEPTING}, {"not accept any mail", NOT_ACCEPTING}, {"no mail host", NOT_ACCEPTING},
	{"smtp protocol diagnostic", NOT_ACCEPTING},

	{"connection refused", NETWORK}, {"network is unreachable", NETWORK}, {"no route to host", NETWORK}, {"connection lost", NETWORK},
	{"lost connection", NETWORK}, {"connection reset", NETWORK}, {"connection was dropped", NETWORK}, {"connection dropped", NETWORK},
	{"connection closed", NETWORK}, {"could not connect", NETWORK}, {"cannot connect", NETWORK}, {"unable to connect", NETWORK},
	{"conversation with", NETWORK}, {"host is unreachable", NETWORK}, {"name server", NETWORK}, {"unreachable", NETWORK}, {"broken pipe", NETWORK},
	{"timeout", NETWORK}, {"timed out", NETWORK}, {"mail exchangers", NETWORK},

	{"policy", POLICY}, {"prohibited", POLICY}, {"not permitted", POLICY}, {"not allowed", POLICY}, {"security reasons", POLICY}, {"denied", POLICY},
	{"organization's", POLICY}, {"attachment", CONTENT}, {"header", CONTENT}, {"content", CONTENT}, {"media", CONTENT}, {"malformed", CONTENT},
	{"charset", CONTENT}, {"message format", CONTENT},

	{"improper sequence", SYNTAX}, {"addresses in from", CONTENT}, {"syntax error", SYNTAX}, {"bad sequence", SYNTAX},
	{"nested mail command", SYNTAX}, {"command not", SYNTAX}, {"unrecognized", SYNTAX}, {"protocol error", SYNTAX},

	{"file write error", SYSTEM}, {"service currently unavailable", SYSTEM}, {"temporary failure", SYSTEM}, {"temporary error", SYSTEM},
	{"local configuration", SYSTEM}, {"system error", SYSTEM}, {"internal error", SYSTEM}, {"internal server", SYSTEM}, {"server error", SYSTEM},
	{"configuration error", SYSTEM}, {"i/o error", SYSTEM}, {"local error", SYSTEM}, {"can't create", SYSTEM}, {"cannot open", SYSTEM},
	{"no space left", SYSTEM}, {"insufficient system", SYSTEM}, {"unable to open", SYSTEM}, {"command died", SYSTEM}, {"exited with", SYSTEM},
	{"service unavailable", SYSTEM}, {"temporarily unavailable", SYSTEM}, {"software error", SYSTEM}, {"mailer error", SYSTEM},
	{"unexpected", SYSTEM}, {"command failed", SYSTEM}, {"procmail", SYSTEM}, {"x-unix", SYSTEM}, {"lost in", SYSTEM},

	{"not exist", USER}, {"no account", USER}, {"no mailbox", USER}, {"nobody here", USER}, {"no one here", USER}, {"not recognized", USER},
	{"not recognised", USER}, {"unknown", USER}, {"nonexist", USER}, {"non-exist", USER}, {"mailbox unavailable", FILTERED},
	{"address rejected", FILTERED}, {"not available", FILTERED}, {"refused", FILTERED}, {"filter", FILTERED}, {"rejected", FILTERED},
	{"not accepted", FILTERED},
};

/* By RFC 3463 and its registry, and the codes that large providers have added. */
static const struct {const char *status; enum why why;} codes[] = {
	{"5.1.10", USER}, {"5.1.1", USER}, {"5.1.2", HOST}, {"5.1.3", USER}, {"5.1.4", USER}, {"5.1.6", MOVED}, {"5.1.7", SENDER}, {"5.1.8", SENDER},
	{"5.1.9", SYSTEM}, {"5.2.1", DISABLED}, {"5.2.2", FULL}, {"5.2.3", TOO_LARGE}, {"5.3.2", NOT_ACCEPTING}, {"5.3.4", TOO_LARGE}, {"5.4.1", NETWORK},
	{"5.4.2", NETWORK}, {"5.4.3", SYSTEM}, {"5.4.4", HOST}, {"5.4.6", LOOP}, {"5.4.7", EXPIRED}, {"5.4.14", LOOP}, {"5.4.310", HOST},
	{"5.4.300", EXPIRED}, {"5.7.13", DISABLED}, {"5.7.17", DISABLED}, {"5.7.20", SENDER_UNPROVEN}, {"5.7.21", SENDER_UNPROVEN},
	{"5.7.22", SENDER_UNPROVEN}, {"5.7.23", SENDER_UNPROVEN}, {"5.7.24", SENDER_UNPROVEN}, {"5.7.25", NO_REVERSE}, {"5.7.26", SENDER_UNPROVEN},
	{"5.7.27", NOT_ACCEPTING}, {"5.7.28", TOO_FAST}, {"5.7.509", SENDER_UNPROVEN}, {"5.7.511", REPUTATION}, {"5.7.606", REPUTATION},
	{"5.7.10", SECURITY}, {"4.1.1", USER}, {"4.2.1", DISABLED}, {"4.2.2", FULL}, {"4.3.2", NOT_ACCEPTING}, {"4.4.1", NETWORK}, {"4.4.2", NETWORK},
	{"4.4.3", SYSTEM}, {"4.4.4", NETWORK}, {"4.4.6", LOOP}, {"4.4.7", EXPIRED}, {"4.7.28", TOO_FAST}, {"4.7.25", NO_REVERSE}, {"4.7.650", REPUTATION},
};

const struct bounce_reason *
bounce_reason_by_text(const char *text)
{
	g_autofree char *flat = flatten(text, TEXT_LOOKED_AT);
	for (gsize i = 0; *flat && i < G_N_ELEMENTS(phrases); i++)
		if (strstr(flat, phrases[i].words))
			return &reasons[phrases[i].why];
	return NULL;
}

static const struct bounce_reason *
by_status(const char *status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (strcmp(status, codes[i].status) == 0)
			return &reasons[codes[i].why];
	return NULL;
}

/* Words such as "rejected" say less than a code that is to the point; what is to the point says more than a code, which many choose carelessly. */
const struct bounce_reason *
bounce_reason_choose(const char *said, const char *status)
{
	const struct bounce_reason *by_words = bounce_reason_by_text(said), *by_code = by_status(status);
	bool is_general = !by_words || by_words - reasons >= GENERAL, is_sure = by_code == &reasons[SENDER];
	return by_code && (is_general || is_sure) ? by_code : by_words;
}
