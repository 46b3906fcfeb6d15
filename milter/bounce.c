#include "milter/bounce.h"

#include <string.h>

#include "milter/bounce_words.h"

#define RECIPIENTS_MAX 100
#define LINE_MAX_BYTES 998
#define TEXT_LOOKED_AT (64 * 1024)

/* Actions from worst to best: of several recipients the worst decides. */
static const char *const actions[] = {"failed", "delayed", "expanded", "relayed", "delivered"};

static void report_free(void *data)
{
	struct mime_report *report = data;
	g_free(report->address);
	g_free(report->original);
	g_free(report->action);
	g_free(report->status);
	g_free(report->diagnostic);
	g_free(report);
}

struct mime_report *bounce_add_report(struct mime_bounce *bounce)
{
	struct mime_report *report = g_new0(struct mime_report, 1);
	char **const texts[] = {&report->address, &report->original, &report->action, &report->status, &report->diagnostic};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup("");
	g_ptr_array_add(bounce->reports, report);
	return report;
}

struct mime_bounce *bounce_new(void)
{
	struct mime_bounce *bounce = g_new0(struct mime_bounce, 1);
	bounce->action = g_strdup("");
	bounce->status = g_strdup("");
	bounce->original_id = g_strdup("");
	bounce->envelope_id = g_strdup("");
	bounce->recipients = g_ptr_array_new_with_free_func(g_free);
	bounce->reports = g_ptr_array_new_with_free_func(report_free);
	return bounce;
}

void bounce_free(struct mime_bounce *bounce)
{
	if (!bounce)
		return;
	g_free(bounce->action);
	g_free(bounce->status);
	g_free(bounce->original_id);
	g_free(bounce->envelope_id);
	g_ptr_array_unref(bounce->recipients);
	g_ptr_array_unref(bounce->reports);
	g_free(bounce);
}

static void set(char **to, const char *value)
{
	g_free(*to);
	*to = g_strdup(value);
}

static guint rank_of(const char *action)
{
	guint rank = 0;
	while (rank < G_N_ELEMENTS(actions) && g_ascii_strcasecmp(action, actions[rank]) != 0)
		rank++;
	return rank;
}

/* "5.1.1 (bad mailbox)" → 5.1.1; NULL when it does not begin with a status. */
static char *status_at(const char *p)
{
	if (!strchr("245", *p) || !*p || p[1] != '.' || !g_ascii_isdigit(p[2]))
		return NULL;
	gsize length = 2 + strspn(p + 2, "0123456789");
	if (p[length] != '.' || !g_ascii_isdigit(p[length + 1]))
		return NULL;
	length += 1 + strspn(p + length + 1, "0123456789");
	return length <= 9 && !g_ascii_isalnum(p[length]) && p[length] != '.' ? g_strndup(p, length) : NULL;
}

/* The first enhanced status code in TEXT that says something, or one made of the SMTP reply code; of CLASS unless that is NUL. "" */
static char *status_find(const char *text, char class)
{
	char *reply = NULL;
	for (const char *p = text; *p && p - text < TEXT_LOOKED_AT; p++) {
		bool is_start = p == text || !(g_ascii_isalnum(p[-1]) || p[-1] == '.' || p[-1] == '-');
		if (!is_start || (*p != '4' && *p != '5') || (class && *p != class))
			continue;
		char *status = status_at(p);
		if (status && !g_str_has_suffix(status, ".0.0")) {
			g_free(reply);
			return status;
		}
		g_free(status);
		bool is_reply = g_ascii_isdigit(p[1]) && p[1] <= '5' && g_ascii_isdigit(p[2]) && strchr(" -", p[3]) && p[3];
		if (is_reply && !reply)
			reply = g_strdup_printf("%c.0.0", *p);
	}
	return reply ? reply : g_strdup("");
}

/* "rfc822; <user@example.org>" → user@example.org */
static char *recipient_clean(const char *value)
{
	const char *semicolon = strchr(value, ';');
	g_autofree char *copy = g_strdup(semicolon ? semicolon + 1 : value);
	g_strdelimit(copy, "<>()\"", ' ');
	return g_strdup(g_strstrip(copy));
}

static void recipient_add(struct mime_bounce *bounce, const char *value)
{
	g_autofree char *address = recipient_clean(value);
	if (!strchr(address, '@') || bounce->recipients->len >= RECIPIENTS_MAX)
		return;
	for (guint i = 0; i < bounce->recipients->len; i++)
		if (g_ascii_strcasecmp(bounce->recipients->pdata[i], address) == 0)
			return;
	g_ptr_array_add(bounce->recipients, g_steal_pointer(&address));
}

static const char *field_value(const char *line, const char *name)
{
	gsize length = strlen(name);
	if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':')
		return NULL;
	return line + length + 1 + strspn(line + length + 1, " \t");
}

