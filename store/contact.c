#include "store/contact.h"

#include <string.h>

#include "store/listing.h"

struct contact_book {
	GHashTable *by_address; /* normal address → route */
	GHashTable *by_id;      /* owns the routes */
};

static void
free_route(void *data)
{
	struct contact_route *route = data;
	g_free(route->address);
	g_free(route);
}

static void
clear_book(void *data)
{
	contact_book *book = data;
	g_hash_table_destroy(book->by_address);
	g_hash_table_destroy(book->by_id);
}

static bool
load_routes(contact_book *book, db *desk, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT id, shop_id, address, is_saving, is_taking FROM contact", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct contact_route *route = g_new(struct contact_route, 1);
		*route = (struct contact_route){.id = query_int(rows, 0), .shop_id = query_int(rows, 1),
			.address = g_strdup(query_text(rows, 2)), .is_saving = query_int(rows, 3), .is_taking = query_int(rows, 4)};
		g_hash_table_insert(book->by_id, &route->id, route);
	}
	return got == 0;
}

static bool
load_addresses(contact_book *book, db *desk, GError **error)
{
	g_autoptr(query) rows = db_query(desk, "SELECT address, contact_id FROM contact_address", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		gint64 id = query_int(rows, 1);
		struct contact_route *route = g_hash_table_lookup(book->by_id, &id);
		if (route)
			g_hash_table_insert(book->by_address, g_strdup(query_text(rows, 0)), route);
	}
	return got == 0;
}

contact_book *
contact_book_load(db *desk, GError **error)
{
	g_autoptr(contact_book) book = g_atomic_rc_box_new0(contact_book);
	book->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_route);
	book->by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!db_begin_read(desk, error))
		return NULL;
	bool ok = load_routes(book, desk, error) && load_addresses(book, desk, error);
	db_rollback(desk);
	return ok ? g_steal_pointer(&book) : NULL;
}

contact_book *
contact_book_ref(contact_book *book)
{
	return g_atomic_rc_box_acquire(book);
}

void
contact_book_unref(contact_book *book)
{
	if (book)
		g_atomic_rc_box_release_full(book, clear_book);
}

char *
contact_normal_address(const char *address)
{
	size_t length = strlen(address);
	if (length >= 2 && address[0] == '<' && address[length - 1] == '>') {
		address++;
		length -= 2;
	}
	g_autofree char *bare = g_strndup(address, length);
	char *at = strrchr(bare, '@');
	if (at && g_str_has_suffix(at + 1, "."))
		at[strlen(at) - 1] = '\0'; /* a domain may be written with its root */
	if (!at || !at[1] || strpbrk(bare, "\r\n<> ") || !g_utf8_validate(at + 1, -1, NULL)) /* GLib reads beyond the end of what is no UTF-8 */
		return NULL;
	g_autofree char *ascii = g_hostname_to_ascii(at + 1);
	*at = '\0';
	g_autofree char *local = g_ascii_strdown(bare, -1);
	g_autofree char *domain = ascii ? g_ascii_strdown(ascii, -1) : NULL;
	return domain ? g_strconcat(local, "@", domain, NULL) : NULL;
}

/* Characters of RFC 5322's atoms, letters of any script (RFC 6531), and dots wherever they stand: some providers gave such addresses out. */
static bool
is_local_part(const char *text, size_t length)
{
	bool is_good = length && length <= 64 && g_utf8_validate(text, (gssize)length, NULL);
	for (const char *c = text; is_good && c < text + length; c = g_utf8_next_char(c)) {
		gunichar letter = g_utf8_get_char(c);
		is_good = letter < 128 ? g_ascii_isalnum(*c) || strchr(".!#$%&'*+-/=?^_`{|}~", *c) : g_unichar_isalnum(letter) || g_unichar_ismark(letter);
	}
	return is_good;
}

