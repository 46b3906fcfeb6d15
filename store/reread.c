#include "store/reread.h"

#include <string.h>

#include "store/event.h"
#include "store/filing_rows.h"
#include "store/out.h"

/* Bits beyond those of filing_columns, which stand for a column each. */
static const char *const other_names[] = {"references", "attachments", "identity", "charset"};
enum other_bit {REFERENCES, ATTACHMENTS, IDENTITY, CHARSET};

static guint32
other_bit(enum other_bit bit)
{
	return 1u << (filing_column_count + bit);
}

const char *
reread_name(guint bit)
{
	if (bit < filing_column_count)
		return filing_columns[bit].name + 1;
	return bit - filing_column_count < G_N_ELEMENTS(other_names) ? other_names[bit - filing_column_count] : NULL;
}

guint32
reread_bit(const char *name)
{
	for (guint bit = 0; reread_name(bit); bit++)
		if (!strcmp(reread_name(bit), name))
			return 1u << bit;
	g_assert_not_reached();
}

#define LOST 10000 /* numbers from here on: files that an answer needs and reading finds no more */

/* What was kept of the message, as far as its thread was made from it. */
struct kept {
	gint64 thread, shop;
	char *subject, *from_name, *from_address;
};

static void
clear_kept(struct kept *kept)
{
	g_free(kept->subject);
	g_free(kept->from_name);
	g_free(kept->from_address);
}

/* What follows the columns of filing_columns. */
enum {KEPT_DIGEST, KEPT_CHARSET, KEPT_THREAD, KEPT_SHOP};
#define KEPT_MORE "digest, charset, thread_id, shop_id"

static int
kept_column(int which)
{
	return (int)filing_column_count + which;
}

static int
column_of(const char *name)
{
	return g_bit_nth_lsf(reread_bit(name), -1);
}

static query *
query_kept(db *desk, gint64 message, GError **error)
{
	g_autofree char *names = filing_column_names(false);
	g_autofree char *sql = g_strdup_printf("SELECT %s, " KEPT_MORE " FROM message WHERE id = :message", names);
	query *row = db_query(desk, sql, error);
	if (row)
		query_set_int(row, ":message", message);
	return row;
}

static bool
is_as_kept(query *row, int at, const struct filing_column *column, const struct filing_mail *mail)
{
	const void *value = (const char *)mail + column->offset;
	if (column->kind == FILING_TIME)
		return query_int(row, at) == *(const gint64 *)value;
	if (column->kind == FILING_FLAG)
		return query_int(row, at) == *(const bool *)value;
	const char *text = *(const char *const *)value;
	return query_is_null(row, at) == !text && !strcmp(query_text(row, at), text ? text : "");
}

static guint32
compare_row(query *row, const struct reread_reading *reading)
{
	guint32 changes = 0;
	size_t size;
	for (size_t i = 0; i < filing_column_count; i++)
		if (!is_as_kept(row, (int)i, &filing_columns[i], reading->mail))
			changes |= 1u << i;
	const void *digest = query_blob(row, kept_column(KEPT_DIGEST), &size);
	g_autoptr(GBytes) kept = g_bytes_new(digest, size);
	if (!g_bytes_equal(kept, reading->mail->digest))
		changes |= other_bit(IDENTITY);
	if (strcmp(query_text(row, kept_column(KEPT_CHARSET)), reading->charset))
		changes |= other_bit(CHARSET);
	return changes;
}

/* Whether the ids that MESSAGE refers to are those of REFERENCES. 1, 0; -1: ERROR. */
static int
has_references(db *desk, gint64 message, const GPtrArray *references, GError **error)
{
	g_autoptr(GHashTable) left = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < references->len; i++)
		g_hash_table_add(left, references->pdata[i]);
	g_autoptr(query) rows = db_query(desk, "SELECT ref FROM message_id WHERE message_id = :message AND is_own = 0", error);
	if (!rows)
		return -1;
	query_set_int(rows, ":message", message);
	int got;
	while ((got = query_next(rows, error)) > 0)
		if (!g_hash_table_remove(left, query_text(rows, 0)))
			return 0;
	return got < 0 ? -1 : !g_hash_table_size(left);
}

