#include "store/outbox.h"

#include <string.h>

static bool
add_row(db *desk, const struct outbox_new *mail, gint64 *id, GError **error)
{
	query *insert = db_query(desk,
		"INSERT INTO outbox (kind, shop_id, thread_id, message_id, employee_id, created, due, expires, message_ref, sender, head, text, html, domain, undo)"
		" VALUES (:kind, :shop, :thread, :message, :employee, :created, :due, :expires, :ref, :sender, :head, :text, :html, :domain, :undo)", error);
	if (!insert)
		return false;
	const char *at = mail->recipient_count ? strrchr(mail->recipients[0].address, '@') : NULL;
	g_autofree char *domain = g_ascii_strdown(at ? at + 1 : "", -1);
	query_set_text(insert, ":domain", domain);
	query_set_text(insert, ":kind", mail->kind);
	query_set_int(insert, ":shop", mail->shop_id);
	query_set_id(insert, ":thread", mail->thread_id);
	query_set_id(insert, ":message", mail->message_id);
	query_set_id(insert, ":employee", mail->employee_id);
	query_set_int(insert, ":created", mail->created);
	query_set_int(insert, ":due", mail->due);
	query_set_int(insert, ":expires", mail->expires ? mail->expires : mail->due + OUTBOX_EXPIRES_MS);
	query_set_text(insert, ":ref", mail->message_ref);
	query_set_text(insert, ":sender", mail->sender);
	query_set_text(insert, ":head", mail->head);
	query_set_text(insert, ":text", mail->text);
	query_set_text(insert, ":html", mail->html);
	query_set_text(insert, ":undo", mail->undo);
	bool ok = query_finish(insert, error);
	*id = db_last_id(desk);
	return ok;
}

static bool
add_recipient(db *desk, gint64 id, size_t position, const struct outbox_recipient *recipient, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO outbox_recipient (outbox_id, position, field, name, address)"
		" VALUES (:id, :position, :field, :name, :address)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_int(insert, ":position", (gint64)position);
	query_set_text(insert, ":field", recipient->field);
	query_set_text(insert, ":name", recipient->name);
	query_set_text(insert, ":address", recipient->address);
	return query_finish(insert, error);
}

static bool
add_part(db *desk, gint64 id, size_t position, const struct outbox_part *part, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO outbox_part (outbox_id, position, message_id, part_position)"
		" VALUES (:id, :position, :message, :part)", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_int(insert, ":position", (gint64)position);
	query_set_int(insert, ":message", part->message);
	query_set_int(insert, ":part", part->part);
	return query_finish(insert, error);
}

bool
outbox_add(db *desk, const struct outbox_new *mail, gint64 *id, GError **error)
{
	if (!add_row(desk, mail, id, error))
		return false;
	for (size_t i = 0; i < mail->recipient_count; i++)
		if (!add_recipient(desk, *id, i + 1, &mail->recipients[i], error))
			return false;
	for (size_t i = 0; i < mail->part_count; i++)
		if (!add_part(desk, *id, i + 1, &mail->parts[i], error))
			return false;
	return true;
}

static bool
write_recipients(db *desk, gint64 id, out *json, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT name, address, field, state, answer FROM outbox_recipient WHERE outbox_id = :id ORDER BY position",
		error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", id);
	out_array(json, "recipients");
	while (rows && (got = query_next(rows, error)) > 0) {
		static const char *const names[] = {"name", "address", "field", "state", "answer"};
		out_object(json, NULL);
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
			out_text(json, names[i], query_text(rows, (int)i));
		out_end(json);
	}
	out_end(json);
	return got == 0;
}

bool
outbox_write(db *desk, gint64 message, gint64 now, out *json, const char *name, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT o.id, " OUTBOX_OVERALL("o") ", " OUTBOX_REASON("o") ", o.tries, iif(o.state = 'delayed', o.due, 0),"
		" iif(o.state = 'sent', coalesce(o.answered, 0), 0), o.queue_id, iif(o.state = 'queued' AND o.tries = 0 AND o.undo <> '' AND o.due > :now, o.due, 0)"
		" FROM outbox o WHERE o.message_id = :message ORDER BY o.id DESC LIMIT 1", error);
	if (!row)
		return false;
	query_set_int(row, ":message", message);
	query_set_int(row, ":now", now);
	int got = query_next(row, error);
	if (got <= 0) {
		out_null(json, name);
		return got == 0;
	}
	out_object(json, name);
	out_text(json, "state", query_text(row, 1));
	out_text(json, "detail", query_text(row, 2));
	out_int(json, "tries", query_int(row, 3));
	out_time(json, "next_try", query_int(row, 4));
	out_time(json, "sent", query_int(row, 5));
	out_text(json, "queue_id", query_text(row, 6));
	out_time(json, "undo_until", query_int(row, 7));
	bool ok = write_recipients(desk, query_int(row, 0), json, error);
	out_end(json);
	return ok;
}

int
outbox_withdraw(db *desk, gint64 message, char **undo, GError **error)
{
	g_autoptr(query) row = db_query(desk, "DELETE FROM outbox WHERE message_id = :message AND state = 'queued' AND tries = 0 AND undo <> ''"
		" RETURNING undo", error);
	if (!row)
		return -1;
	query_set_int(row, ":message", message);
	int got = query_next(row, error);
	*undo = got > 0 ? g_strdup(query_text(row, 0)) : NULL;
	return got;
}
