#include "web/letter_read.h"

#include <string.h>

#include "store/letter.h"
#include "store/out.h"
#include "store/outbox.h"
#include "store/reply.h"
#include "store/thread.h"
#include "store/upload.h"

#define ADDRESS_MAX 320 /* octets: RFC 5321's 64 + 1 + 255 */

static bool
is_blank(const char *text)
{
	for (; *text; text = g_utf8_next_char(text))
		if (!g_unichar_isspace(g_utf8_get_char(text)) && !g_unichar_iszerowidth(g_utf8_get_char(text)))
			return false;
	return true;
}

/* Line ends as LF; of control characters only tabs and line ends stay. */
static char *
normal_text(const char *text)
{
	GString *normal = g_string_sized_new(strlen(text));
	for (const char *c = text; *c; c++) {
		unsigned char octet = (unsigned char)*c;
		if (octet == '\r')
			g_string_append_c(normal, '\n');
		else if (octet >= ' ' || octet == '\t' || octet == '\n')
			g_string_append_c(normal, *c);
		if (octet == '\r' && c[1] == '\n')
			c++;
	}
	return g_string_free(normal, FALSE);
}

static void
refuse_long(struct call *call, const char *field)
{
	reply_refuse(call->reply, field, "letter_long", LETTER_MAX / 1024, "The message is too long: %d KB are possible.", LETTER_MAX / 1024);
}

/* The text of FIELD, "" where it is absent or null. NULL with the reply set. */
static const char *
find_text(struct call *call, const json_in *in, const char *field)
{
	const char *text = json_get_text(in, field);
	if (!text && json_has(in, field) && !json_has_null(in, field)) {
		reply_refuse(call->reply, field, "text", 0, "%s must be a text.", field);
		return NULL;
	}
	if (text && strlen(text) > LETTER_MAX) {
		refuse_long(call, field);
		return NULL;
	}
	return text ? text : "";
}

static void
read_texts(struct call *call, const json_in *in, enum letter_kind kind, struct letter_in *letter)
{
	const char *text = find_text(call, in, "text"), *html = find_text(call, in, "html");
	if (!text || !html)
		return;
	letter->html = *html ? letter_clean(html) : NULL;
	if (*html && !letter->html) {
		refuse_long(call, "html");
		return;
	}
	if (letter->html && !*letter->html)
		g_clear_pointer(&letter->html, g_free);
	letter->text = letter->html && kind == LETTER_WHOLE ? letter_text(letter->html) : normal_text(text);
	if (!letter->text)
		refuse_long(call, "html");
	else if (kind == LETTER_WHOLE && is_blank(letter->text))
		reply_refuse(call->reply, "text", "blank", 0, "The message cannot be blank.");
}

static void
read_status(struct call *call, const json_in *in, struct letter_in *letter)
{
	letter->status = json_get_text(in, "status");
	if (json_has(in, "status") && !json_has_null(in, "status") && (!letter->status || !g_strv_contains(thread_statuses, letter->status)))
		reply_refuse(call->reply, "status", "status", 0, "The status must be open, closed, pending1 or pending2.");
}

static void
read_employee(struct call *call, const json_in *in, struct letter_in *letter)
{
	letter->employee = json_has_null(in, "employee") ? 0 : REPLY_AUTHOR;
	if (json_has(in, "employee") && !json_has_null(in, "employee") && (!json_get_int(in, "employee", &letter->employee) || letter->employee < 1))
		reply_refuse(call->reply, "employee", "employee", 0, "employee must be the number of an employee, or null for nobody.");
}

static GPtrArray *
read_addresses(struct call *call, const json_in *in, const char *field)
{
	if (!json_has(in, field) || json_has_null(in, field))
		return NULL;
	g_autoptr(GPtrArray) addresses = json_get_texts(in, field);
	bool is_good = addresses && addresses->len <= LETTER_RECIPIENTS_MAX;
	for (guint i = 0; is_good && i < addresses->len; i++)
		is_good = strlen(addresses->pdata[i]) <= ADDRESS_MAX;
	if (is_good)
		return g_steal_pointer(&addresses);
	reply_refuse(call->reply, field, "addresses", LETTER_RECIPIENTS_MAX, "%s must be a list of at most %d email addresses.", field,
		LETTER_RECIPIENTS_MAX);
	return NULL;
}

static void
read_switch(struct call *call, const json_in *in, struct letter_in *letter)
{
	if (json_has(in, "private") && !json_has_null(in, "private") && !json_get_bool(in, "private", &letter->is_private))
		reply_refuse(call->reply, "private", "switch", 0, "private must be true or false.");
}

static void
read_numbers(struct call *call, const json_in *in, struct letter_in *letter)
{
	gint64 undo = -1;
	if (json_has(in, "seen") && !json_has_null(in, "seen") && (!json_get_int(in, "seen", &letter->seen) || letter->seen < 0))
		reply_refuse(call->reply, "seen", "number", 0, "seen must be the number of a message.");
	if (json_has(in, "undo") && !json_has_null(in, "undo") && (!json_get_int(in, "undo", &undo) || undo < 0 || undo > OUTBOX_UNDO_MS / 1000))
		reply_refuse(call->reply, "undo", "seconds", OUTBOX_UNDO_MS / 1000, "undo must be a number of seconds from 0 to %d.", OUTBOX_UNDO_MS / 1000);
	letter->undo = (int)undo;
	if (!json_has(in, "uploads") || json_has_null(in, "uploads"))
		return;
	letter->uploads = json_get_ints(in, "uploads");
	if (!letter->uploads || letter->uploads->len > UPLOAD_FILES_MAX)
		reply_refuse(call->reply, "uploads", "uploads", UPLOAD_FILES_MAX, "uploads must be a list of at most %d numbers of files.", UPLOAD_FILES_MAX);
}

bool
letter_read(struct call *call, const json_in *in, enum letter_kind kind, struct letter_in *letter)
{
	*letter = (struct letter_in){.undo = -1};
	read_texts(call, in, kind, letter);
	read_switch(call, in, letter);
	read_status(call, in, letter);
	read_employee(call, in, letter);
	letter->to = read_addresses(call, in, "to");
	letter->cc = read_addresses(call, in, "cc");
	read_numbers(call, in, letter);
	return !call->reply->wrong;
}

void
letter_in_clear(struct letter_in *letter)
{
	g_free(letter->text);
	g_free(letter->html);
	g_clear_pointer(&letter->to, g_ptr_array_unref);
	g_clear_pointer(&letter->cc, g_ptr_array_unref);
	g_clear_pointer(&letter->uploads, g_array_unref);
	*letter = (struct letter_in){0};
}

static void
write_addresses(out *json, const char *name, const GPtrArray *addresses)
{
	if (!addresses) {
		out_null(json, name);
		return;
	}
	out_array(json, name);
	for (guint i = 0; i < addresses->len; i++)
		out_text(json, NULL, addresses->pdata[i]);
	out_end(json);
}

char *
letter_in_draft(const struct letter_in *letter)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "text", letter->text);
	out_text(json, "html", letter->html);
	out_bool(json, "private", letter->is_private);
	write_addresses(json, "to", letter->to);
	write_addresses(json, "cc", letter->cc);
	out_text(json, "status", letter->status);
	if (!letter->employee)
		out_null(json, "employee");
	else if (letter->employee != REPLY_AUTHOR)
		out_int(json, "employee", letter->employee);
	out_int(json, "seen", letter->seen);
	out_end(json);
	return out_done_text(json);
}