struct part_comparison {
	const struct filing_mail *mail;
	size_t count;
	bool is_other;
};

static bool
compare_part(const struct part_row *part, void *data)
{
	struct part_comparison *it = data;
	if (part->position >= LOST)
		return true;
	it->is_other = it->count >= it->mail->part_count || !part_is_same(part, &it->mail->parts[it->count]);
	it->count++;
	return !it->is_other;
}

/* 1, 0; -1: ERROR. */
static int
has_parts(db *desk, gint64 message, const struct filing_mail *mail, GError **error)
{
	struct part_comparison it = {.mail = mail};
	if (!part_each(desk, message, compare_part, &it, error))
		return -1;
	return !it.is_other && it.count == mail->part_count;
}

static int
compare(db *desk, const struct reread_reading *reading, struct kept *kept, guint32 *changes, GError **error)
{
	g_autoptr(query) row = query_kept(desk, reading->message, error);
	if (!row)
		return -1;
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	*changes = compare_row(row, reading);
	*kept = (struct kept){.thread = query_int(row, kept_column(KEPT_THREAD)), .shop = query_int(row, kept_column(KEPT_SHOP)),
		.subject = g_strdup(query_text(row, column_of("subject"))), .from_name = g_strdup(query_text(row, column_of("from_name"))),
		.from_address = g_strdup(query_text(row, column_of("from_address")))};
	int references = has_references(desk, reading->message, reading->mail->references, error);
	int parts = references < 0 ? -1 : has_parts(desk, reading->message, reading->mail, error);
	if (!references)
		*changes |= other_bit(REFERENCES);
	if (!parts)
		*changes |= other_bit(ATTACHMENTS);
	return parts < 0 ? -1 : 1;
}

int
reread_compare(db *desk, const struct reread_reading *reading, guint32 *changes, GError **error)
{
	struct kept kept = {0};
	int got = compare(desk, reading, &kept, changes, error);
	clear_kept(&kept);
	return got;
}

/* One message while it is written. */
struct entering {
	db *desk;
	const struct reread_reading *reading;
	const struct kept *kept;
	char *excerpt;
};

/* SQL with any of the parameters below. */
static bool
run(const struct entering *it, const char *sql, GError **error)
{
	const struct filing_mail *mail = it->reading->mail;
	const struct {
		const char *name, *text;
	} texts[] = {{":subject", mail->subject}, {":from_name", mail->from_name}, {":from_address", mail->from_address}, {":language", mail->language},
		{":excerpt", it->excerpt}, {":old_subject", it->kept->subject}, {":old_name", it->kept->from_name}, {":old_address", it->kept->from_address}};
	query *statement = db_query(it->desk, sql, error);
	if (!statement)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (strstr(sql, texts[i].name))
			query_set_text(statement, texts[i].name, texts[i].text);
	if (strstr(sql, ":message"))
		query_set_int(statement, ":message", it->reading->message);
	if (strstr(sql, ":thread"))
		query_set_int(statement, ":thread", it->kept->thread);
	return query_finish(statement, error);
}

/* The digest of another message stays that one's: then this one keeps its own, and is no repeat for having been read better. */
static bool
write_row(const struct entering *it, GError **error)
{
	const struct reread_reading *reading = it->reading;
	g_autofree char *names = filing_column_names(true);
	g_autofree char *sql = g_strdup_printf("UPDATE message SET %s, charset = :charset, digest = iif(EXISTS (SELECT 1 FROM message o"
		" WHERE o.shop_id = message.shop_id AND o.digest = :digest AND o.id <> message.id), digest, :digest) WHERE id = :message", names);
	query *update = db_query(it->desk, sql, error);
	if (!update)
		return false;
	filing_set_columns(update, reading->mail);
	query_set_text(update, ":charset", reading->charset);
	query_set_blob(update, ":digest", g_bytes_get_data(reading->mail->digest, NULL), g_bytes_get_size(reading->mail->digest));
	query_set_int(update, ":message", reading->message);
	return query_finish(update, error);
}

