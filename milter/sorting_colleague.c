/* sorting_colleague: answers that employees sent from their own mail program (SPEC 2.10). */
#include <string.h>

#include "milter/sorting_reading.h"
#include "store/erase.h"

/* Everybody the mail went to, by envelope and header. */
static GPtrArray *
recipients_of(const struct sorting *sorting, const mail_info *mail, const mime_message *message)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
	for (char **recipient = mail->recipients; *recipient; recipient++) {
		char *normal = contact_normal_address(*recipient);
		if (normal)
			g_ptr_array_add(addresses, normal);
	}
	sorting_add_persons(sorting, addresses, message->to);
	sorting_add_persons(sorting, addresses, message->cc);
	return addresses;
}

int
sorting_find_colleague(const struct sorting *sorting, const struct reading *reading, struct colleague_thread *place, viewer **who, GError **error)
{
	const mail_info *mail = reading->mail;
	if (strcmp(mail->door, "milter") || !*mail->auth)
		return 0;
	g_autoptr(GHashTable) logins = colleague_logins(sorting->desk, error);
	g_autofree char *login = colleague_normal_login(mail->auth);
	const gint64 *employee = logins ? g_hash_table_lookup(logins, login) : NULL;
	GError *problem = NULL;
	*who = employee && *employee ? viewer_load(sorting->desk, *employee, &problem) : NULL;
	if (problem)
		g_propagate_error(error, problem);
	if (!*who)
		return logins && !problem ? 0 : -1;
	g_autoptr(GPtrArray) addresses = recipients_of(sorting, mail, reading->message);
	return colleague_find_thread(sorting->desk, sorting->keys, *who, reading->references, addresses, place, error);
}

void
sorting_read_colleague(const struct sorting *sorting, struct reading *reading)
{
	const mime_message *message = reading->message;
	const struct mime_address *from = message->from->len ? message->from->pdata[0] : NULL;
	g_ptr_array_set_size(reading->persons, 0);
	sorting_add_persons(sorting, reading->persons, message->to);
	sorting_add_persons(sorting, reading->persons, message->cc);
	reading->filing.warnings = "";
	reading->filing.from_name = from ? from->name : "";
	reading->filing.from_address = from ? from->address : reading->sender;
}

bool
sorting_file_colleague(const struct sorting *sorting, struct reading *reading, const struct colleague_thread *place, const viewer *who, GString *log,
	GError **error)
{
	gint64 message;
	struct filing_place thread = {.thread = place->thread};
	struct filing_result result;
	int repeat = filing_find_repeat(sorting->desk, place->shop_id, reading->filing.digest, &message, error);
	if (repeat < 0)
		return false;
	g_string_append_printf(log, " thread=%" G_GINT64_FORMAT " employee=%" G_GINT64_FORMAT, place->thread, who->id);
	if (repeat)
		return message ? filing_add_repeat(sorting->desk, message, reading->mail->id, error) : erase_note_mail(sorting->desk, reading->mail->id, error);
	sorting_read_colleague(sorting, reading);
	reading->filing.shop_id = place->shop_id;
	reading->filing.contact_id = place->contact_id;
	reading->filing.employee = who;
	return filing_file(sorting->desk, &reading->filing, &thread, &result, error);
}
