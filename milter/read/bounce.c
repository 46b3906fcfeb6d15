#include "milter/read/bounce.h"

#include <string.h>

#include "milter/read/bounce_dsn.h"
#include "milter/read/bounce_notice.h"
#include "milter/read/bounce_reason.h"
#include "milter/read/bounce_status.h"
#include "milter/read/bounce_text.h"
#include "milter/read/bounce_words.h"

#define RECIPIENTS_MAX 100
#define ID_MAX 998

static void
report_free(void *data)
{
	struct mime_report *report = data;
	g_free(report->address);
	g_free(report->original);
	g_free(report->action);
	g_free(report->status);
	g_free(report->diagnostic);
	g_free(report);
}

struct mime_report *
bounce_add_report(struct mime_bounce *bounce)
{
	struct mime_report *report = g_new0(struct mime_report, 1);
	char **const texts[] = {&report->address, &report->original, &report->action, &report->status, &report->diagnostic};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup("");
	g_ptr_array_add(bounce->reports, report);
	return report;
}

struct mime_bounce *
bounce_new(void)
{
	struct mime_bounce *bounce = g_new0(struct mime_bounce, 1);
	char **const texts[] = {&bounce->action, &bounce->status, &bounce->reason, &bounce->original_id, &bounce->envelope_id};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup("");
	bounce->recipients = g_ptr_array_new_with_free_func(g_free);
	bounce->reports = g_ptr_array_new_with_free_func(report_free);
	return bounce;
}

void
bounce_free(struct mime_bounce *bounce)
{
	if (!bounce)
		return;
	g_free(bounce->action);
	g_free(bounce->status);
	g_free(bounce->reason);
	g_free(bounce->original_id);
	g_free(bounce->envelope_id);
	g_ptr_array_unref(bounce->recipients);
	g_ptr_array_unref(bounce->reports);
	g_free(bounce);
}

static void
take(char **to, char *value)
{
	g_free(*to);
	*to = value;
}

static void
set(char **to, const char *value)
{
	take(to, g_strdup(value));
}

/* Not good news, nor a complaint. */
static bool
is_trouble(const struct mime_bounce *bounce)
{
	return strcmp(bounce->action, "failed") == 0 || strcmp(bounce->action, "delayed") == 0;
}

void
bounce_add_recipient(struct mime_bounce *bounce, const char *address)
{
	if (!strchr(address, '@') || strchr(address, ' ') || bounce->recipients->len >= RECIPIENTS_MAX)
		return;
	for (guint i = 0; i < bounce->recipients->len; i++)
		if (g_ascii_strcasecmp(bounce->recipients->pdata[i], address) == 0)
			return;
	g_ptr_array_add(bounce->recipients, g_strdup(address));
}