static bool
is_host_name(const char *text)
{
	g_auto(GStrv) labels = g_strsplit(text, ".", -1);
	bool is_good = strlen(text) <= 253;
	for (char **label = labels; is_good && *label; label++) {
		size_t length = strlen(*label);
		is_good = length && length <= 63 && strspn(*label, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length && **label != '-' && (*label)[length - 1] != '-';
	}
	return is_good;
}

char *
contact_mailable_address(const char *address)
{
	g_autofree char *normal = contact_normal_address(address);
	const char *at = normal ? strrchr(normal, '@') : NULL;
	return at && is_local_part(normal, (size_t)(at - normal)) && is_host_name(at + 1) ? g_steal_pointer(&normal) : NULL;
}

const struct contact_route *
contact_book_find(contact_book *book, const char *recipient, char delimiter, char **extension)
{
	g_autofree char *address = contact_normal_address(recipient);
	if (extension)
		*extension = g_strdup("");
	if (!address)
		return NULL;
	const struct contact_route *route = g_hash_table_lookup(book->by_address, address);
	char *at = strrchr(address, '@'), *mark = delimiter ? memchr(address, delimiter, (size_t)(at - address)) : NULL;
	if (route || (!mark && !(route = g_hash_table_lookup(book->by_address, at))))
		return route;
	if (mark) {
		g_autofree char *plain = g_strdup_printf("%.*s%s", (int)(mark - address), address, at);
		route = g_hash_table_lookup(book->by_address, plain);
		if (!route)
			route = g_hash_table_lookup(book->by_address, at);
		if (route && extension) {
			g_free(*extension);
			*extension = g_strndup(mark + 1, (gsize)(at - mark - 1));
		}
	}
	return route;
}

const struct contact_route *
contact_book_by_id(contact_book *book, gint64 id)
{
	return g_hash_table_lookup(book->by_id, &id);
}

static bool
say(GError **error, const char *text, const char *rest)
{
	g_set_error(error, DB_ERROR, DB_FAILED, "%s %s", text, rest);
	return false;
}

static bool
is_taken(db *desk, const char *address)
{
	g_autoptr(query) row = db_query(desk, "SELECT 1 FROM contact_address WHERE address = :address", NULL);
	if (!row)
		return false;
	query_set_text(row, ":address", address);
	return query_next(row, NULL) > 0;
}

static bool
add_address(db *desk, gint64 id, const char *address, GError **error)
{
	g_autofree char *normal = contact_normal_address(address);
	if (!normal)
		return say(error, address, "is not an address.");
	if (is_taken(desk, normal))
		return say(error, normal, "belongs to a contact already.");
	query *insert = db_query(desk, "INSERT INTO contact_address (address, contact_id) VALUES (:address, :id)", error);
	if (!insert)
		return false;
	query_set_text(insert, ":address", normal);
	query_set_int(insert, ":id", id);
	return query_finish(insert, error);
}

static bool
set_sending_address(db *desk, gint64 id, const char *address, GError **error)
{
	g_autofree char *normal = contact_normal_address(address);
	query *update = db_query(desk, "UPDATE contact SET address = :address, version = version + 1 WHERE id = :id AND address = ''", error);
	if (!update)
		return false;
	query_set_text(update, ":address", normal ? normal : "");
	query_set_int(update, ":id", id);
	if (!query_finish(update, error))
		return false;
	return !db_changes(desk) || (normal && *normal != '@') || say(error, address, "is not an address to send from.");
}

bool
contact_add_addresses(db *desk, gint64 id, const char *const *addresses, GError **error)
{
	if (*addresses && !set_sending_address(desk, id, *addresses, error))
		return false;
	for (; *addresses; addresses++)
		if (!add_address(desk, id, *addresses, error))
			return false;
	return true;
}

static bool
add_texts(db *desk, gint64 id, const struct contact_new *contact, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO contact_text (contact_id, language, name, description)"
		" SELECT :id, value, :name, :description FROM json_each('[\"en\",\"fr\",\"nl\",\"pl\"]')", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	query_set_text(insert, ":name", contact->name);
	query_set_text(insert, ":description", contact->description);
	return query_finish(insert, error);
}

static bool
serve_home_shop(db *desk, gint64 id, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO contact_shop (contact_id, shop_id) SELECT id, shop_id FROM contact WHERE id = :id", error);
	if (!insert)
		return false;
	query_set_int(insert, ":id", id);
	return query_finish(insert, error);
}

bool
contact_add(db *desk, const struct contact_new *contact, gint64 *id, GError **error)
{
	if (contact->is_off && !*contact->addresses)
		return say(error, contact->name, "saves no messages and has no address: they would go nowhere.");
	query *insert = db_query(desk, "INSERT INTO contact (shop_id, address, is_saving, is_taking, position)"
		" SELECT min(id), '', :saving, :taking, (SELECT coalesce(max(position), 0) + 1 FROM contact) FROM shop", error);
	if (!insert)
		return false;
	query_set_int(insert, ":saving", !contact->is_off);
	query_set_int(insert, ":taking", contact->is_taking);
	if (!query_finish(insert, error))
		return false;
	*id = db_last_id(desk);
	return add_texts(desk, *id, contact, error) && serve_home_shop(desk, *id, error) &&
		contact_add_addresses(desk, *id, contact->addresses, error);
}

#define CONTACT_COLUMNS \
	"SELECT c.id, c.shop_id, c.position, c.version, c.address, c.is_saving, c.is_taking, s.name," \
	" coalesce(t.name, d.name, ''), coalesce(t.description, d.description, '')," \
	" (SELECT coalesce(group_concat(address, ','), '') FROM contact_address a WHERE a.contact_id = c.id)"
#define CONTACT_TABLES \
	" FROM contact c JOIN shop s ON s.id = c.shop_id" \
	" LEFT JOIN contact_text t ON t.contact_id = c.id AND t.language = :language" \
	" LEFT JOIN contact_text d ON d.contact_id = c.id AND d.language = s.language "

static struct contact_row
read_row(query *rows)
{
	return (struct contact_row){.id = query_int(rows, 0), .shop_id = query_int(rows, 1), .position = query_int(rows, 2),
		.version = query_int(rows, 3), .address = query_text(rows, 4), .is_saving = query_int(rows, 5),
		.is_taking = query_int(rows, 6), .shop_name = query_text(rows, 7), .name = query_text(rows, 8),
		.description = query_text(rows, 9), .addresses = query_text(rows, 10)};
}

bool
contact_each(db *desk, const char *language, bool (*each)(const struct contact_row *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, CONTACT_COLUMNS CONTACT_TABLES "ORDER BY c.position, 9", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_text(rows, ":language", language);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct contact_row row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

const char *const contact_sorts[] = {"position", "id", "name", "address", "description", NULL};

static struct listing
describe(const struct contact_filter *filter)
{
	static const char *const keys[] = {"c.position", "c.id", "9 COLLATE NOCASE", "c.address", "10 COLLATE NOCASE"};
	return (struct listing){
		.columns = CONTACT_COLUMNS, .tables = CONTACT_TABLES "WHERE " VIEWER_SEES("c.id"),
		.filters = {
			{"c.id = :id", ":id", .number = filter->id},
			{"matches(coalesce(t.name, d.name, ''), :name)", ":name", filter->name},
			{"matches(coalesce(t.description, d.description, ''), :description)", ":description", filter->description},
			{"EXISTS (SELECT 1 FROM contact_address f WHERE f.contact_id = c.id AND instr(f.address, lower(:address)))", ":address", filter->address},
		},
		.sorts = contact_sorts, .keys = keys, .otherwise = "position", .tie = "c.id",
		.sort = filter->sort, .limit = filter->limit, .page = filter->page,
	};
}

bool
contact_each_filtered(db *desk, const viewer *who, const struct contact_filter *filter,
	bool (*each)(const struct contact_row *, void *), void *data, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) rows = listing_rows(desk, &listing, error);
	if (!rows)
		return false;
	query_set_text(rows, ":language", who->language);
	query_set_int(rows, ":viewer", who->id);
	int got;
	while ((got = query_next(rows, error)) > 0) {
		struct contact_row row = read_row(rows);
		if (!each(&row, data))
			return true;
	}
	return got == 0;
}

gint64
contact_total(db *desk, const viewer *who, const struct contact_filter *filter, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) count = listing_count(desk, &listing, error);
	if (!count)
		return -1;
	query_set_text(count, ":language", who->language);
	query_set_int(count, ":viewer", who->id);
	return query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

#define OPEN "contact_id = c.id AND folder = 'normal' AND status = 'open'"

bool
contact_each_block(db *desk, const char *language, bool (*each)(const struct contact_block *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, CONTACT_COLUMNS ","
		" coalesce((SELECT sum(value) FROM counter k WHERE k.contact_id = c.id AND k.name = 'open'), 0),"
		" w.id, w.waiting_message" CONTACT_TABLES
		"LEFT JOIN thread w ON w.id = coalesce((SELECT id FROM thread WHERE " OPEN " AND waiting_since IS NOT NULL ORDER BY waiting_since, id LIMIT 1),"
		" (SELECT id FROM thread WHERE " OPEN " LIMIT 1))"
		" WHERE c.is_saving ORDER BY c.position, 9", error);
	int got = rows ? 0 : -1;
	if (rows)
		query_set_text(rows, ":language", language);
	while (rows && (got = query_next(rows, error)) > 0) {
		struct contact_block block = {.contact = read_row(rows), .open = query_int(rows, 11), .thread = query_int(rows, 12),
			.message = query_int(rows, 13)};
		if (!each(&block, data))
			return true;
	}
	return got == 0;
}
