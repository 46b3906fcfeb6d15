#include "store/contact_edit.h"

#include <string.h>

static void
free_text(void *data)
{
	struct contact_text *text = data;
	g_free(text->language);
	g_free(text->name);
	g_free(text->description);
	g_free(text);
}

contact_card *
contact_card_new(void)
{
	contact_card *card = g_new(contact_card, 1);
	*card = (contact_card){.is_saving = true, .texts = g_ptr_array_new_with_free_func(free_text), .addresses = g_new0(char *, 1),
		.shops = g_array_new(FALSE, FALSE, sizeof(gint64))};
	return card;
}

void
contact_card_free(contact_card *card)
{
	if (!card)
		return;
	g_ptr_array_unref(card->texts);
	g_strfreev(card->addresses);
	g_array_unref(card->shops);
	g_free(card);
}

struct contact_text *
contact_card_text(contact_card *card, const char *language)
{
	for (guint i = 0; i < card->texts->len; i++) {
		struct contact_text *text = card->texts->pdata[i];
		if (!strcmp(text->language, language))
			return text;
	}
	struct contact_text *text = g_new(struct contact_text, 1);
	*text = (struct contact_text){g_strdup(language), g_strdup(""), g_strdup("")};
	g_ptr_array_add(card->texts, text);
	return text;
}

/* A query with :id. */
static query *
query_of(db *desk, const char *sql, gint64 id, GError **error)
{
	query *rows = db_query(desk, sql, error);
	if (rows)
		query_set_int(rows, ":id", id);
	return rows;
}

static bool
run_of(db *desk, const char *sql, gint64 id, GError **error)
{
	query *statement = query_of(desk, sql, id, error);
	return statement && query_finish(statement, error);
}

static bool
load_texts(db *desk, contact_card *card, GError **error)
{
	g_autoptr(query) rows = query_of(desk, "SELECT language, name, description FROM contact_text WHERE contact_id = :id ORDER BY language",
		card->id, error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct contact_text *text = contact_card_text(card, query_text(rows, 0));
		g_free(text->name);
		g_free(text->description);
		text->name = g_strdup(query_text(rows, 1));
		text->description = g_strdup(query_text(rows, 2));
	}
	return got == 0;
}

static bool
load_addresses(db *desk, contact_card *card, GError **error)
{
	g_autoptr(query) rows = query_of(desk, "SELECT a.address FROM contact_address a JOIN contact c ON c.id = a.contact_id"
		" WHERE c.id = :id ORDER BY a.address <> c.address, a.address", card->id, error);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		g_ptr_array_add(list, g_strdup(query_text(rows, 0)));
	g_ptr_array_add(list, NULL);
	g_strfreev(card->addresses);
	card->addresses = (char **)g_ptr_array_steal(list, NULL);
	return got == 0;
}

static bool
load_shops(db *desk, contact_card *card, GError **error)
{
	g_autoptr(query) rows = query_of(desk, "SELECT s.shop_id FROM contact_shop s JOIN contact c ON c.id = s.contact_id"
		" WHERE c.id = :id ORDER BY s.shop_id <> c.shop_id, s.shop_id", card->id, error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		gint64 shop = query_int(rows, 0);
		g_array_append_val(card->shops, shop);
	}
	return got == 0;
}

/* 1: there. */
static int
load_row(db *desk, contact_card *card, gint64 id, GError **error)
{
	g_autoptr(query) row = query_of(desk, "SELECT id, version, shop_id, position, is_saving, is_taking,"
		" (SELECT count(*) FROM thread WHERE contact_id = :id AND folder <> 'merged') FROM contact WHERE id = :id", id, error);
	int got = row ? query_next(row, error) : -1;
	if (got > 0) {
		card->id = query_int(row, 0);
		card->version = query_int(row, 1);
		card->shop_id = query_int(row, 2);
		card->position = query_int(row, 3);
		card->is_saving = query_int(row, 4);
		card->is_taking = query_int(row, 5);
		card->threads = query_int(row, 6);
	}
	return got;
}

contact_card *
contact_card_load(db *desk, gint64 id, GError **error)
{
	g_autoptr(contact_card) card = contact_card_new();
	int got = load_row(desk, card, id, error);
	if (got <= 0 || !load_texts(desk, card, error) || !load_addresses(desk, card, error) || !load_shops(desk, card, error))
		return NULL;
	return g_steal_pointer(&card);
}