/* RFC 3461 section 4: "+2B" stands for "+". */
static char *xtext_undo(const char *text)
{
	GString *plain = g_string_new(NULL);
	for (; *text; text++) {
		int high = *text == '+' ? g_ascii_xdigit_value(text[1]) : -1, low = high < 0 ? -1 : g_ascii_xdigit_value(text[2]);
		char octet = low < 0 ? *text : (char)(high * 16 + low);
		g_string_append_c(plain, octet > 32 && octet < 127 ? octet : '?');
		text += low < 0 ? 0 : 2;
	}
	return g_string_free(plain, FALSE);
}

/* The whole of a delivery-status: the fields of the worst recipient win. */
static void worst_line(struct mime_bounce *bounce, const char *line)
{
	const char *value;
	if ((value = field_value(line, "Action"))) {
		g_autofree char *action = g_ascii_strdown(value, strcspn(value, " \t;("));
		if (rank_of(action) < rank_of(bounce->action) && rank_of(action) < G_N_ELEMENTS(actions))
			set(&bounce->action, action);
	} else if ((value = field_value(line, "Status"))) {
		g_autofree char *status = status_at(value);
		if (status && status[0] > bounce->status[0])
			set(&bounce->status, status);
	} else if ((value = field_value(line, "Final-Recipient")) || (value = field_value(line, "Original-Recipient"))) {
		if (g_ascii_tolower(line[0]) == 'f' || bounce->recipients->len == 0)
			recipient_add(bounce, value);
	} else if ((value = field_value(line, "Diagnostic-Code"))) {
		g_autofree char *status = status_find(value, bounce->status[0]);
		if ((!*bounce->status || g_str_has_suffix(bounce->status, ".0.0")) && *status)
			set(&bounce->status, status);
	} else if ((value = field_value(line, "Original-Envelope-Id"))) {
		g_free(bounce->envelope_id);
		bounce->envelope_id = xtext_undo(value);
	}
}

/* "smtp; 550 5.1.1 no such user" → "550 5.1.1 no such user" */
static const char *without_type(const char *value)
{
	gsize word = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	return value[word] == ';' ? value + word + 1 + strspn(value + word + 1, " \t") : value;
}

/* ORCPT comes as xtext, and some hand it on as it came. Owner: caller. */
static char *original_clean(const char *value)
{
	g_autofree char *clean = recipient_clean(value);
	GString *address = g_string_new(clean);
	g_string_replace(address, "+2B", "+", 0);
	g_string_replace(address, "+3D", "=", 0);
	return g_string_free(address, FALSE);
}

/* One recipient's fields, from Original- or Final-Recipient on; *REPORT NULL: none has begun. */
static void recipient_line(struct mime_bounce *bounce, struct mime_report **report, const char *line)
{
	const char *original = field_value(line, "Original-Recipient"), *final = field_value(line, "Final-Recipient"), *value;
	bool begins = (original || final) && (!*report || *(original ? (*report)->original : (*report)->address));
	if (begins)
		*report = bounce->reports->len < RECIPIENTS_MAX ? bounce_add_report(bounce) : NULL;
	if (!*report)
		return;
	if (original || final) {
		char **to = original ? &(*report)->original : &(*report)->address;
		g_free(*to);
		*to = original ? original_clean(original) : recipient_clean(final);
	} else if ((value = field_value(line, "Action"))) {
		g_autofree char *action = g_ascii_strdown(value, strcspn(value, " \t;("));
		set(&(*report)->action, rank_of(action) < G_N_ELEMENTS(actions) ? action : "");
	} else if ((value = field_value(line, "Status"))) {
		g_autofree char *status = status_at(value);
		set(&(*report)->status, status ? status : "");
	} else if ((value = field_value(line, "Diagnostic-Code"))) {
		set(&(*report)->diagnostic, without_type(value));
	}
}

/* The field that begins at *TEXT, unfolded; *TEXT moves behind it. Owner: caller. */
static char *take_field(const char **text)
{
	GString *field = g_string_new(NULL);
	do {
		gsize fold = field->len ? strspn(*text, " \t") : 0, length = strcspn(*text, "\n") - fold;
		g_string_append(field, fold ? " " : "");
		if (field->len < LINE_MAX_BYTES)
			g_string_append_len(field, *text + fold, (gssize)MIN(length, LINE_MAX_BYTES));
		*text += fold + length + ((*text)[fold + length] == '\n');
	} while (field->len && (**text == ' ' || **text == '\t'));
	return g_strdelimit(g_strchomp(g_string_free(field, FALSE)), "\t\r", ' ');
}

static void report_read(struct mime_bounce *bounce, const char *text)
{
	struct mime_report *report = NULL;
	while (*text) {
		g_autofree char *line = take_field(&text);
		worst_line(bounce, line);
		if (!*line)
			report = NULL;
		recipient_line(bounce, &report, line);
	}
}

