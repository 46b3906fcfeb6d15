#include "milter/read/bounce_dsn.h"

#include <string.h>

#include "milter/read/bounce_status.h"

#define RECIPIENTS_MAX 100
#define LINE_MAX_BYTES 998

/* Actions from worst to best: of several recipients the worst decides. */
static const char *const actions[] = {"failed", "delayed", "expanded", "relayed", "delivered"};

static void
set(char **to, const char *value)
{
	g_free(*to);
	*to = g_strdup(value);
}

static guint
rank_of(const char *action)
{
	guint rank = 0;
	while (rank < G_N_ELEMENTS(actions) && g_ascii_strcasecmp(action, actions[rank]) != 0)
		rank++;
	return rank;
}

/* Some write "Action: fail" or "Action: failure". Static, "" for what is none. */
static const char *
action_of(const char *value)
{
	g_autofree char *action = g_ascii_strdown(value, strcspn(value, " \t;("));
	guint rank = g_str_has_prefix(action, "fail") ? 0 : rank_of(action);
	return rank < G_N_ELEMENTS(actions) ? actions[rank] : "";
}

const char *
bounce_dsn_value(const char *line, const char *name)
{
	gsize length = strlen(name);
	if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':')
		return NULL;
	return line + length + 1 + strspn(line + length + 1, " \t");
}

char *
bounce_dsn_address(const char *value)
{
	const char *semicolon = strchr(value, ';');
	g_autofree char *copy = g_strdup(semicolon ? semicolon + 1 : value);
	g_strdelimit(copy, "<>()\"", ' ');
	const char *route = g_str_has_prefix(g_strstrip(copy), "@") ? strchr(copy, ':') : NULL; /* <@relay:user@host>, RFC 5321 appendix C */
	g_autofree char *address = g_strstrip(g_strdup(route ? route + 1 : copy));
	gsize word = strcspn(address, " ");
	return g_strndup(address, memchr(address, '@', word) ? word : strlen(address)); /* a comment may follow */
}

/* RFC 3461 section 4: "+2B" stands for "+". */
static char *
xtext_undo(const char *text)
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

/* "smtp; 550 5.1.1 no such user" → "550 5.1.1 no such user" */
static const char *
without_type(const char *value)
{
	gsize word = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	return value[word] == ';' ? value + word + 1 + strspn(value + word + 1, " \t") : value;
}

/* ORCPT comes as xtext, and some hand it on as it came. Owner: caller. */
static char *
original_clean(const char *value)
{
	g_autofree char *clean = bounce_dsn_address(value);
	GString *address = g_string_new(clean);
	g_string_replace(address, "+2B", "+", 0);
	g_string_replace(address, "+3D", "=", 0);
	return g_string_free(address, FALSE);
}

/* The fields of one recipient, from Original- or Final-Recipient on. Some have empty lines within: only one of these two begins the next. */
struct group {
	struct mime_report *report; /* NULL: none has begun */
	bool is_parted; /* by an empty line */
};

/* Status and Diagnostic-Code tell of the same answer: where it bears a status, that is what the server said. */
static void
report_status(struct mime_report *report, const char *value)
{
	g_autofree char *status = bounce_status_at(value), *replied = bounce_status_replied(report->diagnostic);
	set(&report->status, replied ? replied : status ? status : "");
}

static void
report_diagnostic(struct mime_report *report, const char *value)
{
	g_autofree char *replied = bounce_status_replied(value);
	set(&report->diagnostic, without_type(value));
	if (replied)
		set(&report->status, replied);
}

/* Where the recipient's address goes that LINE gives, in the group that has begun or in a new one; NULL: it gives none. */
static char **
address_slot(struct mime_bounce *bounce, struct group *group, const char *original, const char *final)
{
	if (!original && !final)
		return NULL;
	bool is_next = group->is_parted || !group->report || *(original ? group->report->original : group->report->address);
	if (is_next)
		group->report = bounce->reports->len < RECIPIENTS_MAX ? bounce_add_report(bounce) : NULL;
	group->is_parted = false;
	if (!group->report)
		return NULL;
	return original ? &group->report->original : &group->report->address;
}

static void
recipient_line(struct mime_bounce *bounce, struct group *group, const char *line)
{
	const char *original = bounce_dsn_value(line, "Original-Recipient"), *final = bounce_dsn_value(line, "Final-Recipient"), *value;
	char **address = address_slot(bounce, group, original, final);
	if (address) {
		g_free(*address);
		*address = original ? original_clean(original) : bounce_dsn_address(final);
	} else if (!group->report) {
		return;
	} else if ((value = bounce_dsn_value(line, "Action"))) {
		set(&group->report->action, action_of(value));
	} else if ((value = bounce_dsn_value(line, "Status"))) {
		report_status(group->report, value);
	} else if ((value = bounce_dsn_value(line, "Diagnostic-Code"))) {
		report_diagnostic(group->report, value);
	}
}

/* The field that begins at *TEXT, unfolded; *TEXT moves behind it. Owner: caller. */
static char *
take_field(const char **text)
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

/* What stands outside a recipient's group: the envelope id, and an action or a status that names nobody. */
static void
whole_line(struct mime_bounce *bounce, const char *line)
{
	const char *value;
	if ((value = bounce_dsn_value(line, "Original-Envelope-Id"))) {
		g_free(bounce->envelope_id);
		bounce->envelope_id = xtext_undo(value);
	} else if ((value = bounce_dsn_value(line, "Action")) && !*bounce->action) {
		set(&bounce->action, action_of(value));
	} else if ((value = bounce_dsn_value(line, "Status")) && !*bounce->status) {
		g_autofree char *status = bounce_status_at(value);
		set(&bounce->status, status ? status : "");
	}
}

/* Of the recipients the worst decides, of those of the same action the higher class. */
static void
worst_choose(struct mime_bounce *bounce)
{
	const struct mime_report *worst = NULL;
	for (guint i = 0; i < bounce->reports->len; i++) {
		const struct mime_report *report = bounce->reports->pdata[i];
		bounce_add_recipient(bounce, strchr(report->address, '@') ? report->address : report->original);
		bool is_worse = !worst || rank_of(report->action) < rank_of(worst->action) ||
			(rank_of(report->action) == rank_of(worst->action) && report->status[0] > worst->status[0]);
		worst = is_worse ? report : worst;
	}
	if (worst && *worst->action)
		set(&bounce->action, worst->action);
	if (worst && *worst->status)
		set(&bounce->status, worst->status);
}

void
bounce_dsn_read(struct mime_bounce *bounce, const char *fields)
{
	struct group group = {NULL, false};
	while (*fields) {
		g_autofree char *line = take_field(&fields);
		group.is_parted |= !*line;
		if (!group.report)
			whole_line(bounce, line);
		recipient_line(bounce, &group, line);
	}
	worst_choose(bounce);
}

const char *
bounce_dsn_find(const char *text)
{
	static const char *const first[] = {"Reporting-MTA", "Original-Recipient", "Final-Recipient", "Original-Envelope-Id"};
	for (const char *p = text; *p;) {
		const char *line = p + strspn(p, " \t");
		for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
			if (bounce_dsn_value(line, first[i]))
				return line;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return NULL;
}