/* Returned headers are indented or quoted by some. */
char *
bounce_original_id(const char *header)
{
	for (const char *p = header; p && *p;) {
		const char *value = bounce_dsn_value(p + strspn(p, " \t>|"), "Message-ID");
		const char *open = value ? value + strspn(value, " \t\r\n") : NULL;
		gsize length = open && *open == '<' ? strcspn(open + 1, "> \t\r\n") : 0;
		if (length && open[1 + length] == '>' && length <= ID_MAX)
			return g_strndup(open + 1, length);
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return g_strdup("");
}

/* An empty report of a part that says nothing is none. */
static struct mime_bounce *
fields_read(const char *fields)
{
	struct mime_bounce *bounce = bounce_new();
	bounce_dsn_read(bounce, fields);
	if (*bounce->action || *bounce->status || bounce->recipients->len)
		return bounce;
	bounce_free(bounce);
	return NULL;
}

/* JSON of a sending service. */
static struct mime_bounce *
notice_read(const char *text)
{
	struct bounce_notice notice;
	struct mime_bounce *bounce = bounce_notice_read(&notice, text) ? fields_read(notice.fields) : NULL;
	if (bounce)
		take(&bounce->original_id, bounce_original_id(notice.header));
	if (bounce && notice.is_complaint)
		set(&bounce->action, "complaint");
	bounce_notice_clear(&notice);
	return bounce;
}

/* No fields: what the tables know. */
static struct mime_bounce *
loose_read(const struct bounce_clues *clues, const struct bounce_signs *signs)
{
	static const char *const actions[] = {[BOUNCE_DELIVERED] = "delivered", [BOUNCE_DELAYED] = "delayed", [BOUNCE_FAILED] = "failed"};
	enum bounce_verdict verdict = bounce_words_judge(signs);
	if (verdict == BOUNCE_NONE && (clues->is_status_report || clues->failed_recipients))
		verdict = BOUNCE_FAILED;
	if (verdict == BOUNCE_NONE)
		return NULL;
	struct mime_bounce *bounce = bounce_new();
	set(&bounce->action, actions[verdict]);
	g_auto(GStrv) list = g_strsplit(clues->failed_recipients ? clues->failed_recipients : "", ",", RECIPIENTS_MAX);
	for (guint i = 0; list[i]; i++)
		bounce_add_recipient(bounce, g_strstrip(list[i]));
	return bounce;
}

/* Fields count in a report, and where a program has written the mail; else somebody may have passed them on. */
static struct mime_bounce *
find(const struct bounce_clues *clues)
{
	const struct bounce_signs signs = {clues->message, clues->is_null_sender, clues->original_header != NULL};
	bool by_program = bounce_words_by_program(&signs);
	const char *text = clues->message->text, *fields = by_program || clues->is_report ? clues->status_report : NULL;
	struct mime_bounce *bounce = fields ? fields_read(fields) : NULL;
	if (!bounce && by_program)
		bounce = notice_read(text);
	if (!bounce && by_program && bounce_dsn_find(text))
		bounce = fields_read(bounce_dsn_find(text));
	return bounce ? bounce : loose_read(clues, &signs);
}

/* The only address in To of the mail that came back: it is about that one. */
static void
recipient_of_original(struct mime_bounce *bounce, const char *header)
{
	for (const char *p = header; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
		const char *value = bounce_dsn_value(p, "To"), *open;
		if (!value)
			continue;
		g_autofree char *line = g_strndup(value, strcspn(value, "\r\n"));
		bool is_one = strchr(line, '@') && !strchr(line, ',');
		open = strchr(line, '<');
		g_autofree char *address = bounce_dsn_address(open ? open : line);
		if (is_one && !strchr(address, ' '))
			bounce_add_recipient(bounce, address);
		return;
	}
}

/* What the sentences say of the recipient of REPORT. */
static const char *
said_of(const struct mime_report *report, const struct mime_bounce *sentences)
{
	for (guint i = 0; i < sentences->reports->len; i++) {
		const struct mime_report *one = sentences->reports->pdata[i];
		if (*one->address && (g_ascii_strcasecmp(one->address, report->address) == 0 || g_ascii_strcasecmp(one->address, report->original) == 0))
			return one->diagnostic;
	}
	return "";
}

/* What the recipients' own fields leave out, the sentences say: of each, or of all. */
static void
reports_complete(struct mime_bounce *bounce, const char *prose, const GPtrArray *own)
{
	g_autofree char *line = bounce_status_line(prose);
	struct mime_bounce *sentences = bounce_new();
	bounce_text_read(sentences, prose, own);
	for (guint i = bounce->reports->len; i < MAX(bounce->recipients->len, 1); i++)
		set(&bounce_add_report(bounce)->address, i < bounce->recipients->len ? bounce->recipients->pdata[i] : "");
	for (guint i = 0; i < bounce->reports->len; i++) {
		struct mime_report *report = bounce->reports->pdata[i];
		const char *by_status = *report->status == '4' ? "delayed" : *report->status == '2' ? "delivered" : bounce->action;
		const char *said = said_of(report, sentences);
		if (!*report->diagnostic)
			set(&report->diagnostic, *said ? said : line);
		if (!*report->action)
			set(&report->action, by_status);
	}
	bounce_free(sentences);
}

static void
statuses_complete(struct mime_bounce *bounce)
{
	for (guint i = 0; i < bounce->reports->len; i++) {
		struct mime_report *report = bounce->reports->pdata[i];
		if (!*report->status)
			set(&report->status, bounce->status);
	}
}

static const struct mime_report *
worst_of(const struct mime_bounce *bounce)
{
	for (guint i = 0; i < bounce->reports->len; i++) {
		const struct mime_report *report = bounce->reports->pdata[i];
		if (strcmp(report->action, bounce->action) == 0)
			return report;
	}
	return bounce->reports->pdata[0];
}

/* "5.0.0" says nothing: a code that says more takes its place, if it is of the same class, or what the words mean. */
static void
status_refine(struct mime_bounce *bounce, const struct mime_report *report, const char *prose)
{
	if (!bounce_status_is_vague(bounce->status) || !is_trouble(bounce))
		return;
	char class = bounce->status[0];
	g_autofree char *said = bounce_status_find(report->diagnostic, class), *found = bounce_status_is_vague(said) ? bounce_status_find(prose, class) : NULL;
	const char *better = found && (!*said || !bounce_status_is_vague(found)) ? found : said;
	if (!*bounce->status || !bounce_status_is_vague(better))
		set(&bounce->status, better);
}

/* Why, and what follows for the status where the report gives none that says something. */
static void
reason_find(struct mime_bounce *bounce, const struct mime_report *report, const char *prose, bool is_given)
{
	const struct bounce_reason *reason = bounce_reason_choose(report->diagnostic, bounce->status);
	reason = reason ? reason : bounce_reason_by_text(prose);
	if (!reason)
		return;
	set(&bounce->reason, reason->name);
	if (!is_given && bounce_status_is_vague(bounce->status)) {
		bool is_temporary = bounce->status[0] == '4' || strcmp(bounce->action, "delayed") == 0;
		set(&bounce->status, reason->status);
		bounce->status[0] = is_temporary ? '4' : bounce->status[0];
	}
	bounce->hard = reason->is_hard && strcmp(bounce->action, "failed") == 0 && bounce->status[0] != '4';
}

/* Where no field has named one: the sentences do, or the mail that came back, which may stand below them. */
static void
recipients_find(struct mime_bounce *bounce, const mime_message *message, const char *prose, const char *original_header)
{
	gsize end = MIN(strlen(prose), strlen(message->text));
	if (bounce->reports->len == 0)
		bounce_text_read(bounce, prose, message->to);
	if (bounce->recipients->len == 0)
		recipient_of_original(bounce, original_header);
	if (bounce->recipients->len == 0)
		recipient_of_original(bounce, message->text + end);
}

static void
complete(struct mime_bounce *bounce, const struct bounce_clues *clues)
{
	const mime_message *message = clues->message;
	g_autofree char *prose = bounce_text_prose(message->text);
	bool is_given = *bounce->status != '\0';
	if (!*bounce->original_id)
		take(&bounce->original_id, bounce_original_id(clues->original_header ? clues->original_header : message->text));
	recipients_find(bounce, message, prose, clues->original_header);
	if (!*bounce->action)
		set(&bounce->action, bounce->status[0] == '4' ? "delayed" : bounce->status[0] == '2' ? "delivered" : "failed");
	reports_complete(bounce, prose, message->to);
	const struct mime_report *worst = worst_of(bounce);
	status_refine(bounce, worst, prose);
	if (is_trouble(bounce))
		reason_find(bounce, worst, prose, is_given);
	statuses_complete(bounce);
}

struct mime_bounce *
bounce_read(const struct bounce_clues *clues)
{
	struct mime_bounce *bounce = find(clues);
	if (bounce)
		complete(bounce, clues);
	return bounce;
}
