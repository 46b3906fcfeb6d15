#include "milter/read/bounce_text.h"

#include <string.h>

#include "milter/read/bounce_reason.h"
#include "milter/read/bounce_status.h"
#include "milter/read/flatten.h"

#define PROSE_MAX (64 * 1024)
#define LINE_MAX_BYTES 998
#define SAID_MAX 2000 /* octets of what is said of one recipient that are looked at */
#define DIAGNOSTIC_MAX 400
#define SAID_MIN 60 /* octets: the address and what stands below it */
#define RECIPIENTS_MAX 100

/* How the mail that came back is announced, flat, from the beginning of a line or behind its dashes. */
static const char *const returned[] = {
	"below this line is a copy", "this is a copy of", "the header of the original", "original message follows", "message headers follow",
	"unsent message", "undelivered message follows", "message header follows", "message text follows", "original message", "returned message",
	"your original message", "the original message was", "included is a copy", "a copy of the original message",
	"copy of your message", "original mail as follows", "end of message", "start of message", "your message follows", "header of the original",
};

/* Fields that stand at the top of a mail and nowhere in a report's own sentences. */
static const char *const fields[] = {"Received", "Return-Path", "DKIM-Signature", "X-Apparently-To", "Delivered-To", "X-Originating-IP",
	"Authentication-Results", "DomainKey-Signature", "ARC-Seal", "MIME-Version", "X-Mailer", "Message-ID", "Envelope-To"};

/* Readers of mail for those who run a server: a report names them, it is not about them. */
static const char *const readers[] = {"postmaster", "mailer-daemon", "abuse", "hostmaster"};

/* What stands before an address that begins an entry. */
static const char *const labels[] = {"recipient address:", "recipient:", "failed recipient:", "original recipient:", "unknown user:", "user:", "to:",
	"address:"};

/* How a line ends before the one that names who had sent the mail. */
static const char *const sent_by[] = {"sent by", "message from", "from", "from:", "sender:", "sender", "on behalf of"};

/* What stands in the line that names whom it is about. */
static const char *const hints[] = {"rcpt to", "recipient", "deliver", "user", "unknown", "address", "mailbox", "reject", "to:", "to <", "list",
	"failed", "error", "あて先"};

/* The line at *TEXT without its end; *TEXT moves behind it. Owner: caller. */
static char *
take_line(const char **text)
{
	gsize length = strcspn(*text, "\n");
	char *line = g_strndup(*text, MIN(length, LINE_MAX_BYTES));
	*text += length + ((*text)[length] == '\n');
	return g_strdelimit(line, "\r\t", ' ');
}

static bool
is_field(const char *line)
{
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_ascii_strncasecmp(line, fields[i], strlen(fields[i])) == 0 && line[strlen(fields[i])] == ':')
			return true;
	return false;
}

static bool
is_announcing(const char *line)
{
	g_autofree char *flat = flatten(line + strspn(line, " -=_*#<"), LINE_MAX_BYTES);
	for (gsize i = 0; i < G_N_ELEMENTS(returned); i++)
		if (g_str_has_prefix(flat, returned[i]))
			return true;
	return false;
}

char *
bounce_text_prose(const char *text)
{
	GString *prose = g_string_new(NULL);
	while (*text && prose->len < PROSE_MAX) {
		g_autofree char *line = take_line(&text);
		if (is_field(line + strspn(line, " >|")) || (*line == '-' && is_announcing(line)) || (prose->len && is_announcing(line)))
			break;
		g_string_append(prose, line);
		g_string_append_c(prose, '\n');
	}
	return g_string_free(prose, FALSE);
}

static bool
is_address_letter(char c)
{
	return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.@", c)) || (guchar)c > 127;
}

/* The address that begins at P, NULL when none does; *END is behind it. Owner: caller. */
static char *
address_at(const char *p, const char **end)
{
	p += strspn(p, "'");
	const char *at = NULL, *begin = p;
	for (; is_address_letter(*p); p++)
		at = *p == '@' && !at ? p : at;
	*end = p;
	while (p > begin && strchr(".'=?!", p[-1]))
		p--; /* the end of a sentence */
	bool is_one = at && at > begin && p > at + 1 && p - begin <= 254 && !memchr(at + 1, '@', (gsize)(p - at - 1));
	return is_one ? g_strndup(begin, (gsize)(p - begin)) : NULL;
}

static bool
is_own(const char *address, const GPtrArray *own)
{
	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
		if (g_ascii_strncasecmp(address, readers[i], strlen(readers[i])) == 0 && address[strlen(readers[i])] == '@')
			return true;
	for (guint i = 0; i < own->len; i++)
		if (g_ascii_strcasecmp(address, ((const struct mime_address *)own->pdata[i])->address) == 0)
			return true;
	return false;
}

/* What may follow an address at a line's beginning for the line to be about it: nothing, a mark, or an answer. */
static bool
is_followed_well(const char *rest)
{
	rest += strspn(rest, ">\"");
	if (!*rest || strchr(":;,([.", *rest))
		return true;
	bool is_dated = g_str_has_prefix(rest, " on ");
	rest += strspn(rest, " ");
	if (is_dated || !*rest || strchr("([-:<", *rest) || g_ascii_isdigit(*rest))
		return true;
	return bounce_reason_by_text(rest) != NULL;
}

static gsize
label_length(const char *p)
{
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
		if (g_ascii_strncasecmp(p, labels[i], strlen(labels[i])) == 0)
			return strlen(labels[i]) + strspn(p + strlen(labels[i]), " ");
	return 0;
}

