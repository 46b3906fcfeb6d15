#include "milter/routes.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "store/blocked.h"
#include "store/colleague.h"
#include "store/log.h"
#include "store/token.h"
#include "store/wake.h"

#define LOOK 1000   /* ms between looks when nobody nudges */
#define BREATH 50   /* ms between two loads, however many nudges come */

/* Contacts, keys and blocked senders of one moment; counted, for a reader may hold it while the next one is put in its place. */
struct moment {
	contact_book *book;
	keyring *keys;
	GHashTable *logins; /* of employees, colleague_logins */
	blocked_list *blocked;
};

struct routes {
	char *store, delimiter;
	GMutex lock; /* over now */
	struct moment *now;
	/* The following thread's own. */
	GThread *thread;
	db *desk;
	gint64 version;
	bool is_failing;
	int wake, stop;
};

static void
clear_moment(void *data)
{
	struct moment *moment = data;
	contact_book_unref(moment->book);
	keyring_close(moment->keys);
	g_hash_table_unref(moment->logins);
	blocked_list_unref(moment->blocked);
}

static void
release_moment(struct moment *moment)
{
	if (moment)
		g_atomic_rc_box_release_full(moment, clear_moment);
}

static struct moment *
load_moment(const routes *self, GError **error)
{
	g_autofree char *path = g_build_filename(self->store, "keys", NULL);
	g_autoptr(keyring) keys = keyring_open(path, error);
	g_autoptr(contact_book) book = keys ? contact_book_load(self->desk, error) : NULL;
	g_autoptr(GHashTable) logins = book ? colleague_logins(self->desk, error) : NULL;
	blocked_list *before = self->version < 0 ? NULL : self->now->blocked; /* of another file it says nothing */
	g_autoptr(blocked_list) blocked = logins ? blocked_list_load(self->desk, before, error) : NULL;
	if (!blocked)
		return NULL;
	struct moment *moment = g_atomic_rc_box_new0(struct moment);
	moment->book = g_steal_pointer(&book);
	moment->keys = g_steal_pointer(&keys);
	moment->logins = g_steal_pointer(&logins);
	moment->blocked = g_steal_pointer(&blocked);
	return moment;
}

/* A desk.db that a restore has put in the old one's place is opened instead of it. */
static bool
open_desk(routes *self, GError **error)
{
	if (self->desk && db_is_in_place(self->desk))
		return true;
	g_autofree char *path = g_build_filename(self->store, "desk.db", NULL);
	g_clear_pointer(&self->desk, db_close);
	self->version = -1;
	self->desk = db_open(path, DB_READ, error);
	return self->desk != NULL;
}

static bool
refresh(routes *self, GError **error)
{
	if (!open_desk(self, error))
		return false;
	gint64 version = db_version(self->desk);
	if (version == self->version)
		return true;
	struct moment *next = load_moment(self, error);
	if (!next)
		return false;
	g_mutex_lock(&self->lock);
	struct moment *last = self->now;
	self->now = next;
	g_mutex_unlock(&self->lock);
	release_moment(last);
	self->version = version;
	return true;
}

static void
refresh_and_say(routes *self)
{
	g_autoptr(GError) error = NULL;
	bool ok = refresh(self, &error);
	if (!ok && !self->is_failing)
		log_line(LOG_ERROR, "contacts cannot be read, going on with those known before: %s", error->message);
	if (ok && self->is_failing)
		log_line(LOG_INFO, "contacts can be read again");
	self->is_failing = !ok;
}

static bool
is_stopped(const routes *self)
{
	eventfd_t count;
	return !eventfd_read(self->stop, &count);
}

static void *
follow(void *data)
{
	routes *self = data;
	while (!is_stopped(self)) {
		wake_wait(self->wake, self->stop, LOOK);
		refresh_and_say(self);
		g_usleep(BREATH * 1000);
	}
	return NULL;
}

routes *
routes_open(const char *store, char delimiter, GError **error)
{
	g_autoptr(routes) self = g_new0(routes, 1);
	g_mutex_init(&self->lock);
	self->store = g_strdup(store);
	self->delimiter = delimiter;
	self->stop = -1;
	self->wake = wake_open(store, "milter", error);
	if (self->wake < 0 || !refresh(self, error))
		return NULL;
	self->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self->thread = g_thread_new("routes", follow, self);
	return g_steal_pointer(&self);
}

void
routes_close(routes *self)
{
	if (!self)
		return;
	if (self->thread) {
		eventfd_write(self->stop, 1);
		g_thread_join(self->thread);
	}
	if (self->stop >= 0)
		close(self->stop);
	if (self->wake >= 0)
		wake_close(self->wake, self->store, "milter");
	release_moment(self->now);
	db_close(self->desk);
	g_mutex_clear(&self->lock);
	g_free(self->store);
	g_free(self);
}

static struct moment *
acquire_moment(routes *self)
{
	g_mutex_lock(&self->lock);
	struct moment *now = g_atomic_rc_box_acquire(self->now);
	g_mutex_unlock(&self->lock);
	return now;
}

bool
routes_match(routes *self, const char *recipient, struct route_match *match)
{
	g_autofree char *extension = NULL;
	struct moment *now = acquire_moment(self);
	const struct contact_route *route = contact_book_find(now->book, recipient, self->delimiter, &extension);
	bool is_ours = route && (route->is_saving || token_read_extension(now->keys, extension));
	if (is_ours)
		*match = (struct route_match){.contact_id = route->id, .is_taking = route->is_taking};
	release_moment(now);
	return is_ours;
}

gint64
routes_employee(routes *self, const char *login)
{
	struct moment *now = acquire_moment(self);
	g_autofree char *normal = g_hash_table_size(now->logins) ? colleague_normal_login(login) : NULL;
	const gint64 *employee = normal ? g_hash_table_lookup(now->logins, normal) : NULL;
	gint64 whose = employee ? *employee : 0;
	release_moment(now);
	return whose;
}

bool
routes_has_employees(routes *self)
{
	struct moment *now = acquire_moment(self);
	bool has = g_hash_table_size(now->logins);
	release_moment(now);
	return has;
}

bool
routes_blocks(routes *self, const char *sender)
{
	struct moment *now = acquire_moment(self);
	bool blocks = blocked_list_find(now->blocked, sender);
	release_moment(now);
	return blocks;
}
