#include "milter/intake.h"

#include <string.h>

#include "milter/own_client.h"
#include "store/log.h"

#define RECIPIENTS_OCTETS_MAX (256 * 1024) /* of ours, kept per mail: what is beyond stays in the mail, untaken and unnamed */

struct intake {
	const struct intake_house *house;
	char *sender;
	GPtrArray *recipients, *taken; /* without <>; as passed. NULL-terminated only when finished */
	gint64 employee;               /* who sends it from their own mail program; 0 = nobody */
	GPtrArray *others;             /* without <>: an employee's recipients while none is ours */
	GByteArray *held;              /* an employee's header until its end; NULL = not held */
	size_t recipients_octets;
	GArray *contacts;              /* gint64, each once, in RCPT order */
	gather *octets;                /* NULL until the first octet of a mail of ours */
	bool is_only_copy, has_header;
	bool has_strangers;            /* among its recipients, who are no contacts */
	enum {LINE_EMPTY, LINE_FULL} line;
	GError *error;                 /* the first one: the mail cannot be kept */
};

static char *
without_brackets(const char *address)
{
	size_t length = strlen(address);
	bool has = length >= 2 && address[0] == '<' && address[length - 1] == '>';
	return g_strndup(address + has, length - 2 * has);
}

intake *
intake_new(const struct intake_house *house, const char *sender, bool is_only_copy)
{
	intake *mail = g_new0(intake, 1);
	mail->house = house;
	mail->sender = without_brackets(sender);
	mail->recipients = g_ptr_array_new_with_free_func(g_free);
	mail->taken = g_ptr_array_new_with_free_func(g_free);
	mail->others = g_ptr_array_new_with_free_func(g_free);
	mail->contacts = g_array_new(FALSE, FALSE, sizeof(gint64));
	mail->is_only_copy = is_only_copy;
	return mail;
}

void
intake_free(intake *mail)
{
	if (!mail)
		return;
	gather_free(mail->octets);
	g_free(mail->sender);
	g_ptr_array_free(mail->recipients, TRUE);
	g_ptr_array_free(mail->taken, TRUE);
	g_ptr_array_free(mail->others, TRUE);
	g_clear_pointer(&mail->held, g_byte_array_unref);
	g_array_free(mail->contacts, TRUE);
	g_clear_error(&mail->error);
	g_free(mail);
}

static void
note_contact(intake *mail, gint64 id)
{
	for (guint i = 0; i < mail->contacts->len; i++)
		if (g_array_index(mail->contacts, gint64, i) == id)
			return;
	g_array_append_val(mail->contacts, id);
}

bool
intake_add_recipient(intake *mail, const char *recipient)
{
	struct route_match match;
	bool is_ours = routes_match(mail->house->routes, recipient, &match);
	mail->has_strangers |= !is_ours;
	if (!is_ours && !mail->employee)
		return false;
	mail->recipients_octets += strlen(recipient);
	if (mail->recipients_octets > RECIPIENTS_OCTETS_MAX)
		return is_ours;
	if (!is_ours) {
		g_ptr_array_add(mail->others, without_brackets(recipient));
		return false;
	}
	note_contact(mail, match.contact_id);
	g_ptr_array_add(mail->recipients, without_brackets(recipient));
	if (match.is_taking)
		g_ptr_array_add(mail->taken, g_strdup(recipient));
	return true;
}

bool
intake_has_recipients(const intake *mail)
{
	return mail->recipients->len > 0;
}

void
intake_set_login(intake *mail, const char *login)
{
	mail->employee = *login ? routes_employee(mail->house->routes, login) : 0;
}

bool
intake_is_wanted(const intake *mail)
{
	return intake_has_recipients(mail) || (mail->employee && mail->others->len);
}

bool
intake_is_unwelcome(const intake *mail)
{
	return intake_has_recipients(mail) && !mail->has_strangers && routes_blocks(mail->house->routes, mail->sender);
}

static void
forget(intake *mail)
{
	mail->employee = 0;
	g_ptr_array_set_size(mail->others, 0);
	g_clear_pointer(&mail->held, g_byte_array_unref);
}

static void
hold(intake *mail, const void *octets, size_t size)
{
	if (!mail->employee)
		return;
	if (!mail->held)
		mail->held = g_byte_array_new();
	g_byte_array_append(mail->held, octets, (guint)size);
	if (mail->held->len > OWN_CLIENT_HEADER_MAX)
		forget(mail);
}

static void
add(intake *mail, const void *octets, size_t size)
{
	if (!intake_has_recipients(mail)) {
		hold(mail, octets, size);
		return;
	}
	if (!mail->octets)
		mail->octets = capture_gather(mail->house->door, mail->house->size_limit);
	if (!mail->error)
		gather_add(mail->octets, octets, size, &mail->error);
}

