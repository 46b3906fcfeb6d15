#include <string.h>

#include "store/outbox_courier.h"

static void
free_file(void *data)
{
	struct part_row *file = data;
	g_free((char *)file->name);
	g_free((char *)file->type);
	g_free((char *)file->charset);
	g_free(file);
}

void
outbox_letter_free(outbox_letter *letter)
{
	if (!letter)
		return;
	char *const texts[] = {letter->from_name, letter->from_address, letter->reply_name, letter->reply_address, letter->subject, letter->in_reply_to,
		letter->language, letter->text, letter->html};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_ptr_array_unref(letter->references);
	g_ptr_array_unref(letter->files);
	g_free(letter);
}

static outbox_letter *
read_letter(query *row)
{
	outbox_letter *letter = g_new0(outbox_letter, 1);
	char **const texts[] = {&letter->from_name, &letter->from_address, &letter->reply_name, &letter->reply_address, &letter->subject,
		&letter->in_reply_to, &letter->language, &letter->text};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup(query_text(row, (int)i));
	letter->html = query_is_null(row, 8) ? NULL : g_strdup(query_text(row, 8));
	letter->is_automatic = query_int(row, 9);
	letter->references = g_ptr_array_new_with_free_func(g_free);
	letter->files = g_ptr_array_new_with_free_func(free_file);
	return letter;
}

static bool
load_references(db *desk, gint64 id, outbox_letter *letter, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT r.value FROM outbox o, json_each(o.head, '$.references') r WHERE o.id = :id ORDER BY r.key", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", id);
	while (rows && (got = query_next(rows, error)) > 0)
		g_ptr_array_add(letter->references, g_strdup(query_text(rows, 0)));
	return got == 0;
}

static bool
load_files(db *desk, gint64 id, outbox_letter *letter, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"SELECT o.position, p.name, p.type, p.start, p.length, p.size, p.encoding, coalesce(p.mail_id, m.mail_id), p.charset, " PART_INNER
		" FROM outbox_part o"
		" JOIN part p ON p.message_id = o.message_id AND p.position = o.part_position JOIN message m ON m.id = o.message_id"
		" WHERE o.outbox_id = :id ORDER BY o.position", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_int(rows, ":id", id);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct part_row *file = g_new0(struct part_row, 1);
		*file = (struct part_row){.position = (int)query_int(rows, 0), .name = g_strdup(query_text(rows, 1)), .type = g_strdup(query_text(rows, 2)),
			.start = (guint64)query_int(rows, 3), .length = (guint64)query_int(rows, 4), .size = (guint64)query_int(rows, 5),
			.encoding = (enum part_encoding)query_int(rows, 6), .mail_id = query_int(rows, 7), .charset = g_strdup(query_text(rows, 8)), .content_id = "",
			.inner = part_inner_of(rows, 9)};
		g_ptr_array_add(letter->files, file);
	}
	return got == 0;
}

outbox_letter *
outbox_letter_load(db *desk, gint64 id, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT head ->> '$.from.name', head ->> '$.from.address', head ->> '$.reply_to.name', head ->> '$.reply_to.address', head ->> 'subject',"
		" head ->> 'in_reply_to', head ->> 'language', text, html, coalesce(head ->> 'automatic', 0) FROM outbox WHERE id = :id", error);
	if (!row)
		return NULL;
	query_set_int(row, ":id", id);
	int got = query_next(row, error);
	g_autoptr(outbox_letter) letter = got > 0 ? read_letter(row) : NULL;
	if (!got)
		g_set_error(error, DB_ERROR, DB_FAILED, "outbox %" G_GINT64_FORMAT " is not there", id);
	return letter && load_references(desk, id, letter, error) && load_files(desk, id, letter, error) ? g_steal_pointer(&letter) : NULL;
}
