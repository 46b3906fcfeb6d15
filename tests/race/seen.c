/* What ThreadSanitizer is told of GLib, which is built without it: GLib's locks are made of futexes and its queues and counted references hide their own
 * locking, so that all who use them would look like racers; and what GLib's tables and lists do to their memory is not seen at all, so that
 * races on them would not. Each function here calls GLib's own and says what that means. Linked into builds with -fsanitize=thread only, itself built without. */
#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

/* What gcc puts into instrumented code, which no header declares: 8 octets are read or written there. */
void __tsan_read8(void *address);
void __tsan_write8(void *address);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
gint64 __tsan_atomic64_load(const volatile void *address, int order);
void __tsan_atomic64_store(volatile void *address, gint64 value, int order);

/* GLib's own function. May be called before any constructor has run. */
static void *
find(void **kept, const char *name)
{
	void *function = __atomic_load_n(kept, __ATOMIC_RELAXED);
	if (!function) {
		function = dlsym(RTLD_NEXT, name);
		__atomic_store_n(kept, function, __ATOMIC_RELAXED);
	}
	return function;
}

#define REAL(name) \
	static void *kept; \
	__typeof__(&name) real; \
	*(void **)&real = find(&kept, #name)

/* Locks. A thread that waits for a condition gives its lock away meanwhile. */
static void
before_wait(GMutex *lock)
{
	__tsan_mutex_pre_unlock(lock, 0);
	__tsan_mutex_post_unlock(lock, 0);
}

static void
after_wait(GMutex *lock)
{
	__tsan_mutex_pre_lock(lock, 0);
	__tsan_mutex_post_lock(lock, 0, 0);
}

void
(g_mutex_lock)(GMutex *lock)
{
	REAL(g_mutex_lock);
	__tsan_mutex_pre_lock(lock, 0);
	real(lock);
	__tsan_mutex_post_lock(lock, 0, 0);
}

void
(g_mutex_unlock)(GMutex *lock)
{
	REAL(g_mutex_unlock);
	__tsan_mutex_pre_unlock(lock, 0);
	real(lock);
	__tsan_mutex_post_unlock(lock, 0);
}

gboolean
(g_mutex_trylock)(GMutex *lock)
{
	REAL(g_mutex_trylock);
	__tsan_mutex_pre_lock(lock, __tsan_mutex_try_lock);
	gboolean is_ours = real(lock);
	__tsan_mutex_post_lock(lock, is_ours ? __tsan_mutex_try_lock : __tsan_mutex_try_lock_failed, 0);
	return is_ours;
}

void
(g_mutex_clear)(GMutex *lock)
{
	REAL(g_mutex_clear);
	__tsan_mutex_destroy(lock, 0);
	real(lock);
}

void
(g_cond_wait)(GCond *condition, GMutex *lock)
{
	REAL(g_cond_wait);
	before_wait(lock);
	real(condition, lock);
	after_wait(lock);
}

gboolean
(g_cond_wait_until)(GCond *condition, GMutex *lock, gint64 end)
{
	REAL(g_cond_wait_until);
	before_wait(lock);
	gboolean is_in_time = real(condition, lock, end);
	after_wait(lock);
	return is_in_time;
}

#define TELLS(type, name, given, passed, tell) \
	type(name) given \
	{ \
		REAL(name); \
		tell; \
		return real passed; \
	}
#define TELLS_VOID(name, given, passed, tell) \
	void(name) given \
	{ \
		REAL(name); \
		tell; \
		real passed; \
	}

/* What is handed over, and what is counted: who takes sees what was done before it was given; who drops the last reference sees what all others did. */
#define TAKES(name, given, passed, from) \
	void *(name) given \
	{ \
		REAL(name); \
		AnnotateIgnoreWritesBegin(__FILE__, __LINE__); /* a queue frees its own links, under a lock that nobody sees */ \
		void *taken = real passed; \
		AnnotateIgnoreWritesEnd(__FILE__, __LINE__); \
		__tsan_acquire(from); \
		return taken; \
	}
/* The end of what is counted within GLib is not told: who was last there cannot be known from outside. */
#define DROPS(name, given, passed) \
	void(name) given \
	{ \
		REAL(name); \
		AnnotateIgnoreWritesBegin(__FILE__, __LINE__); \
		real passed; \
		AnnotateIgnoreWritesEnd(__FILE__, __LINE__); \
	}

TELLS_VOID(g_async_queue_push, (GAsyncQueue *queue, void *data), (queue, data), __tsan_release(queue))
TAKES(g_async_queue_pop, (GAsyncQueue *queue), (queue), queue)
TAKES(g_async_queue_timeout_pop, (GAsyncQueue *queue, guint64 most), (queue, most), queue)
TAKES(g_async_queue_try_pop, (GAsyncQueue *queue), (queue), queue)
DROPS(g_async_queue_unref, (GAsyncQueue *queue), (queue))
DROPS(g_bytes_unref, (GBytes *bytes), (bytes))
DROPS(g_hash_table_unref, (GHashTable *table), (table))
DROPS(g_ptr_array_unref, (GPtrArray *array), (array))
DROPS(g_array_unref, (GArray *array), (array))

/* Of a counted box the last one is known: it clears. */
static _Thread_local GDestroyNotify clear_box;

static void
on_last(void *box)
{
	GDestroyNotify clear = clear_box; /* which may release other boxes */
	__tsan_acquire(box);
	clear(box);
}

void
(g_atomic_rc_box_release_full)(void *box, GDestroyNotify clear)
{
	REAL(g_atomic_rc_box_release_full);
	clear_box = clear;
	__tsan_release(box);
	real(box, on_last);
}

/* What is made once: one lock over all of it, as what one begins may begin another. */
static GRecMutex making;

gboolean
(g_once_init_enter)(volatile void *place)
{
	g_rec_mutex_lock(&making);
	__tsan_acquire(&making);
	if (!__tsan_atomic64_load(place, __ATOMIC_ACQUIRE))
		return TRUE;
	g_rec_mutex_unlock(&making);
	return FALSE;
}

void
(g_once_init_leave)(volatile void *place, gsize result)
{
	__tsan_atomic64_store(place, (gint64)result, __ATOMIC_RELEASE);
	__tsan_release(&making);
	g_rec_mutex_unlock(&making);
}

/* Tables and lists, as a whole. */
#define READS(type, name, given, passed, what) TELLS(type, name, given, passed, __tsan_read8(what))
#define WRITES(type, name, given, passed, what) TELLS(type, name, given, passed, __tsan_write8(what))

READS(void *, g_hash_table_lookup, (GHashTable *table, const void *key), (table, key), table)
READS(gboolean, g_hash_table_contains, (GHashTable *table, const void *key), (table, key), table)
READS(guint, g_hash_table_size, (GHashTable *table), (table), table)
TELLS_VOID(g_hash_table_iter_init, (GHashTableIter *each, GHashTable *table), (each, table), __tsan_read8(table))
WRITES(gboolean, g_hash_table_insert, (GHashTable *table, void *key, void *value), (table, key, value), table)
WRITES(gboolean, g_hash_table_replace, (GHashTable *table, void *key, void *value), (table, key, value), table)
WRITES(gboolean, g_hash_table_add, (GHashTable *table, void *key), (table, key), table)
WRITES(gboolean, g_hash_table_remove, (GHashTable *table, const void *key), (table, key), table)
TELLS_VOID(g_hash_table_remove_all, (GHashTable *table), (table), __tsan_write8(table))
TELLS_VOID(g_queue_push_tail, (GQueue *queue, void *data), (queue, data), __tsan_write8(queue))
WRITES(void *, g_queue_pop_head, (GQueue *queue), (queue), queue)
WRITES(gboolean, g_queue_remove, (GQueue *queue, const void *data), (queue, data), queue)
READS(gboolean, g_queue_is_empty, (GQueue *queue), (queue), queue)
TELLS_VOID(g_ptr_array_add, (GPtrArray *array, void *item), (array, item), __tsan_write8(array))
TELLS_VOID(g_ptr_array_set_size, (GPtrArray *array, int length), (array, length), __tsan_write8(array))
WRITES(GArray *, g_array_append_vals, (GArray *array, const void *items, guint count), (array, items, count), array)
WRITES(GArray *, g_array_set_size, (GArray *array, guint length), (array, length), array)
