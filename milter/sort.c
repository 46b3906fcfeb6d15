#include "milter/sort.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "milter/complaint.h"
#include "milter/erasing.h"
#include "milter/parse.h"
#include "milter/sorting.h"
#include "milter/turn.h"
#include "milter/upkeep.h"
#include "store/filing.h"
#include "store/log.h"
#include "store/migrate.h"
#include "store/setting.h"
#include "store/wake.h"

#define BATCH_MAX 64
#define BATCH_OCTETS (8 * 1024 * 1024)  /* raw mail read ahead of one commit */
#define HOLD_US (15 * 1000)             /* how long one commit may keep other writers waiting */
#define HEADER_MAX (256 * 1024)         /* of a mail that could not be read whole */
#define RETRY_MS 1000
#define READ_US (100 * 1000)            /* spent on reading ahead: a slow mail does not keep those before it waiting */
#define DEATHS_MAX 2                    /* parsers that one mail may cost */
#define KILLS_MAX 8                     /* and those that somebody kills meanwhile */
#define KILL_PAUSE 100                  /* ms, longer each time */

/* A mail that was parsed and waits for its rows. */
struct parsed {
	mail_info *mail;
	mime_message *message;
};

struct sorter {
	const struct conf *conf;
	db *raw, *desk;
	keyring *keys;
	parser *parser;
	erasing *erasing;
	struct mime_options options;
	gint64 sorted; /* the last raw mail that has its rows */
	upkeep *upkeep;
	struct complaint complaint;
	int turn, wake, stop; /* descriptors */
};

static void
free_parsed(void *data)
{
	struct parsed *parsed = data;
	mail_info_free(parsed->mail);
	mime_message_free(parsed->message);
	g_free(parsed);
}

static GBytes *
sha256(GBytes *octets)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, g_bytes_get_data(octets, NULL), (gssize)g_bytes_get_size(octets));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_checksum_get_digest(sum, digest, &size);
	return g_bytes_new(digest, size);
}

/* The header, its empty line included. */
static GBytes *
header_of(GBytes *raw)
{
	size_t size;
	const char *octets = g_bytes_get_data(raw, &size);
	const char *end = g_strstr_len(octets, (gssize)size, "\r\n\r\n");
	return g_bytes_new_from_bytes(raw, 0, MIN(end ? (size_t)(end - octets) + 4 : size, HEADER_MAX));
}

/* What stands before a mail's log lines. */
static const char *
label_of(const mail_info *mail)
{
	return *mail->queue_id ? mail->queue_id : mail->door;
}

/* A parser may have died of something else than this mail, which then gets another one. */
static mime_message *
read_patiently(struct sorter *sorter, GBytes *raw, GError **error)
{
	for (int deaths = 0, kills = 0;;) {
		g_autoptr(GError) why = NULL;
		mime_message *message = parser_read(sorter->parser, raw, &sorter->options, &why);
		if (message)
			return message;
		bool was_killed = g_error_matches(why, PARSE_ERROR, PARSE_KILLED), has_died = g_error_matches(why, PARSE_ERROR, PARSE_DIED);
		if (!(was_killed && ++kills < KILLS_MAX) && !(has_died && ++deaths < DEATHS_MAX)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return NULL;
		}
		if (was_killed)
			g_usleep((gulong)kills * KILL_PAUSE * 1000);
	}
}

/* The parser died of the mail, or was too slow with it: its header alone, or nothing, so that it still becomes a thread. RAW is NULL
 * when it could not even be read: then it is like no other mail. */
static mime_message *
read_remains(struct sorter *sorter, const mail_info *mail, GBytes *raw, const char *why, GError **error)
{
	g_autofree char *number = g_strdup_printf("raw mail %" G_GINT64_FORMAT, mail->id);
	g_autoptr(GBytes) nothing = g_bytes_new_static("\r\n", 2), itself = raw ? g_bytes_ref(raw) : g_bytes_new(number, strlen(number));
	g_autoptr(GBytes) header = header_of(raw ? raw : nothing);
	mime_message *message = read_patiently(sorter, header, NULL);
	if (!message)
		message = read_patiently(sorter, nothing, error);
	if (!message)
		return NULL;
	message->state = MIME_UNREADABLE;
	g_free(message->note);
	message->note = g_strdup(why);
	g_bytes_unref(message->body_digest);
	message->body_digest = sha256(itself);
	return message;
}