/* Files of an answer that still has to leave may be parts of this message: they stay the same files, under the new numbers where they are there
 * again, else, listed with the others, beyond LOST. Between the steps old parts have numbers below 0. */
static bool
write_parts(const struct entering *it, GError **error)
{
	static const char *const before[] = {
		"UPDATE part SET position = -position WHERE message_id = :message AND position < " G_STRINGIFY(LOST),
		"UPDATE outbox_part SET part_position = -part_position WHERE message_id = :message AND part_position < " G_STRINGIFY(LOST),
	}, *const after[] = {
		"UPDATE outbox_part SET part_position = coalesce((SELECT min(n.position) FROM part o JOIN part n ON n.message_id = o.message_id"
		" AND n.position > 0 AND (n.start, n.length, n.inner_start, n.size) IS (o.start, o.length, o.inner_start, o.size)"
		" WHERE o.message_id = outbox_part.message_id AND o.position = outbox_part.part_position), part_position)"
		" WHERE message_id = :message AND part_position < 0",
		"DELETE FROM part WHERE message_id = :message AND position < 0"
		" AND position NOT IN (SELECT part_position FROM outbox_part WHERE message_id = :message)",
		"UPDATE outbox_part SET part_position = " G_STRINGIFY(LOST) " - part_position WHERE message_id = :message AND part_position < 0",
		"UPDATE part SET position = " G_STRINGIFY(LOST) " - position WHERE message_id = :message AND position < 0",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(before); i++)
		if (!run(it, before[i], error))
			return false;
	if (!filing_add_parts(it->desk, it->reading->mail, it->reading->message, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(after); i++)
		if (!run(it, after[i], error))
			return false;
	return true;
}

/* Takes CANDIDATES. */
static bool
link_with(const struct entering *it, GArray *candidates, GError **error)
{
	g_autoptr(GArray) found = candidates, threads = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (guint i = 0; found && i < found->len; i++)
		g_array_append_val(threads, g_array_index(found, struct filing_candidate, i).thread);
	return found && filing_add_links(it->desk, it->kept->thread, threads, error);
}

static bool
write_references(const struct entering *it, GError **error)
{
	const struct filing_mail *mail = it->reading->mail;
	return run(it, "DELETE FROM message_id WHERE message_id = :message", error) &&
		filing_add_references(it->desk, mail, it->reading->message, error) &&
		link_with(it, filing_parents(it->desk, it->kept->shop, mail->references, "", error), error) &&
		link_with(it, filing_children(it->desk, it->kept->shop, mail->message_ref, "", error), error);
}

#define IS_FIRST " AND :message = (SELECT min(id) FROM message WHERE thread_id = :thread)"

/* What the thread had from the message, by the column that has changed. */
static const struct {
	const char *name, *sql;
} thread_steps[] = {
	{"subject", "UPDATE thread SET subject = :subject WHERE id = :thread AND subject = :old_subject" IS_FIRST},
	{"from_name", "UPDATE thread SET name = :from_name WHERE id = :thread AND name = :old_name" IS_FIRST},
	{"from_address", "UPDATE thread SET email = :from_address, customer_id = coalesce(customer_id, (SELECT c.id FROM customer c"
		" WHERE c.shop_id = thread.shop_id AND c.email = :from_address)) WHERE id = :thread AND email = :old_address" IS_FIRST},
	{"language", "UPDATE thread SET language = (SELECT iif(instr(',' || s.languages || ',', ',' || :language || ',') AND :language <> '', :language,"
		" s.language) FROM shop s WHERE s.id = thread.shop_id) WHERE id = :thread" IS_FIRST},
	{"text", "UPDATE thread SET excerpt = :excerpt WHERE id = :thread AND last_message_id = :message"},
	{"reply", "UPDATE thread SET excerpt = :excerpt WHERE id = :thread AND last_message_id = :message"},
	{"is_automatic", "UPDATE thread SET first_customer = (SELECT min(received) FROM message WHERE thread_id = :thread AND kind = 'customer'"
		" AND NOT is_automatic) WHERE id = :thread"},
	{"is_automatic", "UPDATE thread SET (waiting_message, waiting_since) = (SELECT id, received FROM message WHERE thread_id = :thread"
		" AND kind = 'customer' AND NOT is_automatic AND id > coalesce((SELECT max(id) FROM message WHERE thread_id = :thread AND kind = 'employee'), 0)"
		" ORDER BY id LIMIT 1) WHERE id = :thread"},
	{"is_automatic", "UPDATE thread SET is_automatic = NOT EXISTS (SELECT 1 FROM message WHERE thread_id = :thread AND kind <> 'note'"
		" AND (kind = 'employee' OR NOT is_automatic)) WHERE id = :thread"},
};

static bool
write_thread(const struct entering *it, guint32 changes, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(thread_steps); i++)
		if (changes & reread_bit(thread_steps[i].name) && !run(it, thread_steps[i].sql, error))
			return false;
	return filing_add_persons(it->desk, it->reading->mail, it->kept->thread, error) &&
		run(it, "UPDATE thread SET version = version + 1 WHERE id = :thread", error);
}

