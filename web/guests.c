#include "web/guests.h"

#include <stdbool.h>

struct network {
	char *key;
	guint count;
	GQueue waiting; /* guests in GUEST_HEAD, the longest first */
};

struct guest {
	guests *house;
	struct network *network; /* NULL: not counted */
	enum guest_state state;
	gint64 since; /* us */
	void *data;
	GList in_state, in_network; /* links */
};

struct guests {
	struct guests_limits limits;
	guint count;
	GHashTable *networks;  /* key → struct network * */
	GQueue states[GUEST_BUSY + 1]; /* the longest first */
};

static void
free_network(void *data)
{
	struct network *network = data;
	g_free(network->key);
	g_free(network);
}

guests *
guests_new(struct guests_limits limits)
{
	guests *self = g_new0(guests, 1);
	self->limits = limits;
	self->networks = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_network);
	for (int i = 0; i <= GUEST_BUSY; i++)
		g_queue_init(&self->states[i]);
	return self;
}

static bool
send_first_away(const guests *self, const GQueue *queue)
{
	const guest *first = queue->head ? queue->head->data : NULL;
	if (first)
		self->limits.send_away(first->data);
	return first;
}

void
guests_free(guests *self)
{
	if (!self)
		return;
	for (int i = 0; i <= GUEST_BUSY; i++)
		while (send_first_away(self, &self->states[i]))
			;
	g_hash_table_unref(self->networks);
	g_free(self);
}

static void
line_up(guest *one)
{
	g_queue_push_tail_link(&one->house->states[one->state], &one->in_state);
	if (one->network && one->state == GUEST_HEAD)
		g_queue_push_tail_link(&one->network->waiting, &one->in_network);
}

static void
step_out(guest *one)
{
	g_queue_unlink(&one->house->states[one->state], &one->in_state);
	if (one->network && one->state == GUEST_HEAD)
		g_queue_unlink(&one->network->waiting, &one->in_network);
}

static struct network *
find_network(guests *self, const char *key)
{
	struct network *network = g_hash_table_lookup(self->networks, key);
	if (network)
		return network;
	network = g_new0(struct network, 1);
	network->key = g_strdup(key);
	g_queue_init(&network->waiting);
	g_hash_table_insert(self->networks, network->key, network);
	return network;
}

static bool
has_room(guests *self, const char *key)
{
	const struct network *network = g_hash_table_lookup(self->networks, key);
	if (network && network->count >= self->limits.network && !send_first_away(self, &network->waiting))
		return false;
	return self->count < self->limits.all || send_first_away(self, &self->states[GUEST_HEAD]) ||
		send_first_away(self, &self->states[GUEST_BODY]);
}

guest *
guest_enter(guests *self, const char *network, void *data, gint64 now)
{
	if (!has_room(self, network))
		return NULL;
	guest *one = g_new0(guest, 1);
	one->house = self;
	one->network = *network ? find_network(self, network) : NULL;
	one->since = now;
	one->data = data;
	one->in_state.data = one->in_network.data = one;
	self->count++;
	if (one->network)
		one->network->count++;
	line_up(one);
	return one;
}

void
guest_leave(guest *one)
{
	step_out(one);
	one->house->count--;
	if (one->network && !--one->network->count)
		g_hash_table_remove(one->house->networks, one->network->key);
	g_free(one);
}

void
guest_be(guest *one, enum guest_state state, gint64 now)
{
	if (one->state == state)
		return;
	step_out(one);
	one->state = state;
	one->since = now;
	const GQueue *bodies = &one->house->states[GUEST_BODY];
	if (state == GUEST_BODY && bodies->length >= one->house->limits.bodies)
		send_first_away(one->house, bodies);
	line_up(one);
}

guint
guests_count(const guests *self)
{
	return self->count;
}

void
guests_each_late(guests *self, enum guest_state state, gint64 then, void (*each)(void *data))
{
	for (const GList *link = self->states[state].head, *next; link; link = next) {
		const guest *one = link->data;
		next = link->next;
		if (one->since >= then)
			return;
		each(one->data);
	}
}