/* The recipient whose entry LINE begins: "<user@host>:", "  user@host", "550 <user@host>... why"; NULL. Owner: caller. */
static char *
entry_address(const char *line)
{
	const char *p = line + strspn(line, " *-+>|\"'"), *end;
	if (g_ascii_isdigit(p[0]) && g_ascii_isdigit(p[1]) && g_ascii_isdigit(p[2]) && p[3] == ' ')
		p += 3 + strspn(p + 3, " ");
	p += label_length(p);
	p += strspn(p, "<(\"'");
	if (g_ascii_strncasecmp(p, "mailto:", strlen("mailto:")) == 0)
		p += strlen("mailto:");
	g_autofree char *address = address_at(p, &end);
	return address && is_followed_well(end) ? g_steal_pointer(&address) : NULL;
}

static struct mime_report *
report_of(struct mime_bounce *bounce, const char *address)
{
	for (guint i = 0; i < bounce->reports->len; i++) {
		struct mime_report *report = bounce->reports->pdata[i];
		if (g_ascii_strcasecmp(report->address, address) == 0)
			return report;
	}
	if (bounce->reports->len >= RECIPIENTS_MAX)
		return NULL;
	struct mime_report *report = bounce_add_report(bounce);
	g_free(report->address);
	report->address = g_strdup(address);
	bounce_add_recipient(bounce, address);
	return report;
}

static bool
is_blank(const char *line)
{
	return !line[strspn(line, " ")];
}

static bool
is_before_sender(const char *line)
{
	g_autofree char *flat = g_ascii_strdown(line, -1);
	g_strchomp(flat);
	for (gsize i = 0; i < G_N_ELEMENTS(sent_by); i++)
		if (g_str_has_suffix(flat, sent_by[i]))
			return true;
	return false;
}

static void
append_said(struct mime_report *report, const char *line)
{
	if (!report || strlen(report->diagnostic) > SAID_MAX)
		return;
	char *said = g_strconcat(report->diagnostic, line, "\n", NULL);
	g_free(report->diagnostic);
	report->diagnostic = said;
}

/* Each entry and what stands behind it, up to the next one. */
static void
entries_read(struct mime_bounce *bounce, const char *prose, const GPtrArray *own)
{
	struct mime_report *report = NULL;
	bool names_sender = false;
	while (*prose) {
		g_autofree char *line = take_line(&prose), *address = entry_address(line);
		if (address && !names_sender && !is_own(address, own))
			report = report_of(bounce, address);
		append_said(report, line);
		names_sender = is_blank(line) ? names_sender : is_before_sender(line);
	}
}

static bool
has_hint(const char *line)
{
	g_autofree char *flat = flatten(line, LINE_MAX_BYTES);
	for (gsize i = 0; i < G_N_ELEMENTS(hints); i++)
		if (strstr(flat, hints[i]))
			return true;
	return false;
}

/* The first address in LINE that is not one of OWN. Owner: caller. */
static char *
address_within(const char *line, const GPtrArray *own)
{
	const char *end;
	for (const char *p = line; *p; p = end + (*end != '\0')) {
		g_autofree char *address = address_at(p, &end);
		if (address && !is_own(address, own))
			return g_steal_pointer(&address);
	}
	return NULL;
}

/* The first address in a line that may be about a recipient, with all that is said there; HINTED: such a line holds one of the words. */
static void
sentence_read(struct mime_bounce *bounce, const char *prose, const GPtrArray *own, bool hinted)
{
	for (const char *p = prose; *p;) {
		g_autofree char *line = take_line(&p), *address = !hinted || has_hint(line) ? address_within(line, own) : NULL;
		if (!address)
			continue;
		append_said(report_of(bounce, address), prose);
		return;
	}
}

/* Of what was gathered the line with a code, else the first lines. Owner: caller. */
static char *
said_shorten(const char *said)
{
	g_autofree char *line = bounce_status_line(said), *head = g_strstrip(g_strndup(said, MIN(strlen(said), DIAGNOSTIC_MAX)));
	char *paragraph = strlen(head) > SAID_MIN ? strstr(head + SAID_MIN, "\n\n") : NULL;
	if (paragraph)
		*paragraph = '\0';
	g_autofree char *valid = g_utf8_make_valid(*line ? line : head, -1);
	g_auto(GStrv) words = g_strsplit_set(valid, " \n", -1);
	GString *short_text = g_string_new(NULL);
	for (guint i = 0; words[i]; i++)
		if (*words[i])
			g_string_append_printf(short_text, "%s%s", short_text->len ? " " : "", words[i]);
	return g_string_free(short_text, FALSE);
}

void
bounce_text_read(struct mime_bounce *bounce, const char *prose, const GPtrArray *own)
{
	guint known = bounce->recipients->len;
	for (guint i = 0; i < known; i++)
		report_of(bounce, bounce->recipients->pdata[i]);
	entries_read(bounce, prose, own);
	if (bounce->recipients->len == 0)
		sentence_read(bounce, prose, own, true);
	if (bounce->recipients->len == 0)
		sentence_read(bounce, prose, own, false);
	for (guint i = 0; i < bounce->reports->len; i++) {
		struct mime_report *report = bounce->reports->pdata[i];
		char *said = said_shorten(report->diagnostic);
		g_free(report->diagnostic);
		report->diagnostic = said;
	}
}