/* 1: a row; SQL with :id and :value. */
static int
look(db *desk, const char *sql, gint64 id, const char *value, GError **error)
{
	g_autoptr(query) row = query_of(desk, sql, id, error);
	if (!row)
		return -1;
	query_set_text(row, ":value", value);
	return query_next(row, error);
}

static enum contact_outcome
check_addresses(db *desk, const contact_card *card, guint *wrong, GError **error)
{
	for (*wrong = 0; card->addresses[*wrong]; ++*wrong) {
		int got = look(desk, "SELECT 1 FROM contact_address WHERE address = :value AND contact_id <> :id", card->id,
			card->addresses[*wrong], error);
		if (got)
			return got < 0 ? CONTACT_FAILED : CONTACT_TAKEN;
	}
	return CONTACT_SAVED;
}

static enum contact_outcome
check_shops(db *desk, const contact_card *card, guint *wrong, GError **error)
{
	for (*wrong = 0; *wrong < card->shops->len; ++*wrong) {
		g_autoptr(query) row = query_of(desk, "SELECT 1 FROM shop WHERE id = :id", g_array_index(card->shops, gint64, *wrong), error);
		int got = row ? query_next(row, error) : -1;
		if (got <= 0)
			return got < 0 ? CONTACT_FAILED : CONTACT_NO_SHOP;
	}
	return CONTACT_SAVED;
}

static enum contact_outcome
check_version(db *desk, const contact_card *card, GError **error)
{
	if (!card->id)
		return CONTACT_SAVED;
	g_autoptr(query) row = query_of(desk, "SELECT version FROM contact WHERE id = :id", card->id, error);
	int got = row ? query_next(row, error) : -1;
	if (got <= 0)
		return got < 0 ? CONTACT_FAILED : CONTACT_GONE;
	return query_int(row, 0) == card->version ? CONTACT_SAVED : CONTACT_STALE;
}

static gint64
home_of(const contact_card *card)
{
	for (guint i = 0; i < card->shops->len; i++)
		if (g_array_index(card->shops, gint64, i) == card->shop_id)
			return card->shop_id;
	return g_array_index(card->shops, gint64, 0);
}

static bool
write_row(db *desk, contact_card *card, GError **error)
{
	query *statement = db_query(desk, card->id
		? "UPDATE contact SET shop_id = :shop, address = :address, is_saving = :saving, is_taking = :taking, version = version + 1 WHERE id = :id"
		: "INSERT INTO contact (id, shop_id, address, is_saving, is_taking, position)"
			" VALUES (:id, :shop, :address, :saving, :taking, (SELECT coalesce(max(position), 0) + 1 FROM contact))", error);
	if (!statement)
		return false;
	query_set_id(statement, ":id", card->id);
	query_set_int(statement, ":shop", home_of(card));
	query_set_text(statement, ":address", card->addresses[0] ? card->addresses[0] : "");
	query_set_int(statement, ":saving", card->is_saving);
	query_set_int(statement, ":taking", card->is_taking);
	if (!query_finish(statement, error))
		return false;
	if (!card->id)
		card->id = db_last_id(desk);
	return true;
}