/* What a disk fails to give once it may give a moment later. */
static GBytes *
read_raw(const struct sorter *sorter, gint64 id, GError **error)
{
	GBytes *raw = mail_read(sorter->raw, id, NULL);
	if (raw)
		return raw;
	g_usleep(READ_US);
	return mail_read(sorter->raw, id, error);
}

/* NULL with ERROR only when the store cannot be read now, or no parser can be started at all. */
static mime_message *
read_mail(struct sorter *sorter, const mail_info *mail, size_t *size, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) raw = read_raw(sorter, mail->id, &why);
	if (g_error_matches(why, DB_ERROR, DB_LATER)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	sorter->options.is_null_sender = strcmp(mail->door, "milter") == 0 && !*mail->sender; /* other doors need not know it */
	mime_message *message = raw ? read_patiently(sorter, raw, &why) : NULL;
	*size = raw ? g_bytes_get_size(raw) : 0;
	if (message)
		return message;
	log_line(LOG_WARNING, "%s: mail=%" G_GINT64_FORMAT " could not be read: %s", label_of(mail), mail->id, why->message);
	return read_remains(sorter, mail, raw, why->message, error);
}

/* Files chosen for an answer, and answers as they leave: raw mail that becomes no message. */
static bool
is_passed_over(const mail_info *mail)
{
	return !strcmp(mail->door, "upload") || !strcmp(mail->door, "courier");
}

/* Reads ahead what one commit can take; the writers' lock is not held yet. */
static GPtrArray *
read_batch(struct sorter *sorter, GError **error)
{
	g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_parsed);
	gint64 after = sorter->sorted, start = g_get_monotonic_time();
	size_t octets = 0, size;
	while (batch->len < BATCH_MAX && octets < BATCH_OCTETS && g_get_monotonic_time() - start < READ_US) {
		mail_info *mail = mail_next(sorter->raw, after, error);
		if (!mail)
			break;
		struct parsed *parsed = g_new0(struct parsed, 1);
		parsed->mail = mail;
		g_ptr_array_add(batch, parsed);
		size = 0;
		if (!is_passed_over(mail) && !(parsed->message = read_mail(sorter, mail, &size, error)))
			return NULL;
		after = mail->id;
		octets += size;
	}
	return error && *error ? NULL : g_steal_pointer(&batch);
}

static bool
note_sorted(struct sorter *sorter, gint64 id, GError **error)
{
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, id);
	return fact_set(sorter->desk, "sorted", value, error);
}

/* One mail's rows, or nothing of it: what the store refuses for a reason that lies in the mail goes to the unsorted ones. */
static bool
file_one(struct sorter *sorter, const struct sorting *sorting, const struct parsed *parsed, GString *log, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!parsed->message)
		return true;
	if (!db_savepoint(sorter->desk, "mail", error))
		return false;
	if (sorting_file(sorting, parsed->mail, parsed->message, log, &why))
		return db_release(sorter->desk, "mail", error);
	if (!db_is_writing(sorter->desk) || !g_error_matches(why, DB_ERROR, DB_FAILED)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	db_rollback_to(sorter->desk, "mail");
	g_string_append_printf(log, " unsorted: %s", why->message);
	return filing_add_unsorted(sorter->desk, parsed->mail->id, parsed->mail->captured, why->message, error);
}

/* As many of BATCH from FIRST as fit into the time; their log lines into LINES. The number filed; 0: ERROR. */
static guint
file_some(struct sorter *sorter, const struct sorting *sorting, GPtrArray *batch, guint first, GPtrArray *lines, GError **error)
{
	guint count = 0;
	gint64 start = g_get_monotonic_time();
	upkeep_note_waiting(sorter->upkeep, true);
	bool has_begun = db_begin(sorter->desk, error);
	upkeep_note_waiting(sorter->upkeep, false);
	if (!has_begun)
		return 0;
	while (first + count < batch->len && (!count || g_get_monotonic_time() - start < HOLD_US)) {
		const struct parsed *parsed = batch->pdata[first + count];
		GString *line = g_string_new(NULL);
		g_string_printf(line, "%s: filed mail=%" G_GINT64_FORMAT, label_of(parsed->mail), parsed->mail->id);
		bool ok = file_one(sorter, sorting, parsed, line, error);
		if (parsed->message)
			g_ptr_array_add(lines, g_string_free(line, FALSE));
		else
			g_string_free(line, TRUE);
		if (!ok) {
			db_rollback(sorter->desk);
			return 0;
		}
		count++;
	}
	const struct parsed *last = batch->pdata[first + count - 1];
	if (!note_sorted(sorter, last->mail->id, error) || !db_commit(sorter->desk, error)) {
		db_rollback(sorter->desk);
		return 0;
	}
	sorter->sorted = last->mail->id;
	return count;
}

