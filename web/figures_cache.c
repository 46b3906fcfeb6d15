#include "web/figures_cache.h"

#include "store/figures.h"

#define FRESH_MS 60000 /* kept so long, */
#define RIPE_MS 30000  /* and from then on made anew in time */
#define SCOPES_MAX 1000

const char *const figures_average_names[FIGURES_AVERAGES] = {
	[FIGURES_RESPONSE_HOURS] = "average_response_hours", [FIGURES_MESSAGES_PER_THREAD] = "messages_per_thread"};

static bool (*const compute[FIGURES_AVERAGES])(db *desk, const viewer *who, gint64 now, double *value, GError **error) = {
	[FIGURES_RESPONSE_HOURS] = figures_response_hours, [FIGURES_MESSAGES_PER_THREAD] = figures_messages_per_thread};

/* Averages over the same contacts. */
struct scope {
	double value[FIGURES_AVERAGES];
	gint64 made[FIGURES_AVERAGES]; /* ms */
	bool is_due[FIGURES_AVERAGES]; /* the cache's thread is to make it, or does */
};

struct figures_cache {
	GMutex lock;
	GHashTable *scopes; /* gint64 employee, 0 for those who see all → struct scope */
	char *store;
	GAsyncQueue *due;   /* struct due *, owned */
	GThread *thread;
};

struct due {
	gint64 employee; /* 0: the thread ends */
	enum figures_average which;
};

static gint64
scope_key(const viewer *who)
{
	return who->has_all ? 0 : who->id;
}

static void
keep(struct figures_cache *cache, const viewer *who, enum figures_average which, double value, gint64 now)
{
	gint64 key = scope_key(who);
	g_mutex_lock(&cache->lock);
	struct scope *scope = g_hash_table_lookup(cache->scopes, &key);
	if (!scope) {
		if (g_hash_table_size(cache->scopes) >= SCOPES_MAX)
			g_hash_table_remove_all(cache->scopes);
		scope = g_new0(struct scope, 1);
		g_hash_table_insert(cache->scopes, g_memdup2(&key, sizeof key), scope);
	}
	scope->value[which] = value;
	scope->made[which] = now;
	scope->is_due[which] = false;
	g_mutex_unlock(&cache->lock);
}

/* What cannot be made here is made, and its error told, when it is asked for and too old. */
static void
make(struct figures_cache *cache, db *desk, const struct due *due)
{
	double value;
	gint64 now = g_get_real_time() / 1000;
	g_autoptr(viewer) who = viewer_load(desk, due->employee, NULL);
	if (who && compute[due->which](desk, who, now, &value, NULL))
		keep(cache, who, due->which, value, now);
}

static void *
run(void *data)
{
	struct figures_cache *cache = data;
	g_autofree char *path = g_build_filename(cache->store, "desk.db", NULL);
	g_autoptr(db) desk = NULL;
	for (;;) {
		g_autofree struct due *due = g_async_queue_pop(cache->due);
		if (!due->employee)
			return NULL;
		if (!desk)
			desk = db_open(path, DB_READ, NULL);
		if (desk)
			make(cache, desk, due);
	}
}

struct figures_cache *
figures_cache_new(const char *store)
{
	struct figures_cache *cache = g_new0(struct figures_cache, 1);
	g_mutex_init(&cache->lock);
	cache->scopes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	cache->store = g_strdup(store);
	cache->due = g_async_queue_new_full(g_free);
	return cache;
}

void
figures_cache_free(struct figures_cache *cache)
{
	if (!cache)
		return;
	if (cache->thread) {
		g_async_queue_push(cache->due, g_new0(struct due, 1));
		g_thread_join(cache->thread);
	}
	g_async_queue_unref(cache->due);
	g_hash_table_unref(cache->scopes);
	g_mutex_clear(&cache->lock);
	g_free(cache->store);
	g_free(cache);
}

/* The thread begins when there is first something to do: most roles of web never need it. Under the lock. */
static void
ask_for(struct figures_cache *cache, const viewer *who, enum figures_average which)
{
	if (!cache->thread)
		cache->thread = g_thread_new("figures", run, cache);
	g_async_queue_push(cache->due, g_memdup2(&(struct due){who->id, which}, sizeof(struct due)));
}

static bool
find_fresh(struct figures_cache *cache, const viewer *who, const struct figures_wish *wish, double *value)
{
	gint64 key = scope_key(who);
	g_mutex_lock(&cache->lock);
	struct scope *scope = g_hash_table_lookup(cache->scopes, &key);
	gint64 age = scope ? wish->now - scope->made[wish->which] : FRESH_MS;
	if (age < FRESH_MS) {
		*value = scope->value[wish->which];
		if (age >= RIPE_MS && !scope->is_due[wish->which])
			ask_for(cache, who, wish->which);
		scope->is_due[wish->which] |= age >= RIPE_MS;
	}
	g_mutex_unlock(&cache->lock);
	return age < FRESH_MS;
}

bool
figures_cache_average(struct figures_cache *cache, db *desk, const viewer *who, const struct figures_wish *wish, double *value, GError **error)
{
	if (!wish->is_anew && find_fresh(cache, who, wish, value))
		return true;
	if (!compute[wish->which](desk, who, wish->now, value, error))
		return false;
	keep(cache, who, wish->which, *value, wish->now);
	return true;
}