static bool
write_texts(db *desk, const contact_card *card, GError **error)
{
	if (!run_of(desk, "DELETE FROM contact_text WHERE contact_id = :id", card->id, error))
		return false;
	for (guint i = 0; i < card->texts->len; i++) {
		const struct contact_text *text = card->texts->pdata[i];
		query *insert = query_of(desk, "INSERT INTO contact_text (contact_id, language, name, description)"
			" VALUES (:id, :language, :name, :description)", card->id, error);
		if (!insert)
			return false;
		query_set_text(insert, ":language", text->language);
		query_set_text(insert, ":name", text->name);
		query_set_text(insert, ":description", text->description);
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

static bool
write_addresses(db *desk, const contact_card *card, GError **error)
{
	if (!run_of(desk, "DELETE FROM contact_address WHERE contact_id = :id", card->id, error))
		return false;
	for (char **address = card->addresses; *address; address++) {
		query *insert = query_of(desk, "INSERT INTO contact_address (address, contact_id) VALUES (:address, :id)", card->id, error);
		if (!insert)
			return false;
		query_set_text(insert, ":address", *address);
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

static bool
write_shops(db *desk, const contact_card *card, GError **error)
{
	if (!run_of(desk, "DELETE FROM contact_shop WHERE contact_id = :id", card->id, error))
		return false;
	for (guint i = 0; i < card->shops->len; i++) {
		query *insert = query_of(desk, "INSERT INTO contact_shop (contact_id, shop_id) VALUES (:id, :shop)", card->id, error);
		if (!insert)
			return false;
		query_set_int(insert, ":shop", g_array_index(card->shops, gint64, i));
		if (!query_finish(insert, error))
			return false;
	}
	return true;
}

enum contact_outcome
contact_save(db *desk, contact_card *card, guint *wrong, GError **error)
{
	enum contact_outcome outcome = check_version(desk, card, error);
	if (outcome == CONTACT_SAVED)
		outcome = check_addresses(desk, card, wrong, error);
	if (outcome == CONTACT_SAVED)
		outcome = check_shops(desk, card, wrong, error);
	if (outcome != CONTACT_SAVED)
		return outcome;
	return write_row(desk, card, error) && write_texts(desk, card, error) && write_addresses(desk, card, error) &&
		write_shops(desk, card, error) ? CONTACT_SAVED : CONTACT_FAILED;
}

/* Rows in the table that SQL counts; -1: ERROR. */
static gint64
count(db *desk, const char *sql, GError **error)
{
	g_autoptr(query) row = db_query(desk, sql, error);
	return row && query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

/* IDS are all contacts, each once. */
static bool
are_all(db *desk, const gint64 *ids, guint number, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < number; i++) {
		g_autoptr(query) row = query_of(desk, "SELECT 1 FROM contact WHERE id = :id", ids[i], error);
		if (!row || query_next(row, error) <= 0 || !g_hash_table_add(seen, (gint64 *)&ids[i]))
			return false;
	}
	return count(desk, "SELECT count(*) FROM contact", error) == number;
}

bool
contact_set_order(db *desk, const gint64 *ids, guint number, GError **error)
{
	if (!are_all(desk, ids, number, error))
		return false;
	for (guint i = 0; i < number; i++) {
		query *update = query_of(desk, "UPDATE contact SET position = :position WHERE id = :id", ids[i], error);
		if (!update)
			return false;
		query_set_int(update, ":position", i);
		if (!query_finish(update, error))
			return false;
	}
	return true;
}

/* A query with :id and :to. */
static query *
query_of_move(db *desk, const char *sql, gint64 id, gint64 to, GError **error)
{
	query *statement = query_of(desk, sql, id, error);
	if (statement)
		query_set_id(statement, ":to", to);
	return statement;
}

/* 1: threads of ID may move to TO. */
static int
may_move(db *desk, gint64 id, gint64 to, GError **error)
{
	g_autoptr(query) row = query_of_move(desk, "SELECT :to IS NULL OR (:to <> :id AND EXISTS (SELECT 1 FROM contact WHERE id = :to)"
		" AND NOT EXISTS (SELECT 1 FROM thread WHERE contact_id = :id AND shop_id NOT IN"
		" (SELECT shop_id FROM contact_shop WHERE contact_id = :to)))", id, to, error);
	int got = row ? query_next(row, error) : -1;
	return got > 0 ? query_int(row, 0) != 0 : got;
}

/* An event a thread, so that timelines tell it and open pages follow. */
static bool
tell(db *desk, gint64 id, gint64 to, gint64 employee, gint64 now, GError **error)
{
	query *insert = query_of_move(desk, "INSERT INTO event (created, kind, shop_id, thread_id, contact_id, employee_id, data)"
		" SELECT :now, 'contact', shop_id, id, :to, :employee, json_object('from', :id, 'to', coalesce(:to, 0))"
		" FROM thread WHERE contact_id = :id AND folder <> 'merged'", id, to, error);
	if (!insert)
		return false;
	query_set_int(insert, ":now", now);
	query_set_id(insert, ":employee", employee);
	return query_finish(insert, error);
}

int
contact_drop(db *desk, gint64 id, gint64 to, gint64 employee, gint64 now, GError **error)
{
	int got = look(desk, "SELECT 1 FROM contact WHERE id = :id AND :value = ''", id, "", error);
	if (got <= 0)
		return got;
	got = may_move(desk, id, to, error);
	if (got <= 0)
		return got < 0 ? -1 : 2;
	query *move = tell(desk, id, to, employee, now, error)
		? query_of_move(desk, "UPDATE thread SET contact_id = :to, version = version + 1 WHERE contact_id = :id", id, to, error) : NULL;
	if (!move || !query_finish(move, error))
		return -1;
	return run_of(desk, "DELETE FROM contact WHERE id = :id", id, error) ? 1 : -1;
}