void
intake_add_header(intake *mail, const char *name, const char *value, bool has_blank)
{
	g_autoptr(GString) field = g_string_sized_new(strlen(name) + strlen(value) + 16);
	g_string_append(field, name);
	g_string_append(field, has_blank ? ":" : ": ");
	for (const char *c = value; *c; c++) {
		if (*c == '\n' && (c == value || c[-1] != '\r'))
			g_string_append_c(field, '\r');
		g_string_append_c(field, *c);
	}
	g_string_append(field, "\r\n");
	add(mail, field->str, field->len);
}

/* An answer in a thread of ours goes the way of all mail from here on, with the people it is for. */
static void
end_held(intake *mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) header = g_steal_pointer(&mail->held);
	if (!header || !own_client_is_answer(mail->house->store, mail->employee, header, mail->others, &error)) {
		if (error)
			log_line(LOG_WARNING, "an employee's mail was let go, as the store could not tell whether it is an answer: %s", error->message);
		forget(mail);
		return;
	}
	GPtrArray *none = mail->recipients;
	mail->recipients = mail->others;
	mail->others = none;
	add(mail, header->data, header->len);
}

void
intake_end_header(intake *mail)
{
	if (!intake_has_recipients(mail))
		end_held(mail);
	if (!intake_has_recipients(mail))
		return;
	add(mail, "\r\n", 2);
	gather_mark_body(mail->octets);
	mail->has_header = true;
}

void
intake_add_body(intake *mail, const void *octets, size_t size)
{
	add(mail, octets, size);
}

/* How many of OCTETS belong to the header, its empty line included; all when that has not come yet. */
static size_t
header_length(intake *mail, const char *octets, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (octets[i] == '\n' && mail->line == LINE_EMPTY) {
			mail->has_header = true;
			return i + 1;
		}
		if (octets[i] != '\r')
			mail->line = octets[i] == '\n' ? LINE_EMPTY : LINE_FULL;
	}
	return size;
}

void
intake_add_octets(intake *mail, const void *octets, size_t size)
{
	size_t header = mail->has_header ? 0 : header_length(mail, octets, size);
	if (header) {
		add(mail, octets, header);
		if (mail->has_header)
			gather_mark_body(mail->octets);
	}
	if (size > header)
		add(mail, (const char *)octets + header, size - header);
}

bool
intake_is_hopeless(const intake *mail)
{
	return mail->octets && gather_is_cut(mail->octets) && (mail->is_only_copy || mail->taken->len);
}

static char *
contact_list(const intake *mail)
{
	GString *list = g_string_new(mail->contacts->len ? "" : "none");
	for (guint i = 0; i < mail->contacts->len; i++)
		g_string_append_printf(list, "%s%" G_GINT64_FORMAT, i ? "," : "", g_array_index(mail->contacts, gint64, i));
	return g_string_free(list, FALSE);
}

void
intake_log_refusal(const intake *mail, const char *queue_id)
{
	g_autofree char *contacts = contact_list(mail);
	log_line(LOG_INFO, "%s: refused contact=%s: sender blocked", *queue_id ? queue_id : "NOQUEUE", contacts);
}

static bool
store(intake *mail, const struct envelope *way, gint64 *id)
{
	struct envelope envelope = *way;
	g_ptr_array_add(mail->recipients, NULL);
	envelope.sender = mail->sender;
	envelope.recipients = (const char *const *)mail->recipients->pdata;
	envelope.captured = g_get_real_time() / 1000;
	return !mail->error && capture_store(mail->house->door, &envelope, g_steal_pointer(&mail->octets), id, &mail->error);
}

enum intake_verdict
intake_finish(intake *mail, const struct envelope *way, const char *note, gint64 *id)
{
	gint64 stored = 0, start = g_get_monotonic_time();
	if (!mail->octets)
		add(mail, "", 0);
	gint64 size = gather_size(mail->octets);
	const char *queue = *way->queue_id ? way->queue_id : "NOQUEUE", *cut = gather_is_cut(mail->octets) ? " too large, header only" : "";
	g_autofree char *contacts = contact_list(mail);
	if (intake_is_hopeless(mail)) {
		log_line(LOG_INFO, "%s: refused contact=%s size=%" G_GINT64_FORMAT ": larger than size_limit%s", queue, contacts, size, note);
		return INTAKE_TOO_LARGE;
	}
	bool ok = store(mail, way, &stored);
	int took = (int)((g_get_monotonic_time() - start) / 1000);
	if (!ok) {
		log_line(LOG_WARNING, "%s: tempfailed contact=%s size=%" G_GINT64_FORMAT " ms=%d: %s%s", queue, contacts, size, took,
			mail->error->message, note);
		return INTAKE_NOT_NOW;
	}
	log_line(LOG_INFO, "%s: captured mail=%" G_GINT64_FORMAT " contact=%s size=%" G_GINT64_FORMAT " ms=%d%s%s", queue, stored, contacts,
		size, took, cut, note);
	if (id)
		*id = stored;
	return INTAKE_KEPT;
}

const char *const *
intake_taken(const intake *mail)
{
	if (!mail->taken->len || mail->taken->pdata[mail->taken->len - 1])
		g_ptr_array_add(mail->taken, NULL);
	return (const char *const *)mail->taken->pdata;
}
