#include "store/spam.h"

#include <string.h>

const char *const spam_matches[] = {"is", "starts", "contains", NULL};
const char *const spam_places[] = {"anywhere", "above", NULL};

#define COLUMNS "SELECT id, version, header, match, value, place FROM spam_rule"

static struct spam_rule
rule_of(query *row)
{
	return (struct spam_rule){query_int(row, 0), query_int(row, 1), query_text(row, 2), query_text(row, 3), query_text(row, 4), query_text(row, 5)};
}

bool
spam_each(db *desk, bool (*each)(const struct spam_rule *, void *), void *data, GError **error)
{
	g_autoptr(query) rows = db_query(desk, COLUMNS " ORDER BY header, value, id", error);
	int got = rows ? 0 : -1;
	while (rows && (got = query_next(rows, error)) > 0) {
		struct spam_rule rule = rule_of(rows);
		if (!each(&rule, data))
			return true;
	}
	return got == 0;
}

gint64
spam_total(db *desk, GError **error)
{
	g_autoptr(query) count = db_query(desk, "SELECT count(*) FROM spam_rule", error);
	return count && query_next(count, error) > 0 ? query_int(count, 0) : -1;
}

int
spam_get(db *desk, gint64 id, bool (*each)(const struct spam_rule *, void *), void *data, GError **error)
{
	g_autoptr(query) row = db_query(desk, COLUMNS " WHERE id = :id", error);
	if (!row)
		return -1;
	query_set_int(row, ":id", id);
	int got = query_next(row, error);
	if (got > 0) {
		struct spam_rule rule = rule_of(row);
		each(&rule, data);
	}
	return got;
}

static void
bind(query *statement, const struct spam_rule *rule)
{
	query_set_text(statement, ":header", rule->header);
	query_set_text(statement, ":match", rule->match);
	query_set_text(statement, ":value", rule->value);
	query_set_text(statement, ":place", rule->place);
}

/* 2: another one says the same; 4: there is no room for another one; 1 else. */
static int
may_save(db *desk, const struct spam_rule *rule, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT (SELECT count(*) FROM spam_rule), EXISTS (SELECT 1 FROM spam_rule WHERE header = :header AND match = :match AND value = :value"
		" AND place = :place AND id <> :id)", error);
	if (!row)
		return -1;
	bind(row, rule);
	query_set_int(row, ":id", rule->id);
	if (query_next(row, error) < 0)
		return -1;
	return query_int(row, 1) ? 2 : !rule->id && query_int(row, 0) >= SPAM_RULES_MAX ? 4 : 1;
}

static int
add(db *desk, struct spam_rule *rule, GError **error)
{
	query *insert = db_query(desk, "INSERT INTO spam_rule (header, match, value, place) VALUES (:header, :match, :value, :place)", error);
	if (!insert)
		return -1;
	bind(insert, rule);
	if (!query_finish(insert, error))
		return -1;
	rule->id = db_last_id(desk);
	return 1;
}

static bool
note_version(const struct spam_rule *rule, void *data)
{
	*(gint64 *)data = rule->version;
	return true;
}

static int
change(db *desk, const struct spam_rule *rule, GError **error)
{
	gint64 version;
	int got = spam_get(desk, rule->id, note_version, &version, error);
	if (got <= 0)
		return got;
	if (version != rule->version)
		return 3;
	query *update = db_query(desk, "UPDATE spam_rule SET header = :header, match = :match, value = :value, place = :place, version = version + 1"
		" WHERE id = :id", error);
	if (!update)
		return -1;
	bind(update, rule);
	query_set_int(update, ":id", rule->id);
	return query_finish(update, error) ? 1 : -1;
}

int
spam_save(db *desk, struct spam_rule *rule, GError **error)
{
	int may = may_save(desk, rule, error);
	if (may != 1)
		return may;
	return rule->id ? change(desk, rule, error) : add(desk, rule, error);
}

int
spam_drop(db *desk, gint64 id, GError **error)
{
	query *drop = db_query(desk, "DELETE FROM spam_rule WHERE id = :id", error);
	if (!drop)
		return -1;
	query_set_int(drop, ":id", id);
	return query_finish(drop, error) ? db_changes(desk) > 0 : -1;
}

struct spam_table {
	GHashTable *by_header; /* lower case → GPtrArray of struct kept */
};

struct kept {
	struct spam_rule rule; /* owns its texts */
	char *folded;          /* the value, lower case */
};

static void
free_kept(void *data)
{
	struct kept *kept = data;
	g_free((char *)kept->rule.header);
	g_free((char *)kept->rule.value);
	g_free(kept->folded);
	g_free(kept);
}

static const char *
known(const char *const *names, const char *name)
{
	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

static bool
keep(const struct spam_rule *rule, void *data)
{
	spam_table *table = data;
	struct kept *kept = g_new(struct kept, 1);
	*kept = (struct kept){.rule = *rule, .folded = g_ascii_strdown(rule->value, -1)};
	kept->rule.header = g_strdup(rule->header);
	kept->rule.value = g_strdup(rule->value);
	kept->rule.match = known(spam_matches, rule->match);
	kept->rule.place = known(spam_places, rule->place);
	g_autofree char *header = g_ascii_strdown(rule->header, -1);
	GPtrArray *same = g_hash_table_lookup(table->by_header, header);
	if (!same) {
		same = g_ptr_array_new_with_free_func(free_kept);
		g_hash_table_insert(table->by_header, g_steal_pointer(&header), same);
	}
	g_ptr_array_add(same, kept);
	return true;
}

spam_table *
spam_table_load(db *desk, GError **error)
{
	g_autoptr(spam_table) table = g_new(spam_table, 1);
	table->by_header = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return spam_each(desk, keep, table, error) ? g_steal_pointer(&table) : NULL;
}

void
spam_table_free(spam_table *table)
{
	if (!table)
		return;
	g_hash_table_unref(table->by_header);
	g_free(table);
}

static bool
meets(const struct kept *kept, const char *folded)
{
	if (!strcmp(kept->rule.match, "is"))
		return !strcmp(folded, kept->folded);
	return !strcmp(kept->rule.match, "starts") ? g_str_has_prefix(folded, kept->folded) : strstr(folded, kept->folded) != NULL;
}

const struct spam_rule *
spam_table_find(const spam_table *table, const char *name, const char *value, bool is_above)
{
	g_autofree char *header = g_ascii_strdown(name, -1);
	const GPtrArray *same = table ? g_hash_table_lookup(table->by_header, header) : NULL;
	if (!same)
		return NULL;
	g_autofree char *folded = g_strstrip(g_ascii_strdown(value, -1));
	for (guint i = 0; i < same->len; i++) {
		const struct kept *kept = same->pdata[i];
		if ((is_above || strcmp(kept->rule.place, "above")) && meets(kept, folded))
			return &kept->rule;
	}
	return NULL;
}
