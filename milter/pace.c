#include "milter/pace.h"

#include <string.h>

#include "store/out.h"

#define TRUST_FIRST 2
#define SLOW_MS 3000
#define WAITING_FEW 16      /* for a domain: then more are wanted */
#define WAITING_MAX 64
#define REMEMBERED_MAX 1000 /* domains that nothing waits for */

struct domain {
	char *name;
	guint waiting, running;
	gint64 running_since; /* the oldest that runs, about */
	bool is_bad;          /* its last mail was slow or put off */
	guint trust;          /* sessions it may have, until more is known of it: a dead one must not take them all at once */
};

struct entry {
	struct domain *domain;
	void *item;
};

struct pace {
	guint sessions;
	GHashTable *domains; /* by their own name */
	GQueue waiting;      /* struct entry */
};

static void
free_domain(void *data)
{
	struct domain *domain = data;
	g_free(domain->name);
	g_free(domain);
}

pace *
pace_new(guint sessions)
{
	pace *self = g_new0(pace, 1);
	self->sessions = sessions;
	self->domains = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_domain);
	g_queue_init(&self->waiting);
	return self;
}

void
pace_free(pace *self)
{
	if (!self)
		return;
	g_queue_clear_full(&self->waiting, g_free);
	g_hash_table_unref(self->domains);
	g_free(self);
}

static struct domain *
find_domain(pace *self, const char *name)
{
	struct domain *domain = g_hash_table_lookup(self->domains, name);
	if (domain)
		return domain;
	domain = g_new0(struct domain, 1);
	domain->name = g_strdup(name);
	domain->trust = TRUST_FIRST;
	g_hash_table_insert(self->domains, domain->name, domain);
	return domain;
}

/* What is well, or too much to remember, is forgotten. */
static void
forget(pace *self, struct domain *domain)
{
	bool is_idle = !domain->waiting && !domain->running;
	if (is_idle && (!domain->is_bad || g_hash_table_size(self->domains) > REMEMBERED_MAX))
		g_hash_table_remove(self->domains, domain->name);
}

static bool
is_slow(const struct domain *domain, gint64 now)
{
	return domain->is_bad || (domain->running && now - domain->running_since > SLOW_MS);
}

/* Sessions one domain may have: a quarter is kept free of each, more than that of a slow one. */
static guint
share(const pace *self, const struct domain *domain, bool is_slow_one)
{
	return MIN(domain->trust, is_slow_one ? MAX(1, self->sessions / 8) : MAX(1, self->sessions - self->sessions / 4));
}

/* Sessions that slow domains have together. */
static guint
slow_sessions(const pace *self, gint64 now)
{
	GHashTableIter all;
	void *value;
	guint count = 0;
	g_hash_table_iter_init(&all, self->domains);
	while (g_hash_table_iter_next(&all, NULL, &value))
		if (is_slow(value, now))
			count += ((struct domain *)value)->running;
	return count;
}

static bool
may_go(const pace *self, const struct domain *domain, guint slow, gint64 now)
{
	bool is_slow_one = is_slow(domain, now);
	return domain->running < share(self, domain, is_slow_one) && (!is_slow_one || slow < MAX(1, self->sessions / 2));
}

void
pace_add(pace *self, const char *name, void *item)
{
	struct entry *entry = g_new(struct entry, 1);
	*entry = (struct entry){find_domain(self, name), item};
	entry->domain->waiting++;
	g_queue_push_tail(&self->waiting, entry);
}

void *
pace_next(pace *self, gint64 now)
{
	guint slow = self->waiting.length ? slow_sessions(self, now) : 0;
	for (GList *link = self->waiting.head; link; link = link->next) {
		g_autofree struct entry *entry = link->data;
		struct domain *domain = entry->domain;
		if (!may_go(self, domain, slow, now)) {
			g_steal_pointer(&entry);
			continue;
		}
		g_queue_delete_link(&self->waiting, link);
		domain->waiting--;
		if (!domain->running++)
			domain->running_since = now;
		return entry->item;
	}
	return NULL;
}

bool
pace_end(pace *self, const char *name, gint64 started, gint64 now, bool is_good)
{
	struct domain *domain = find_domain(self, name);
	domain->running -= domain->running > 0;
	domain->running_since = now; /* one that still hangs is seen a little later */
	domain->is_bad = !is_good || now - started > SLOW_MS;
	domain->trust = domain->is_bad ? TRUST_FIRST : MIN(domain->trust + 2, self->sessions);
	bool is_little = domain->waiting <= WAITING_FEW;
	forget(self, domain);
	return is_little;
}

guint
pace_waiting(const pace *self)
{
	return self->waiting.length;
}

guint
pace_room(const pace *self)
{
	GHashTableIter all;
	void *value;
	guint count = 0;
	g_hash_table_iter_init(&all, self->domains);
	while (g_hash_table_iter_next(&all, NULL, &value))
		count += MIN(((const struct domain *)value)->waiting, ((const struct domain *)value)->is_bad ? 1 : WAITING_FEW);
	return WAITING_MAX - MIN(count, WAITING_MAX);
}

char *
pace_busy(const pace *self)
{
	GHashTableIter all;
	void *value;
	out *json = out_new();
	out_array(json, NULL);
	g_hash_table_iter_init(&all, self->domains);
	while (g_hash_table_iter_next(&all, NULL, &value)) {
		const struct domain *domain = value;
		if (domain->waiting > (domain->is_bad ? 1 : WAITING_FEW))
			out_text(json, NULL, domain->name);
	}
	out_end(json);
	return out_done_text(json);
}

GPtrArray *
pace_take_all(pace *self)
{
	GPtrArray *items = g_ptr_array_new();
	for (struct entry *entry; (entry = g_queue_pop_head(&self->waiting));) {
		g_ptr_array_add(items, entry->item);
		entry->domain->waiting--;
		forget(self, entry->domain);
		g_free(entry);
	}
	return items;
}
