#include "milter/resort_command.h"

#include <stdio.h>
#include <string.h>

#include "milter/rereading.h"
#include "store/contact.h"
#include "store/migrate.h"
#include "store/reread.h"
#include "store/wake.h"

#define USAGE 64 /* EX_USAGE, sysexits.h */
#define BATCH 64 /* messages listed in one go, and between two looks at the contacts */
#define NAMES_MAX 32 /* kinds of changes */

/* One run over a store. */
struct resort {
	const struct conf *conf;
	db *raw, *desk;
	keyring *keys;
	reader *reader;
	rereading *rereading;
	struct reread_selection which;
	bool is_dry, has_unsorted; /* mail that is no message yet is of the selection */
	gint64 ends[REREADING_ENDS], changes[NAMES_MAX], filed, refused;
};

static int
complain(const GError *error)
{
	fprintf(stderr, "belfry: %s\n", error->message);
	return 1;
}

static bool
open_store(struct resort *self, GError **error)
{
	const char *store = self->conf->belfry.store;
	g_autofree char *raw = g_build_filename(store, "raw.db", NULL), *desk = g_build_filename(store, "desk.db", NULL);
	g_autofree char *keys = g_build_filename(store, "keys", NULL);
	if (!migrate_is_current(store, error) || !(self->raw = db_open(raw, DB_READ, error)) ||
		!(self->desk = db_open(desk, DB_WRITE_REDO, error)) || !(self->keys = keyring_open(keys, error)) ||
		!(self->reader = reader_open(self->conf, self->raw, error)))
		return false;
	self->rereading = rereading_new(self->conf, self->keys, self->raw, self->desk, self->reader);
	return true;
}

static void
close_store(struct resort *self)
{
	rereading_free(self->rereading);
	reader_close(self->reader);
	db_close(self->raw);
	db_close(self->desk);
	keyring_close(self->keys);
}

static void
print_changed(struct resort *self, const struct reread_row *row, guint32 changes)
{
	printf("thread=%" G_GINT64_FORMAT " message=%" G_GINT64_FORMAT " mail=%" G_GINT64_FORMAT ":", row->thread, row->message, row->mail);
	const char *separator = " ", *name;
	for (guint bit = 0; (name = reread_name(bit)); bit++)
		if (changes & 1u << bit) {
			printf("%s%s", separator, name);
			separator = ", ";
			self->changes[bit]++;
		}
	printf("\n");
}

static bool
read_one(struct resort *self, const struct reread_row *row, GError **error)
{
	enum rereading_end end;
	guint32 changes;
	if (!rereading_message(self->rereading, row, self->is_dry, &end, &changes, error))
		return false;
	self->ends[end]++;
	if (end == REREADING_CHANGED)
		print_changed(self, row, changes);
	return true;
}

/* Those of LIST. The number of the last one; -1: ERROR. */
static gint64
read_list(struct resort *self, const GArray *list, GError **error)
{
	gint64 last = 0, changed = self->ends[REREADING_CHANGED];
	if (!rereading_refresh(self->rereading, error))
		return -1;
	for (guint i = 0; i < list->len; i++) {
		const struct reread_row *row = &g_array_index(list, struct reread_row, i);
		if (!read_one(self, row, error))
			return -1;
		last = row->message;
	}
	(void)fflush(stdout); /* who reads it may have gone */
	if (!self->is_dry && self->ends[REREADING_CHANGED] > changed)
		wake_send(self->conf->belfry.store, "web");
	return last;
}

static bool
read_messages(struct resort *self, GError **error)
{
	for (gint64 after = 0; after >= 0;) {
		g_autoptr(GArray) list = reread_list_next(self->desk, &self->which, after, BATCH, error);
		if (!list || !list->len)
			return list;
		after = read_list(self, list, error);
	}
	return false;
}

static bool
file_one(struct resort *self, gint64 mail, GError **error)
{
	g_autofree char *thread = NULL;
	if (self->is_dry) {
		printf("mail=%" G_GINT64_FORMAT ": is no message yet\n", mail);
		return true;
	}
	if (!rereading_unsorted(self->rereading, mail, &thread, error))
		return false;
	if (!thread)
		self->refused++;
	else if (*thread) {
		printf("mail=%" G_GINT64_FORMAT ": filed, %s\n", mail, thread);
		self->filed++;
	}
	return true;
}

/* What the store would not take as a message when it came. */
static bool
read_unsorted(struct resort *self, GError **error)
{
	for (gint64 after = 0;;) {
		g_autoptr(GArray) mails = reread_list_unsorted(self->desk, self->which.since, after, BATCH, error);
		if (!mails || !mails->len)
			return mails;
		if (!rereading_refresh(self->rereading, error))
			return false;
		for (guint i = 0; i < mails->len; i++)
			if (!file_one(self, after = g_array_index(mails, gint64, i), error))
				return false;
		wake_send(self->conf->belfry.store, "web");
	}
}

