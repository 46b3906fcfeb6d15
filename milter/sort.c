#include "milter/sort.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "milter/ahead.h"
#include "milter/erasing.h"
#include "milter/give_way.h"
#include "milter/reader.h"
#include "milter/rereading.h"
#include "milter/sorting.h"
#include "milter/turn.h"
#include "milter/upkeep.h"
#include "store/complaint.h"
#include "store/filing.h"
#include "store/log.h"
#include "store/mail.h"
#include "store/message_index.h"
#include "store/migrate.h"
#include "store/setting.h"
#include "store/trouble.h"
#include "store/wake.h"

#define HOLD_US (15 * 1000) /* how long one commit may keep other writers waiting; while none does a whole batch shares it: fewer pieces of the index
                             * over words to merge, fewer pages written twice */
#define RETRY_MS 1000

struct sorter {
	const struct conf *conf;
	db *raw, *desk;
	keyring *keys;
	reader *reader;
	ahead *ahead;
	erasing *erasing;
	rereading *rereading;
	gint64 sorted; /* the last raw mail that has its rows */
	struct sorting sorting;
	upkeep *upkeep;
	struct complaint complaint;
	int turn, wake, stop; /* descriptors */
	int idle; /* looks in a row, about a second each, that found nothing to do */
};

/* What stands before a mail's log lines. */
static const char *
label_of(const mail_info *mail)
{
	return *mail->queue_id ? mail->queue_id : mail->door;
}

static bool
note_sorted(struct sorter *sorter, gint64 id, GError **error)
{
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, id);
	return fact_set(sorter->desk, "sorted", value, error);
}

/* Mails of a batch that share a commit. */
struct stretch {
	const GPtrArray *batch;
	guint first, count; /* count: how many were filed */
	GPtrArray *lines;   /* of the log */
	bool is_careful;    /* what the store refuses one for leaves the others alone; a savepoint costs a mail as much as its message */
};