static bool
file_batch(struct sorter *sorter, GPtrArray *batch, GError **error)
{
	g_autoptr(contact_book) book = contact_book_load(sorter->desk, error);
	if (!book)
		return false;
	struct sorting sorting = {sorter->desk, sorter->conf, sorter->keys, book};
	for (guint filed = 0; filed < batch->len;) {
		g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
		guint count = file_some(sorter, &sorting, batch, filed, lines, error);
		if (!count)
			return false;
		filed += count;
		wake_send(sorter->conf->belfry.store, "web");
		for (guint i = 0; i < lines->len; i++)
			log_line(LOG_INFO, "%s", (char *)lines->pdata[i]);
	}
	return true;
}

static void
wait_for_stop(const struct sorter *sorter, int milliseconds)
{
	poll(&(struct pollfd){.fd = sorter->stop, .events = POLLIN}, 1, milliseconds);
}

static bool
is_told_to_stop(struct sorter *sorter)
{
	struct signalfd_siginfo info;
	return read(sorter->stop, &info, sizeof info) > 0;
}

/* TRUE when there was something to do: look again at once. */
static bool
sort_some(struct sorter *sorter)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) batch = read_batch(sorter, &error);
	if (batch && (!batch->len || file_batch(sorter, batch, &error))) {
		complaint_end(&sorter->complaint, "sorting goes on");
		return batch->len;
	}
	g_prefix_error(&error, "sorting waits: ");
	complaint_say(&sorter->complaint, LOG_ERROR, error->message);
	wait_for_stop(sorter, RETRY_MS); /* not woken by new mail: it would meet the same */
	return true;
}

static bool
open_files(struct sorter *sorter, GError **error)
{
	const char *store = sorter->conf->belfry.store;
	g_autofree char *raw = g_build_filename(store, "raw.db", NULL), *desk = g_build_filename(store, "desk.db", NULL);
	g_autofree char *keys = g_build_filename(store, "keys", NULL);
	return migrate_is_current(store, error) && (sorter->raw = db_open(raw, DB_READ, error)) &&
		(sorter->desk = db_open(desk, DB_WRITE_REDO, error)) && (sorter->keys = keyring_open(keys, error));
}

static bool
open_parser(struct sorter *sorter, GError **error)
{
	const struct parse_limits limits = {.seconds = (guint)sorter->conf->sort.parse_seconds, .memory = (guint64)sorter->conf->sort.parse_memory,
		.program = "/proc/self/exe"};
	sorter->options.authserv_ids = (const char *const *)sorter->conf->sort.authserv_id;
	return (sorter->parser = parser_open(&limits, error));
}

static bool
open_sorter(struct sorter *sorter, GError **error)
{
	sigset_t stops;
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	signal(SIGPIPE, SIG_IGN);
	sorter->stop = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
	sorter->turn = turn_take(sorter->conf->belfry.store, "sort", sorter->stop, error); /* two would file each mail twice */
	if (sorter->turn < 0 || !open_files(sorter, error) || !open_parser(sorter, error))
		return false;
	g_autofree char *sorted = fact_get(sorter->desk, "sorted", error);
	sorter->sorted = sorted ? g_ascii_strtoll(sorted, NULL, 10) : 0;
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
	if (sorter->parser)
		parser_close(sorter->parser);
	erasing_free(sorter->erasing);
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

static int
sort_until_stop(struct sorter *sorter)
{
	bool is_sound = true;
	log_line(LOG_INFO, "ready, sorted up to mail=%" G_GINT64_FORMAT, sorter->sorted);
	while (!is_told_to_stop(sorter) && (is_sound = is_in_place(sorter)))
		if (!sort_some(sorter) && !erasing_step(sorter->erasing))
			wake_wait(sorter->wake, sorter->stop, 1000);
	return is_sound ? 0 : 1;
}

int
sort_run(const struct conf *conf)
{
	struct sorter sorter = {.conf = conf, .turn = -1, .wake = -1};
	g_autoptr(GError) error = NULL;
	bool is_open = open_sorter(&sorter, &error);
	int status = is_open ? sort_until_stop(&sorter) : error != NULL;
	if (error)
		log_line(LOG_ERROR, "%s", error->message);
	close_sorter(&sorter);
	return status;
}
