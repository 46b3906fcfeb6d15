/* A store of its own for a test, with an admin; gone at desk_free. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/employee.h"
#include "store/filing.h"
#include "store/migrate.h"
#include "store/viewer.h"

struct desk {
	char *directory;
	db *db;
	viewer *admin;
	gint64 mails; /* raw mail ids given out */
};

static inline void
desk_setup(struct desk *desk)
{
	g_autoptr(GError) error = NULL;
	desk->mails = 0;
	desk->directory = g_dir_make_tmp("belfry-test-XXXXXX", &error);
	g_assert_no_error(error);
	migrate_run(desk->directory, &error);
	g_assert_no_error(error);
	g_autofree char *path = g_build_filename(desk->directory, "desk.db", NULL);
	desk->db = db_open(path, DB_WRITE, &error);
	g_assert_no_error(error);
	gint64 id;
	struct employee_new person = {.email = "ada@shop.example", .firstname = "Ada", .lastname = "Lovelace", .role = "admin", .language = "en",
		.password_hash = "", .created = 1};
	employee_add(desk->db, &person, &id, &error);
	g_assert_no_error(error);
	desk->admin = viewer_load(desk->db, id, &error);
	g_assert_no_error(error);
}

static inline void
desk_teardown(struct desk *desk)
{
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", desk->directory);
	viewer_free(desk->admin);
	db_close(desk->db);
	g_assert_cmpint(system(remove), ==, 0);
	g_free(desk->directory);
}

/* One number out of the database. */
static inline gint64
desk_number(struct desk *desk, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) row = db_query(desk->db, sql, &error);
	g_assert_no_error(error);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	return query_int(row, 0);
}

struct desk_mail {
	const char *from, *subject, *text, *id; /* id: its Message-ID */
	gint64 thread, received, contact;       /* thread 0: a new one; contact 0: 2 */
	gboolean is_quiet, is_automatic, is_list;
};

/* Files a plain mail. */
static inline struct filing_result
desk_file(struct desk *desk, const struct desk_mail *m)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) references = g_ptr_array_new(), persons = g_ptr_array_new();
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(gint64));
	guint8 digest[8] = {0};
	desk->mails++;
	memcpy(digest, &desk->mails, sizeof desk->mails);
	g_autoptr(GBytes) bytes = g_bytes_new(digest, sizeof digest);
	g_ptr_array_add(persons, (char *)m->from);
	struct filing_mail mail = {.mail_id = desk->mails, .received = m->received ? m->received : 1000 * desk->mails, .shop_id = 1,
		.contact_id = m->contact ? m->contact : 2, .from_name = "", .from_address = m->from, .subject = m->subject ? m->subject : "",
		.text = m->text ? m->text : "", .reply = m->text ? m->text : "", .message_ref = m->id ? m->id : "", .in_reply_to = "",
		.language = "en", .state = "ok", .note = "", .people = "{}", .warnings = "", .auth = "", .bounce = "",
		.protection = "", .digest = bytes, .references = references,
		.persons = persons, .is_quiet = m->is_quiet, .is_automatic = m->is_automatic, .is_list = m->is_list};
	struct filing_place place = {.thread = m->thread, .related = none};
	struct filing_result result;
	db_begin(desk->db, &error);
	g_assert_no_error(error);
	filing_file(desk->db, &mail, &place, &result, &error);
	g_assert_no_error(error);
	db_commit(desk->db, &error);
	g_assert_no_error(error);
	return result;
}
