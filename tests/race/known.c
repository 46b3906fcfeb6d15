/* Races that are known, one by a word: what is told of GLib must not hide them. ThreadSanitizer has to complain. */
#include <glib.h>
#include <string.h>

static GMutex lock;
static GHashTable *table;
static int number;

static void *
insert_unlocked(G_GNUC_UNUSED void *data)
{
	g_hash_table_add(table, &number);
	return NULL;
}

static void *
count_unlocked(G_GNUC_UNUSED void *data)
{
	number++;
	return NULL;
}

/* Locked by one of two alone. */
static void *
count_half_locked(void *data)
{
	if (data)
		g_mutex_lock(&lock);
	number++;
	if (data)
		g_mutex_unlock(&lock);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void *(*race)(void *);
	} races[] = {{"table", insert_unlocked}, {"number", count_unlocked}, {"half", count_half_locked}};
	table = g_hash_table_new(NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(races); i++)
		if (argc == 2 && !strcmp(argv[1], races[i].name)) {
			GThread *other = g_thread_new("other", races[i].race, NULL);
			races[i].race(&lock);
			g_thread_join(other);
		}
	g_hash_table_unref(table);
	return 0;
}
