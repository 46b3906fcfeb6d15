#include "web/thread_csv.h"

#include <errno.h>
#include <unistd.h>

#include "store/gather.h"
#include "store/thread_list.h"
#include "web/csv.h"
#include "web/thread_filter.h"

#define STEP (64 * 1024)          /* octets written, and read, at a time */
#define DEADLINE_MS 60000         /* for the longest lists */

struct spool {
	int file;
	GString *rows;  /* not in the file yet */
	GError *error;
	gint64 length;
};

static bool
fail(GError **error)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "list as CSV: %s", g_strerror(errno));
	return false;
}

static bool
spool_write(struct spool *spool)
{
	for (size_t done = 0; done < spool->rows->len;) {
		ssize_t size = write(spool->file, spool->rows->str + done, spool->rows->len - done);
		if (size < 0 && errno != EINTR)
			return fail(&spool->error);
		done += size > 0 ? (size_t)size : 0;
	}
	spool->length += (gint64)spool->rows->len;
	g_string_truncate(spool->rows, 0);
	return true;
}

static bool
spool_open(struct spool *spool, const char *directory, GError **error)
{
	spool->rows = g_string_sized_new(STEP + 4096);
	spool->file = gather_open_spill(directory);
	return spool->file >= 0 || fail(error);
}

static void
spool_free(struct spool *spool)
{
	if (spool->file >= 0)
		close(spool->file);
	g_string_free(spool->rows, TRUE);
	g_clear_error(&spool->error);
	g_free(spool);
}

static void
write_head(GString *rows)
{
	static const char *const names[] = {"id", "customer", "email", "contact", "language", "status", "employee", "message", "private", "last_message",
		"shop", "subject"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		csv_text(rows, names[i]);
	csv_end(rows);
}

static void
write_person(GString *rows, const struct person *person)
{
	g_autofree char *name = person->id ? g_strdup_printf("%s %s", person->firstname, person->lastname) : NULL;
	csv_text(rows, name);
}

static void
write_time(GString *rows, gint64 ms)
{
	g_autoptr(GDateTime) time = ms ? g_date_time_new_from_unix_utc(ms / 1000) : NULL;
	g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : NULL;
	csv_text(rows, text);
}

static bool
write_row(const struct thread_row *row, void *data)
{
	struct spool *spool = data;
	GString *rows = spool->rows;
	csv_int(rows, row->id);
	write_person(rows, &row->customer);
	csv_text(rows, row->email);
	csv_text(rows, row->contact_name);
	csv_text(rows, row->language);
	csv_text(rows, row->status);
	write_person(rows, &row->employee);
	csv_text(rows, row->excerpt);
	csv_text(rows, row->is_private ? "yes" : "no");
	write_time(rows, row->last_message);
	csv_text(rows, row->shop_name);
	csv_text(rows, row->subject);
	csv_end(rows);
	return rows->len < STEP || spool_write(spool);
}

static GBytes *
read_block(void *data, G_GNUC_UNUSED db *raw, GError **error)
{
	struct spool *spool = data;
	char *block = g_malloc(STEP);
	ssize_t size = read(spool->file, block, STEP);
	if (size >= 0)
		return g_bytes_new_take(block, (size_t)size);
	fail(error);
	g_free(block);
	return NULL;
}

static void
free_stream(void *data)
{
	spool_free(data);
}

static bool
fill(struct call *call, const struct thread_filter *filter, struct spool *spool, GError **error)
{
	if (!g_strcmp0(request_argument(call->request, "bom"), "1"))
		g_string_append(spool->rows, CSV_MARK);
	write_head(spool->rows);
	db_set_deadline(call->desk, DEADLINE_MS);
	if (!thread_each(call->desk, call->who, filter, write_row, spool, error))
		return false;
	if (!spool->error && spool_write(spool) && lseek(spool->file, 0, SEEK_SET) == 0)
		return true;
	g_propagate_error(error, g_steal_pointer(&spool->error));
	return false;
}

static void
set_headers(struct call *call)
{
	g_autofree char *disposition = http_disposition("attachment", "threads.csv");
	call->reply->status = 200;
	reply_header(call->reply, "Content-Type", "text/csv; charset=utf-8");
	reply_header(call->reply, "Content-Disposition", disposition);
	reply_header(call->reply, "Cache-Control", "no-store");
}

void
thread_csv_answer(struct call *call)
{
	GError *error = NULL;
	struct thread_filter filter;
	if (!thread_filter_read(call, &filter))
		return;
	filter.limit = G_MAXINT;
	filter.page = 1;
	struct spool *spool = g_new0(struct spool, 1);
	if (!spool_open(spool, call->web->conf->belfry.store, &error) || !fill(call, &filter, spool, &error)) {
		spool_free(spool);
		call_failed(call, error);
		return;
	}
	call->reply->stream = (struct stream){read_block, free_stream, spool, spool->length};
	set_headers(call);
}