static void
print_sum(const struct resort *self)
{
	static const char *const labels[REREADING_ENDS] = {"as before", "changed", "not readable, left as they were", "without their raw mail, left as they were",
		"refused by the store, left as they were"};
	gint64 all = 0;
	for (size_t i = 0; i < REREADING_ENDS; i++)
		all += self->ends[i];
	printf("read again: %" G_GINT64_FORMAT "%s\n", all, self->is_dry ? ", nothing was written" : "");
	for (size_t i = 0; i < REREADING_ENDS; i++)
		if (self->ends[i])
			printf("  %s: %" G_GINT64_FORMAT "\n", i == REREADING_CHANGED && self->is_dry ? "would change" : labels[i], self->ends[i]);
	for (guint bit = 0; reread_name(bit); bit++)
		if (self->changes[bit])
			printf("    %s: %" G_GINT64_FORMAT "\n", reread_name(bit), self->changes[bit]);
	if (self->filed)
		printf("filed that had not been: %" G_GINT64_FORMAT "\n", self->filed);
	if (self->refused)
		printf("still not taken by the store, see the log: %" G_GINT64_FORMAT "\n", self->refused);
}

/* "2026-11-22", or with a time, in local time unless it says otherwise, → ms. FALSE: it is none. */
static bool
read_since(const char *text, gint64 *ms)
{
	g_autofree char *whole = strchr(text, 'T') ? g_strdup(text) : g_strconcat(text, "T00:00:00", NULL);
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(whole, here);
	*ms = date ? g_date_time_to_unix(date) * 1000 : 0;
	return date;
}

/* An address, or a contact's number. */
static bool
find_contact(struct resort *self, const char *text)
{
	g_autoptr(contact_book) book = contact_book_load(self->desk, NULL);
	gint64 id;
	const struct contact_route *route = !book ? NULL : g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &id, NULL) ? contact_book_by_id(book, id) :
		contact_book_find(book, text, *self->conf->milter.recipient_delimiter, NULL);
	self->which.contact = route ? route->id : 0;
	if (!route)
		fprintf(stderr, "belfry: no contact %s\n", text);
	return route;
}

static int
run(struct resort *self, const char *contact)
{
	g_autoptr(GError) error = NULL;
	if (!open_store(self, &error))
		return complain(error);
	if (contact && !find_contact(self, contact))
		return USAGE;
	bool ok = read_messages(self, &error) && (!self->has_unsorted || read_unsorted(self, &error));
	print_sum(self);
	return ok ? 0 : complain(error);
}

static int
misuse(const char *sentence)
{
	fprintf(stderr, "belfry: %s\n", sentence);
	return USAGE;
}

/* What the words of the command line ask for. */
struct wish {
	gint64 thread;
	char *contact, *since;
	gboolean is_unreadable, is_all, is_dry;
};

/* FALSE after saying why. */
static bool
read_words(int count, char **words, struct wish *wish)
{
	const GOptionEntry entries[] = {
		{"thread", 0, 0, G_OPTION_ARG_INT64, &wish->thread, NULL, NULL},
		{"contact", 0, 0, G_OPTION_ARG_STRING, &wish->contact, NULL, NULL},
		{"since", 0, 0, G_OPTION_ARG_STRING, &wish->since, NULL, NULL},
		{"unreadable", 0, 0, G_OPTION_ARG_NONE, &wish->is_unreadable, NULL, NULL},
		{"all", 0, 0, G_OPTION_ARG_NONE, &wish->is_all, NULL, NULL},
		{"dry-run", 0, 0, G_OPTION_ARG_NONE, &wish->is_dry, NULL, NULL},
		{0},
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	count++; /* the command's name stands before WORDS */
	words--;
	if (!g_option_context_parse(context, &count, &words, &error))
		return misuse(error->message), false;
	bool has_selection = wish->thread || wish->contact || wish->since || wish->is_unreadable;
	if (count > 1 || wish->thread < 0 || has_selection == (bool)wish->is_all)
		return misuse("resort --all, or any of --thread NUMBER, --contact ADDRESS, --since DATE, --unreadable, all of which must hold; with"
			" --dry-run nothing is written"), false;
	return true;
}

int
command_resort(const struct conf *conf, int count, char **words)
{
	struct wish wish = {0};
	struct resort self = {.conf = conf};
	int status = USAGE;
	if (read_words(count, words, &wish)) {
		self.which = (struct reread_selection){.thread = wish.thread, .is_unreadable = wish.is_unreadable};
		self.is_dry = wish.is_dry;
		self.has_unsorted = !wish.thread && !wish.contact;
		status = wish.since && !read_since(wish.since, &self.which.since) ? misuse("--since DATE: 2026-11-22, or 2026-11-22T08:30:00") :
			run(&self, wish.contact);
		close_store(&self);
	}
	g_free(wish.contact);
	g_free(wish.since);
	return status;
}