char *bounce_original_id(const char *header)
{
	for (const char *p = header; p && *p;) {
		const char *value = field_value(p, "Message-ID");
		const char *open = value ? strchr(value, '<') : NULL;
		gsize length = open ? strcspn(open + 1, "> \t\r\n") : 0;
		if (open && open[1 + length] == '>' && length <= LINE_MAX_BYTES)
			return g_strndup(open + 1, length);
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return g_strdup("");
}

/* Addresses in "<user@host>:" or on lines of their own, as non-standard reports list them. */
static void recipients_find(struct mime_bounce *bounce, const char *text)
{
	for (const char *p = text; *p && p - text < TEXT_LOOKED_AT && bounce->recipients->len == 0;) {
		gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, MIN(length, LINE_MAX_BYTES));
		const char *bare = g_strstrip(line);
		const char *open = strchr(bare, '<'), *close = open ? strchr(open, '>') : NULL;
		if (open && close && memchr(open, '@', close - open)) {
			g_autofree char *address = g_strndup(open + 1, close - open - 1);
			recipient_add(bounce, address);
		} else if (strchr(bare, '@') && !strpbrk(bare, " \t")) {
			recipient_add(bounce, g_strdelimit(line, ":,", ' '));
		}
		p += length + (p[length] == '\n');
	}
}

/* Not RFC 3464: what the table of words knows. */
static struct mime_bounce *loose_read(const struct bounce_clues *clues)
{
	bool is_returned = clues->is_null_sender || clues->failed_recipients;
	enum bounce_verdict verdict = bounce_words_judge(clues->from, clues->subject, clues->text, is_returned);
	if (verdict == BOUNCE_NONE && (clues->is_report || clues->failed_recipients))
		verdict = BOUNCE_FAILED;
	if (verdict == BOUNCE_NONE)
		return NULL;
	struct mime_bounce *bounce = bounce_new();
	set(&bounce->action, verdict == BOUNCE_DELAYED ? "delayed" : "failed");
	g_auto(GStrv) list = g_strsplit(clues->failed_recipients ? clues->failed_recipients : "", ",", RECIPIENTS_MAX);
	for (guint i = 0; list[i]; i++)
		recipient_add(bounce, list[i]);
	return bounce;
}

static bool is_vague(const char *status)
{
	return !*status || g_str_has_suffix(status, ".0.0");
}

/* "5.0.0" says nothing: a code in TEXT that says more takes its place, if it is of the same class. */
static void status_refine(struct mime_bounce *bounce, const char *text)
{
	if (!is_vague(bounce->status) || strcmp(bounce->action, "delivered") == 0)
		return;
	g_autofree char *found = status_find(text, bounce->status[0]);
	if (!*bounce->status || !is_vague(found))
		set(&bounce->status, found);
}

/* Will the address never work? A full mailbox, a large mail, a policy or a route may change. */
static bool is_hard(const struct mime_bounce *bounce)
{
	static const char *const may_change[] = {"5.2.2", "5.2.3", "5.3.", "5.4.", "5.5.", "5.6.", "5.7."};
	if (strcmp(bounce->action, "failed") != 0 || bounce->status[0] == '4')
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(may_change); i++)
		if (g_str_has_prefix(bounce->status, may_change[i]))
			return false;
	return true;
}

/* The first line of TEXT that holds a code. Owner: caller. */
static char *code_line(const char *text)
{
	for (const char *p = text; *p && p - text < TEXT_LOOKED_AT;) {
		gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, MIN(length, LINE_MAX_BYTES)), *code = status_find(line, 0);
		if (*code)
			return g_strdup(g_strstrip(line));
		p += length + (p[length] == '\n');
	}
	return g_strdup("");
}

/* What each recipient's own fields leave out, the whole says; a report that is no RFC 3464 says the same of all. */
static void reports_complete(struct mime_bounce *bounce, const char *text)
{
	g_autofree char *line = bounce->reports->len ? NULL : code_line(text);
	for (guint i = 0; line && i < MAX(bounce->recipients->len, 1); i++) {
		struct mime_report *report = bounce_add_report(bounce);
		set(&report->address, i < bounce->recipients->len ? bounce->recipients->pdata[i] : "");
		set(&report->status, bounce->status);
		set(&report->diagnostic, line);
	}
	for (guint i = 0; i < bounce->reports->len; i++) {
		struct mime_report *report = bounce->reports->pdata[i];
		const char *by_status = *report->status == '4' ? "delayed" : *report->status == '2' ? "delivered" : bounce->action;
		if (!*report->action)
			set(&report->action, by_status);
	}
}

struct mime_bounce *bounce_read(const struct bounce_clues *clues)
{
	struct mime_bounce *bounce = clues->status_report ? bounce_new() : NULL;
	if (bounce)
		report_read(bounce, clues->status_report);
	if (bounce && !*bounce->action && !*bounce->status && bounce->recipients->len == 0)
		g_clear_pointer(&bounce, bounce_free);
	if (!bounce)
		bounce = loose_read(clues);
	if (!bounce)
		return NULL;
	g_free(bounce->original_id);
	bounce->original_id = bounce_original_id(clues->original_header ? clues->original_header : clues->text);
	if (bounce->recipients->len == 0)
		recipients_find(bounce, clues->text);
	status_refine(bounce, clues->text);
	if (!*bounce->action)
		set(&bounce->action, bounce->status[0] == '4' ? "delayed" : bounce->status[0] == '2' ? "delivered" : "failed");
	reports_complete(bounce, clues->text);
	bounce->hard = is_hard(bounce);
	return bounce;
}
