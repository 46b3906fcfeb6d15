/* feed STORE MAILDIR RECIPIENT [FIRST [COUNT]]: takes mails of MAILDIR into the store's raw.db as the milter does, in the order of their names, without
 * anybody sorting them: COUNT of them (all) from the FIRST (0) on. LF becomes CRLF, as on the wire. Nothing may run on the store. Prints
 * {"mails","octets"}: octets as they came. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/capture.h"
#include "tests/bench/support/stop.h"

#define BATCH 64
#define NO_LIMIT (G_GINT64_CONSTANT(1) << 40)

struct feed {
	capture *door;
	struct envelope envelopes[BATCH];
	gather *mails[BATCH];
	guint count;
	guint64 fed, octets;
};

static int
compare_names(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static GPtrArray *
list_names(const char *directory)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) entries = g_dir_open(directory, 0, &error);
	stop_on(error);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	for (const char *name; (name = g_dir_read_name(entries));)
		g_ptr_array_add(names, g_build_filename(directory, name, NULL));
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* As on the wire. */
static GString *
read_mail(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	size_t size;
	g_file_get_contents(path, &text, &size, &error);
	stop_on(error);
	GString *mail = g_string_sized_new(size + size / 32);
	for (const char *p = text, *end = text + size, *line; p < end; p = line + 1) {
		line = memchr(p, '\n', (size_t)(end - p));
		g_string_append_len(mail, p, line ? line - p : end - p);
		if (!line)
			break;
		g_string_append(mail, "\r\n");
	}
	return mail;
}

static void
flush(struct feed *self)
{
	g_autoptr(GError) error = NULL;
	if (self->count) {
		gint64 ids[BATCH];
		capture_store_many(self->door, self->envelopes, self->mails, self->count, ids, &error);
	}
	stop_on(error);
	self->count = 0;
}

static void
add(struct feed *self, const char *path, const char *const *recipients)
{
	g_autoptr(GError) error = NULL;
	GString *octets = read_mail(path);
	gather *mail = capture_gather(self->door, NO_LIMIT);
	gather_add(mail, octets->str, octets->len, &error);
	stop_on(error);
	self->octets += octets->len;
	self->fed++;
	g_string_free(octets, TRUE);
	self->envelopes[self->count] = (struct envelope){.door = "milter", .sender = "kim@customer.example", .recipients = recipients,
		.client = "mx1.customer.example [198.51.100.7]", .helo = "mx1.customer.example", .tls = "", .auth = "", .queue_id = "4XyZ", .captured = g_get_real_time() / 1000};
	self->mails[self->count++] = mail;
	if (self->count == BATCH)
		flush(self);
}

int
main(int count, char **words)
{
	if (count < 4) {
		fprintf(stderr, "feed STORE MAILDIR RECIPIENT [FIRST [COUNT]]\n");
		return 64;
	}
	g_autoptr(GError) error = NULL;
	g_autofree char *directory = g_build_filename(words[2], "cur", NULL);
	g_autoptr(GPtrArray) names = list_names(directory);
	guint first = count > 4 ? (guint)strtoul(words[4], NULL, 10) : 0, most = count > 5 ? (guint)strtoul(words[5], NULL, 10) : names->len;
	struct feed self = {.door = capture_open(words[1], 0, &error)};
	stop_on(error);
	for (guint i = first; i < names->len && i - first < most; i++)
		add(&self, names->pdata[i], (const char *const[]){words[3], NULL});
	flush(&self);
	capture_close(self.door);
	printf("{\"mails\":%" G_GUINT64_FORMAT ",\"octets\":%" G_GUINT64_FORMAT "}\n", self.fed, self.octets);
	return 0;
}
