#include "store/blocked.h"

#include <string.h>

#include "store/contact.h"
#include "store/listing.h"

#define DOMAIN_MAX 253 /* octets: RFC 1035 */

const char *const blocked_sorts[] = {"sender", "created", NULL};

#define COLUMNS "SELECT b.id, b.version, b.created, b.sender, b.reason, coalesce(e.id, 0), e.firstname, e.lastname"
#define TABLES " FROM blocked_sender b LEFT JOIN employee e ON e.id = b.employee_id"

typedef bool each_row(const struct blocked_row *row, void *data);

static bool
pass_on(query *row, each_row *each, void *data)
{
	struct blocked_row one = {query_int(row, 0), query_int(row, 1), query_int(row, 2), query_text(row, 3), query_text(row, 4), query_int(row, 5),
		query_text(row, 6), query_text(row, 7)};
	return each(&one, data);
}

static struct listing
describe(const struct blocked_filter *filter)
{
	static const char *const keys[] = {"b.sender", "b.created"};
	return (struct listing){.columns = COLUMNS, .tables = TABLES " WHERE 1", .filters = {{"instr(b.sender, lower(:sender))", ":sender", filter->sender}},
		.sorts = blocked_sorts, .keys = keys, .otherwise = "sender", .tie = "b.id", .sort = filter->sort, .limit = filter->limit, .page = filter->page};
}

bool
blocked_each(db *desk, const struct blocked_filter *filter, each_row *each, void *data, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) rows = listing_rows(desk, &listing, error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0)
		if (!pass_on(rows, each, data))
			return true;
	return got == 0;
}

gint64
blocked_total(db *desk, const struct blocked_filter *filter, GError **error)
{
	const struct listing listing = describe(filter);
	g_autoptr(query) count = listing_count(desk, &listing, error);
	return count && query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

int
blocked_get(db *desk, gint64 id, each_row *each, void *data, GError **error)
{
	g_autoptr(query) row = db_query(desk, COLUMNS TABLES " WHERE b.id = :id", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", id);
	int got = query_next(row, error);
	if (got > 0)
		pass_on(row, each, data);
	return got;
}

/* SQL with :sender. */
static query *
by_sender(db *desk, const char *sql, const char *sender, GError **error)
{
	query *statement = db_query(desk, sql, error);
	if (statement)
		query_set_text(statement, ":sender", sender);
	return statement;
}

const char *
blocked_wider(const char *address, const char *name)
{
	if (!name)
		return address;
	const char *next = name == address ? strrchr(address, '@') : strchr(name, '.');
	return next && strchr(next + 1, '.') ? next + 1 : NULL;
}

int
blocked_get_of(db *desk, const char *address, each_row *each, void *data, GError **error)
{
	g_autofree char *normal = strlen(address) > BLOCKED_ADDRESS_MAX ? NULL : contact_normal_address(address);
	for (const char *name = NULL; normal && (name = blocked_wider(normal, name));) {
		g_autoptr(query) row = by_sender(desk, COLUMNS TABLES " WHERE b.sender = :sender", name, error);
		int got = row ? query_next(row, error) : -1;
		if (got > 0)
			pass_on(row, each, data);
		if (got)
			return got;
	}
	return 0;
}

/* "BÜCHER.example" → "xn--bcher-kva.example"; NULL when it is no domain of two labels or more. */
static char *
normal_domain(const char *typed)
{
	g_autofree char *ascii = g_hostname_to_ascii(typed);
	g_autofree char *domain = ascii ? g_ascii_strdown(ascii, -1) : NULL;
	if (domain && g_str_has_suffix(domain, "."))
		domain[strlen(domain) - 1] = '\0'; /* it may be written with its root */
	bool is_good = domain && strlen(domain) <= DOMAIN_MAX && strchr(domain, '.') && *domain != '.' && !strstr(domain, "..") &&
		strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-._") == strlen(domain);
	return is_good ? g_steal_pointer(&domain) : NULL;
}

char *
blocked_normal(const char *typed)
{
	g_autofree char *bare = g_strstrip(g_strdup(typed));
	const char *at = strrchr(bare, '@');
	if (!at || at == bare || (at == bare + 1 && *bare == '*'))
		return normal_domain(at ? at + 1 : bare);
	g_autofree char *address = strlen(bare) > BLOCKED_ADDRESS_MAX ? NULL : contact_normal_address(bare);
	g_autofree char *domain = address ? normal_domain(strrchr(address, '@') + 1) : NULL;
	return domain ? g_steal_pointer(&address) : NULL;
}

/* 2: it is blocked by a row of its own already; 4: there is no room for another one; 1 else. */
static int
may_add(db *desk, const char *sender, GError **error)
{
	g_autoptr(query) row = by_sender(desk, "SELECT count(*), coalesce(max(sender = :sender), 0) FROM blocked_sender", sender, error);
	if (!row || query_next(row, error) < 0)
		return -1;
	return query_int(row, 1) ? 2 : query_int(row, 0) >= BLOCKED_MAX ? 4 : 1;
}

static int
add(db *desk, struct blocked_row *row, GError **error)
{
	int may = may_add(desk, row->sender, error);
	query *insert = may == 1 ? db_query(desk, "INSERT INTO blocked_sender (sender, reason, created, employee_id)"
		" VALUES (:sender, :reason, :created, :employee)", error) : NULL;
	if (!insert)
		return may == 1 ? -1 : may;
	query_set_text(insert, ":sender", row->sender);
	query_set_text(insert, ":reason", row->reason);
	query_set_int(insert, ":created", row->created);
	query_set_id(insert, ":employee", row->employee_id);
	if (!query_finish(insert, error))
		return -1;
	row->id = db_last_id(desk);
	return 1;
}

static bool
note_version(const struct blocked_row *row, void *data)
{
	*(gint64 *)data = row->version;
	return true;
}

static int
change(db *desk, const struct blocked_row *row, GError **error)
{
	gint64 version;
	int got = blocked_get(desk, row->id, note_version, &version, error);
	if (got <= 0)
		return got;
	if (version != row->version)
		return 3;
	query *update = db_query(desk, "UPDATE blocked_sender SET reason = :reason, version = version + 1 WHERE id = :id", error);
	if (!update)
		return -1;
	query_set_text(update, ":reason", row->reason);
	query_set_int(update, ":id", row->id);
	return query_finish(update, error) ? 1 : -1;
}

int
blocked_save(db *desk, struct blocked_row *row, GError **error)
{
	return row->id ? change(desk, row, error) : add(desk, row, error);
}

int
blocked_drop(db *desk, gint64 id, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM blocked_sender WHERE id = :id", error);
	if (!drop)
		return -1;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error) ? db_changes(desk) > 0 : -1;
}
