#include "milter/read/feedback.h"

#include <string.h>

#include "milter/read/bounce.h"
#include "milter/read/bounce_dsn.h"

#define FIELDS_MAX 300
#define LINE_MAX_BYTES 998

/* Services that send the mail complained of without the part that says so: from whom, and how the subject begins. */
static const struct {const char *from, *subject;} services[] = {
	{"staff@", "complaint about message from"}, {"complaints@", "complaint about message from"}, {"fbl", "complaint about message from"},
	{"complaints@", "abuse report"}, {"feedbackloop@", "abuse report"}, {"fbl", "abuse report"}, {"feedbackloop@", "feedback loop"}, {"fbl", "fw"},
	{"feedback", "fw"}, {"feedback", "email feedback report"}, {"fbl", "email feedback report"}, {"scomp@", ""},
};

/* Fields that name who complained. */
static const char *const who[] = {"Original-Rcpt-To", "Removal-Recipient", "Redacted-Address", "X-HmXmrOriginalRecipient"};

static void
set(char **to, char *value)
{
	g_free(*to);
	*to = value;
}

static void
person_add(struct mime_bounce *bounce, const char *value)
{
	g_autofree char *address = bounce_dsn_address(value);
	guint known = bounce->recipients->len;
	bounce_add_recipient(bounce, address);
	if (bounce->recipients->len > known)
		set(&bounce_add_report(bounce)->address, g_steal_pointer(&address));
}

static void
line_read(struct mime_bounce *bounce, const char *line)
{
	const char *value;
	for (gsize i = 0; i < G_N_ELEMENTS(who); i++)
		if ((value = bounce_dsn_value(line, who[i])))
			person_add(bounce, value);
	if ((value = bounce_dsn_value(line, "Feedback-Type")) && !*bounce->reason)
		set(&bounce->reason, g_ascii_strdown(value, (gssize)strcspn(value, " \t;\r(")));
	else if ((value = bounce_dsn_value(line, "Original-Envelope-Id")) && !*bounce->envelope_id)
		set(&bounce->envelope_id, g_strndup(value, strcspn(value, " \t\r")));
}

static void
lines_read(struct mime_bounce *bounce, const char *text)
{
	for (int n = 0; text && *text && n < FIELDS_MAX; n++) {
		gsize length = strcspn(text, "\n");
		g_autofree char *line = g_strndup(text, MIN(length, LINE_MAX_BYTES));
		line_read(bounce, g_strchomp(line));
		text += length + (text[length] == '\n');
	}
}

static bool
is_service(const mime_message *message)
{
	const struct mime_address *from = message->from->len ? message->from->pdata[0] : NULL;
	for (gsize i = 0; from && i < G_N_ELEMENTS(services); i++)
		if (g_ascii_strncasecmp(from->address, services[i].from, strlen(services[i].from)) == 0 &&
			g_ascii_strncasecmp(message->subject, services[i].subject, strlen(services[i].subject)) == 0)
			return true;
	return false;
}

/* A mail program wrote it, of whose reader pressed "unsubscribe". */
static bool
is_opt_out(const mime_message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const struct mime_header *header = message->headers->pdata[i];
		if (strcmp(header->name, "x-apple-unsubscribe") == 0 && g_ascii_strcasecmp(header->value, "true") == 0)
			return true;
	}
	return false;
}

/* A report whose part has lost its type: its fields stand in the text. */
static const char *
fields_within(const char *text)
{
	const char *found = strstr(text, "Feedback-Type:");
	return found && (found == text || found[-1] == '\n') ? found : NULL;
}

/* Who complains has got the mail; one whose origin could not be proved may not have arrived. */
static void
reports_complete(struct mime_bounce *bounce)
{
	bool has_arrived = strcmp(bounce->reason, "auth-failure") != 0;
	if (bounce->reports->len == 0)
		bounce_add_report(bounce);
	for (guint i = 0; i < bounce->reports->len; i++) {
		struct mime_report *report = bounce->reports->pdata[i];
		set(&report->action, g_strdup(has_arrived ? bounce->action : ""));
		set(&report->diagnostic, g_strdup_printf("complaint: %s", bounce->reason));
	}
}

struct mime_bounce *
feedback_read(const struct feedback_clues *clues)
{
	const char *fields = clues->fields;
	if (!fields && (clues->is_report || (clues->original_header && is_service(clues->message))))
		fields = fields_within(clues->message->text) ? fields_within(clues->message->text) : "";
	if (!fields && is_opt_out(clues->message))
		fields = "Feedback-Type: opt-out\n";
	if (!fields)
		return NULL;
	struct mime_bounce *bounce = bounce_new();
	lines_read(bounce, fields);
	if (bounce->recipients->len == 0)
		lines_read(bounce, clues->original_header);
	set(&bounce->action, g_strdup("complaint"));
	if (!*bounce->reason)
		set(&bounce->reason, g_strdup("abuse"));
	set(&bounce->original_id, bounce_original_id(clues->original_header));
	reports_complete(bounce);
	return bounce;
}
