#include "web/throttle.h"

struct entry {
	guint tries;
	gint64 last, until; /* ms */
};

struct throttle {
	guint free;
	GMutex lock;
	GHashTable *entries; /* char * → struct entry * */
};

throttle *
throttle_new(guint free)
{
	throttle *table = g_new0(throttle, 1);
	table->free = free;
	table->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_mutex_init(&table->lock);
	return table;
}

void
throttle_free(throttle *table)
{
	if (!table)
		return;
	g_hash_table_unref(table->entries);
	g_mutex_clear(&table->lock);
	g_free(table);
}

/* Room for one more: first what is old goes, then, under attack, what waits least. */
static void
make_room(throttle *table, gint64 now)
{
	GHashTableIter each;
	void *key, *value, *least = NULL;
	gint64 until = G_MAXINT64;
	if (g_hash_table_size(table->entries) < THROTTLE_ENTRIES_MAX)
		return;
	g_hash_table_iter_init(&each, table->entries);
	while (g_hash_table_iter_next(&each, &key, &value)) {
		const struct entry *entry = value;
		if (now - entry->last > THROTTLE_FORGET_MS) {
			g_hash_table_iter_remove(&each);
		} else if (entry->until < until) {
			until = entry->until;
			least = key;
		}
	}
	if (g_hash_table_size(table->entries) >= THROTTLE_ENTRIES_MAX)
		g_hash_table_remove(table->entries, least);
}

static struct entry *
find(throttle *table, const char *key, gint64 now)
{
	struct entry *entry = g_hash_table_lookup(table->entries, key);
	if (entry && now - entry->last > THROTTLE_FORGET_MS)
		*entry = (struct entry){0};
	if (entry)
		return entry;
	make_room(table, now);
	entry = g_new0(struct entry, 1);
	g_hash_table_insert(table->entries, g_strdup(key), entry);
	return entry;
}

int
throttle_try(throttle *table, const char *key, gint64 now)
{
	int wait = 0;
	g_mutex_lock(&table->lock);
	struct entry *entry = find(table, key, now);
	if (entry->until > now) {
		wait = (int)((entry->until - now + 999) / 1000);
	} else {
		entry->last = now;
		if (++entry->tries > table->free)
			entry->until = now + 1000 * MIN(1 << MIN(entry->tries - table->free - 1, 20), THROTTLE_WAIT_MAX);
	}
	g_mutex_unlock(&table->lock);
	return wait;
}

void
throttle_take_back(throttle *table, const char *key)
{
	g_mutex_lock(&table->lock);
	struct entry *entry = g_hash_table_lookup(table->entries, key);
	if (entry && entry->tries) {
		entry->tries--;
		entry->until = 0;
	}
	g_mutex_unlock(&table->lock);
}

void
throttle_forgive(throttle *table, const char *key)
{
	g_mutex_lock(&table->lock);
	g_hash_table_remove(table->entries, key);
	g_mutex_unlock(&table->lock);
}
