#include "web/api_figures.h"

#include <string.h>

#include "store/figures.h"

#define FRESH_MS 60000
#define SCOPES_MAX 1000

enum average {RESPONSE_HOURS, MESSAGES_PER_THREAD, AVERAGES};

static const struct {
	const char *name;
	bool (*compute)(db *desk, const viewer *who, gint64 now, double *value, GError **error);
} averages[AVERAGES] = {
	[RESPONSE_HOURS] = {"average_response_hours", figures_response_hours},
	[MESSAGES_PER_THREAD] = {"messages_per_thread", figures_messages_per_thread},
};

/* Averages over the same contacts. */
struct scope {
	double value[AVERAGES];
	gint64 made[AVERAGES]; /* ms */
};

struct figures_cache {
	GMutex lock;
	GHashTable *scopes; /* gint64 employee, 0 for those who see all → struct scope */
};

struct figures_cache *
figures_cache_new(void)
{
	struct figures_cache *cache = g_new0(struct figures_cache, 1);
	g_mutex_init(&cache->lock);
	cache->scopes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return cache;
}

void
figures_cache_free(struct figures_cache *cache)
{
	if (!cache)
		return;
	g_hash_table_unref(cache->scopes);
	g_mutex_clear(&cache->lock);
	g_free(cache);
}

static gint64
scope_key(const viewer *who)
{
	return who->has_all ? 0 : who->id;
}

static bool
find_fresh(struct figures_cache *cache, const struct call *call, enum average which, double *value)
{
	gint64 key = scope_key(call->who);
	g_mutex_lock(&cache->lock);
	const struct scope *scope = g_hash_table_lookup(cache->scopes, &key);
	bool is_fresh = scope && call->now - scope->made[which] < FRESH_MS;
	if (is_fresh)
		*value = scope->value[which];
	g_mutex_unlock(&cache->lock);
	return is_fresh;
}

static void
keep(struct figures_cache *cache, const struct call *call, enum average which, double value)
{
	gint64 key = scope_key(call->who);
	g_mutex_lock(&cache->lock);
	struct scope *scope = g_hash_table_lookup(cache->scopes, &key);
	if (!scope) {
		if (g_hash_table_size(cache->scopes) >= SCOPES_MAX)
			g_hash_table_remove_all(cache->scopes);
		scope = g_new0(struct scope, 1);
		g_hash_table_insert(cache->scopes, g_memdup2(&key, sizeof key), scope);
	}
	scope->value[which] = value;
	scope->made[which] = call->now;
	g_mutex_unlock(&cache->lock);
}

static bool
read_average(struct call *call, enum average which, double *value, GError **error)
{
	const char *refresh = request_argument(call->request, "refresh");
	bool is_asked_anew = refresh && !strcmp(refresh, averages[which].name);
	if (!is_asked_anew && find_fresh(call->web->figures, call, which, value))
		return true;
	if (!averages[which].compute(call->desk, call->who, call->now, value, error))
		return false;
	keep(call->web->figures, call, which, *value);
	return true;
}

void
api_figures_kpis(struct call *call)
{
	g_autoptr(GError) error = NULL;
	double value[AVERAGES];
	gint64 pending = figures_pending(call->desk, call->who, &error);
	for (enum average i = 0; i < AVERAGES && !error; i++)
		read_average(call, i, &value[i], &error);
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "pending_threads", pending);
	for (enum average i = 0; i < AVERAGES; i++)
		out_tenths(json, averages[i].name, value[i]);
	out_end(json);
	call_json(call, 200, json);
}

void
api_figures_statistics(struct call *call)
{
	struct figures_statistics numbers;
	g_autoptr(GError) error = NULL;
	if (!figures_statistics(call->desk, call->who, &numbers, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "total_threads", numbers.total_threads);
	out_int(json, "pending_threads", numbers.pending_threads);
	out_int(json, "customer_messages", numbers.customer_messages);
	out_int(json, "employee_messages", numbers.employee_messages);
	out_int(json, "unread_threads", numbers.unread_threads);
	out_int(json, "closed_threads", numbers.closed_threads);
	out_end(json);
	call_json(call, 200, json);
}

void
api_figures_folders(struct call *call)
{
	struct figures_folders numbers;
	g_autoptr(GError) error = NULL;
	if (!figures_folders(call->desk, call->who, &numbers, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "open", numbers.open);
	out_int(json, "mine", numbers.mine);
	out_int(json, "unassigned", numbers.unassigned);
	out_int(json, "pending", numbers.pending);
	out_int(json, "closed", numbers.closed);
	out_int(json, "automatic", numbers.automatic);
	out_int(json, "spam", numbers.spam);
	out_int(json, "bin", numbers.bin);
	out_end(json);
	call_json(call, 200, json);
}