/* One mail's rows, or nothing of it: what the store refuses for a reason that lies in the mail goes to the unsorted ones. */
static bool
file_carefully(struct sorter *sorter, const struct ahead_mail *parsed, GString *log, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!db_savepoint(sorter->desk, "mail", error))
		return false;
	if (sorting_file(&sorter->sorting, parsed->mail, parsed->message, log, &why))
		return db_release(sorter->desk, "mail", error);
	if (!db_is_writing(sorter->desk) || !g_error_matches(why, DB_ERROR, DB_FAILED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	db_rollback_to(sorter->desk, "mail");
	g_string_append_printf(log, " unsorted: %s", why->message);
	return filing_add_unsorted(sorter->desk, parsed->mail->id, parsed->mail->captured, why->message, error);
}

static bool
file_one(struct sorter *sorter, const struct stretch *stretch, const struct ahead_mail *parsed, GError **error)
{
	if (!parsed->message)
		return true;
	GString *line = g_string_new(NULL);
	g_string_printf(line, "%s: filed mail=%" G_GINT64_FORMAT, label_of(parsed->mail), parsed->mail->id);
	bool ok = stretch->is_careful ? file_carefully(sorter, parsed, line, error)
		: sorting_file(&sorter->sorting, parsed->mail, parsed->message, line, error);
	g_ptr_array_add(stretch->lines, g_string_free(line, FALSE));
	return ok;
}

static bool
may_go_on(const struct sorter *sorter, const struct stretch *stretch, gint64 began)
{
	return stretch->first + stretch->count < stretch->batch->len &&
		(!stretch->count || g_get_monotonic_time() - began < HOLD_US || !db_is_awaited(sorter->desk));
}

/* As many as fit into the time. */
static bool
add_some(struct sorter *sorter, struct stretch *stretch, GError **error)
{
	gint64 began = g_get_monotonic_time();
	bool ok = message_index_later(sorter->desk, error);
	while (ok && may_go_on(sorter, stretch, began))
		ok = file_one(sorter, stretch, stretch->batch->pdata[stretch->first + stretch->count++], error);
	return ok && message_index_now(sorter->desk, error);
}

static bool
begin(struct sorter *sorter, GError **error)
{
	upkeep_note_waiting(sorter->upkeep, true);
	bool has_begun = db_begin(sorter->desk, error);
	upkeep_note_waiting(sorter->upkeep, false);
	return has_begun;
}

/* The same, committed, or nothing of it. */
static bool
file_some(struct sorter *sorter, struct stretch *stretch, GError **error)
{
	stretch->count = 0;
	g_ptr_array_set_size(stretch->lines, 0);
	if (!begin(sorter, error))
		return false;
	bool ok = add_some(sorter, stretch, error);
	const struct ahead_mail *last = ok ? stretch->batch->pdata[stretch->first + stretch->count - 1] : NULL;
	if (!ok || !note_sorted(sorter, last->mail->id, error) || !db_commit(sorter->desk, error)) {
		db_rollback(sorter->desk);
		return false;
	}
	sorter->sorted = last->mail->id;
	return true;
}

/* Hardly ever is there a mail that the store does not take: only then the stretch is filed once more, carefully. */
static bool
file_stretch(struct sorter *sorter, struct stretch *stretch, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (file_some(sorter, stretch, &why))
		return true;
	stretch->is_careful = g_error_matches(why, DB_ERROR, DB_FAILED);
	if (stretch->is_careful)
		return file_some(sorter, stretch, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static bool
file_batch(struct sorter *sorter, const GPtrArray *batch, GError **error)
{
	if (!sorting_refresh(&sorter->sorting, error))
		return false;
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	for (guint filed = 0; filed < batch->len;) {
		struct stretch stretch = {.batch = batch, .first = filed, .lines = lines};
		if (!file_stretch(sorter, &stretch, error))
			return false;
		filed += stretch.count;
		wake_send(sorter->conf->belfry.store, "web");
		for (guint i = 0; i < lines->len; i++)
			log_line(LOG_INFO, "%s", (char *)lines->pdata[i]);
	}
	return true;
}

/* TRUE when we are told to stop meanwhile. */
static bool
wait_for_stop(const struct sorter *sorter, int milliseconds)
{
	return poll(&(struct pollfd){.fd = sorter->stop, .events = POLLIN}, 1, milliseconds) > 0;
}

static bool
is_told_to_stop(struct sorter *sorter)
{
	struct signalfd_siginfo info;
	return read(sorter->stop, &info, sizeof info) > 0;
}

/* In a rush: the mail server and the milter, which every sender waits for, come before us. */
static void
let_others_go(const struct sorter *sorter, gint64 began, const struct ahead_mail *last)
{
	gint64 lag = g_get_real_time() / 1000 - last->mail->captured;
	int rest = give_way_rest(g_get_monotonic_time() - began, lag, g_get_num_processors());
	while (rest > 0 && give_way_is_rush(sorter->raw) && !wait_for_stop(sorter, MIN(rest, GIVE_WAY_LOOK)))
		rest -= GIVE_WAY_LOOK;
}

static bool
file_taken(struct sorter *sorter, GPtrArray *batch, gint64 began, GError **error)
{
	if (!batch->len)
		return true;
	const struct ahead_mail *last = batch->pdata[batch->len - 1];
	bool is_rush = give_way_is_rush(sorter->raw);
	if (!is_rush)
		ahead_begin(sorter->ahead, last->mail->id);
	if (!file_batch(sorter, batch, error))
		return false;
	if (is_rush)
		let_others_go(sorter, began, last);
	return true;
}

/* TRUE when there was something to do: look again at once. */
static bool
sort_some(struct sorter *sorter)
{
	g_autoptr(GError) error = NULL;
	gint64 began = g_get_monotonic_time();
	g_autoptr(GPtrArray) batch = ahead_take(sorter->ahead, sorter->sorted, &error);
	if (batch && file_taken(sorter, batch, began, &error)) {
		complaint_end(&sorter->complaint, "sorting goes on");
		return batch->len;
	}
	g_prefix_error(&error, "sorting waits: ");
	trouble_explain(error);
	complaint_say(&sorter->complaint, LOG_ERROR, error->message);
	wait_for_stop(sorter, RETRY_MS); /* not woken by new mail: it would meet the same */
	return true;
}

static bool
open_files(struct sorter *sorter, GError **error)
{
	const char *store = sorter->conf->belfry.store;
	g_autofree char *desk = g_build_filename(store, "desk.db", NULL);
	g_autofree char *keys = g_build_filename(store, "keys", NULL);
	return migrate_is_current(store, error) && (sorter->raw = mail_open(store, error)) &&
		(sorter->desk = db_open(desk, DB_WRITE_REDO, error)) && (sorter->keys = keyring_open(keys, error));
}

static bool
open_sorter(struct sorter *sorter, GError **error)
{
	sigset_t stops;
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stops, NULL);
	signal(SIGPIPE, SIG_IGN);
	sorter->stop = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
	sorter->turn = turn_take(sorter->conf->belfry.store, "sort", sorter->stop, error); /* two would file each mail twice */
	if (sorter->turn < 0 || !open_files(sorter, error) ||
		!(sorter->reader = reader_open(sorter->conf, sorter->raw, error)))
		return false;
	g_autofree char *sorted = fact_get(sorter->desk, "sorted", error);
	sorter->sorted = sorted ? g_ascii_strtoll(sorted, NULL, 10) : 0;
	sorter->sorting = (struct sorting){.desk = sorter->desk, .conf = sorter->conf, .keys = sorter->keys};
	sorter->ahead = ahead_new(sorter->raw, sorter->reader);
	sorter->rereading = rereading_new(sorter->conf, sorter->keys, sorter->raw, sorter->desk, sorter->reader);
	sorter->erasing = erasing_new(sorter->conf->belfry.store, sorter->desk);
	sorter->wake = sorted ? wake_open(sorter->conf->belfry.store, "sort", error) : -1;
	sorter->upkeep = sorter->wake < 0 ? NULL : upkeep_open(sorter->conf->belfry.store);
	return sorter->upkeep;
}

static void
close_sorter(struct sorter *sorter)
{
	upkeep_close(sorter->upkeep);
	if (sorter->wake >= 0)
		wake_close(sorter->wake, sorter->conf->belfry.store, "sort");
	ahead_free(sorter->ahead);
	reader_close(sorter->reader);
	rereading_free(sorter->rereading);
	erasing_free(sorter->erasing);
	sorting_clear(&sorter->sorting);
	db_close(sorter->raw);
	db_close(sorter->desk);
	keyring_close(sorter->keys);
	g_free(sorter->complaint.text);
	if (sorter->turn >= 0)
		close(sorter->turn);
	close(sorter->stop);
}

static bool
is_in_place(const struct sorter *sorter)
{
	if (db_is_in_place(sorter->raw) && db_is_in_place(sorter->desk))
		return true;
	log_line(LOG_ERROR, "%s: raw.db or desk.db was removed or replaced: ending, to begin again with what is there", sorter->conf->belfry.store);
	return false;
}

static void
wait_for_work(struct sorter *sorter)
{
	wake_wait(sorter->wake, sorter->stop, 1000);
	if (++sorter->idle != DB_REST_SECONDS)
		return;
	db_rest(sorter->raw);
	db_rest(sorter->desk);
}

static int
sort_until_stop(struct sorter *sorter)
{
	bool is_sound = true;
	log_line(LOG_INFO, "ready, sorted up to mail=%" G_GINT64_FORMAT, sorter->sorted);
	while (!is_told_to_stop(sorter) && (is_sound = is_in_place(sorter))) {
		bool was_busy = sort_some(sorter);
		ahead_wait(sorter->ahead); /* what is read again is read with what it has */
		was_busy = rereading_step(sorter->rereading) || was_busy; /* staff wait for it, however much mail comes */
		if (was_busy || erasing_step(sorter->erasing))
			sorter->idle = 0;
		else
			wait_for_work(sorter);
	}
	return is_sound ? 0 : 1;
}

int
sort_run(const struct conf *conf)
{
	struct sorter sorter = {.conf = conf, .turn = -1, .wake = -1};
	g_autoptr(GError) error = NULL;
	db_count_no_memory();
	bool is_open = open_sorter(&sorter, &error);
	int status = is_open ? sort_until_stop(&sorter) : error != NULL;
	trouble_explain(error);
	if (error)
		log_line(LOG_ERROR, "%s", error->message);
	close_sorter(&sorter);
	return status;
}
