#include "store/filing_rows.h"

#include "store/message.h"

#define EXCERPT_CHARACTERS 40

const struct filing_column filing_columns[] = {
	{":sent", FILING_TIME, offsetof(struct filing_mail, sent), NULL, NULL},
	{":from_name", FILING_TEXT, offsetof(struct filing_mail, from_name), NULL, NULL},
	{":from_address", FILING_TEXT, offsetof(struct filing_mail, from_address), NULL, NULL},
	{":subject", FILING_TEXT, offsetof(struct filing_mail, subject), NULL, NULL},
	{":text", FILING_TEXT, offsetof(struct filing_mail, text), NULL, NULL},
	{":reply", FILING_TEXT, offsetof(struct filing_mail, reply), MESSAGE_REPLY(""),
		"reply = " MESSAGE_KEPT_REPLY ", reply_length = " MESSAGE_KEPT_LENGTH},
	{":html", FILING_TEXT, offsetof(struct filing_mail, html), MESSAGE_HTML(""), "html = NULL, page = " MESSAGE_KEPT_PAGE},
	{":people", FILING_TEXT, offsetof(struct filing_mail, people), NULL, NULL},
	{":warnings", FILING_TEXT, offsetof(struct filing_mail, warnings), NULL, NULL},
	{":message_ref", FILING_TEXT, offsetof(struct filing_mail, message_ref), NULL, NULL},
	{":in_reply_to", FILING_TEXT, offsetof(struct filing_mail, in_reply_to), NULL, NULL},
	{":language", FILING_TEXT, offsetof(struct filing_mail, language), NULL, NULL},
	{":auth", FILING_TEXT, offsetof(struct filing_mail, auth), NULL, NULL},
	{":state", FILING_TEXT, offsetof(struct filing_mail, state), NULL, NULL},
	{":note", FILING_TEXT, offsetof(struct filing_mail, note), NULL, NULL},
	{":is_automatic", FILING_FLAG, offsetof(struct filing_mail, is_automatic), NULL, NULL},
	{":bounce", FILING_TEXT, offsetof(struct filing_mail, bounce), NULL, NULL},
	{":protection", FILING_TEXT, offsetof(struct filing_mail, protection), NULL, NULL},
	{":is_list", FILING_FLAG, offsetof(struct filing_mail, is_list), NULL, NULL},
};
const size_t filing_column_count = G_N_ELEMENTS(filing_columns);

char *
filing_column_names(bool is_setting)
{
	GString *names = g_string_new(NULL);
	for (size_t i = 0; i < filing_column_count; i++) {
		const struct filing_column *column = &filing_columns[i];
		const char *name = column->name + 1, *own = is_setting ? column->setting : column->kept;
		g_string_append(names, i ? ", " : "");
		if (own)
			g_string_append(names, own);
		else
			g_string_append_printf(names, is_setting ? "%s = :%s" : "%s", name, name);
	}
	return g_string_free(names, FALSE);
}

void
filing_set_columns(query *statement, const struct filing_mail *mail)
{
	for (size_t i = 0; i < filing_column_count; i++) {
		const struct filing_column *column = &filing_columns[i];
		const void *value = (const char *)mail + column->offset;
		if (column->kind == FILING_TEXT)
			query_set_text(statement, column->name, *(const char *const *)value);
		else if (column->kind == FILING_TIME)
			query_set_id(statement, column->name, *(const gint64 *)value);
		else
			query_set_int(statement, column->name, *(const bool *)value);
	}
}

char *
filing_excerpt(const struct filing_mail *mail)
{
	const char *text = *mail->reply ? mail->reply : mail->text;
	GString *excerpt = g_string_new(NULL);
	int characters = 0;
	bool has_blank = false;
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);
		if (g_unichar_isspace(c) || g_unichar_iscntrl(c)) {
			has_blank = excerpt->len > 0;
			continue;
		}
		if (characters + has_blank >= EXCERPT_CHARACTERS) {
			g_string_append(excerpt, "…");
			break;
		}
		if (has_blank)
			g_string_append_c(excerpt, ' ');
		g_string_append_unichar(excerpt, c);
		characters += 1 + has_blank;
		has_blank = false;
	}
	return g_string_free(excerpt, FALSE);
}

static bool
add_reference(db *desk, gint64 shop, const char *ref, bool is_own, gint64 message, GError **error)
{
	query *insert = db_query(desk, "INSERT OR IGNORE INTO message_id (shop_id, ref, is_own, message_id) VALUES (:shop, :ref, :own, :message)",
		error);
	if (!insert)
		return false;
	query_set_int(insert, ":shop", shop);
	query_set_text(insert, ":ref", ref);
	query_set_int(insert, ":own", is_own);
	query_set_int(insert, ":message", message);
	return query_finish(insert, error);
}

bool
filing_add_references(db *desk, const struct filing_mail *mail, gint64 message, GError **error)
{
	if (*mail->message_ref && !add_reference(desk, mail->shop_id, mail->message_ref, true, message, error))
		return false;
	for (guint i = 0; i < mail->references->len; i++)
		if (!add_reference(desk, mail->shop_id, mail->references->pdata[i], false, message, error))
			return false;
	return true;
}

bool
filing_add_persons(db *desk, const struct filing_mail *mail, gint64 thread, GError **error)
{
	for (guint i = 0; i < mail->persons->len; i++) {
		query *insert = db_query(desk, "INSERT OR IGNORE INTO thread_person (thread_id, address) SELECT :thread, :address"
			" WHERE NOT EXISTS (SELECT 1 FROM employee WHERE email = :address)", error);
		if (!insert)
			return false;
		query_set_int(insert, ":thread", thread);
		query_set_text(insert, ":address", mail->persons->pdata[i]);
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

bool
filing_add_links(db *desk, gint64 thread, const GArray *related, GError **error)
{
	for (guint i = 0; related && i < related->len; i++) {
		query *insert = db_query(desk, "INSERT OR IGNORE INTO thread_link (thread_id, related_id) SELECT :thread, :related WHERE :thread <> :related",
			error);
		if (!insert)
			return false;
		query_set_int(insert, ":thread", thread);
		query_set_int(insert, ":related", g_array_index(related, gint64, i));
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

bool
filing_add_parts(db *desk, const struct filing_mail *mail, gint64 message, GError **error)
{
	for (size_t i = 0; i < mail->part_count; i++)
		if (!part_add(desk, message, &mail->parts[i], error))
			return false;
	return true;
}