static bool
write_all(const struct entering *it, guint32 changes, GError **error)
{
	guint32 ids = other_bit(REFERENCES) | reread_bit("message_ref");
	return write_row(it, error) && (!(changes & ids) || write_references(it, error)) &&
		(!(changes & other_bit(ATTACHMENTS)) || write_parts(it, error)) && write_thread(it, changes, error);
}

/* What has become of it, as the event says it. Owner: caller. */
static char *
describe(const struct reread_reading *reading, guint32 changes)
{
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, "changes");
	for (guint bit = 0; reread_name(bit); bit++)
		if (changes & 1u << bit)
			out_text(json, NULL, reread_name(bit));
	out_end(json);
	out_text(json, "charset", reading->charset);
	out_end(json);
	return out_done_text(json);
}

static bool
tell(db *desk, const struct reread_reading *reading, const char *data, GError **error)
{
	g_autoptr(query) row = db_query(desk, "SELECT t.shop_id, t.id, t.contact_id FROM message m JOIN thread t ON t.id = m.thread_id WHERE m.id = :message",
		error);
	if (!row)
		return false;
	query_set_int(row, ":message", reading->message);
	int got = query_next(row, error);
	if (got <= 0)
		return got == 0;
	struct event event = {.created = reading->now, .kind = "reread", .shop_id = query_int(row, 0), .thread_id = query_int(row, 1),
		.contact_id = query_int(row, 2), .message_id = reading->message, .employee_id = reading->employee, .data = data};
	return event_add(desk, &event, error);
}

bool
reread_fail(db *desk, const struct reread_reading *reading, GError **error)
{
	return tell(desk, reading, "{\"failed\":true}", error);
}

int
reread_enter(db *desk, const struct reread_reading *reading, guint32 *changes, GError **error)
{
	struct kept kept = {0};
	int got = compare(desk, reading, &kept, changes, error);
	if (got > 0 && (*changes || reading->employee)) {
		g_autofree char *excerpt = filing_excerpt(reading->mail), *data = describe(reading, *changes);
		const struct entering it = {desk, reading, &kept, excerpt};
		got = (!*changes || write_all(&it, *changes, error)) && tell(desk, reading, data, error) ? 1 : -1;
	}
	clear_kept(&kept);
	return got;
}
