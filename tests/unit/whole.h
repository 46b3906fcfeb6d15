/* A whole store for a test: raw mails that came by the capture deed, and the threads made of them. */
#pragma once

#include "store/capture.h"
#include "store/setting.h"
#include "tests/unit/desk.h"

struct whole {
	struct desk desk;
	capture *door;
};

static inline void
whole_setup(struct whole *whole)
{
	g_autoptr(GError) error = NULL;
	desk_setup(&whole->desk);
	whole->door = capture_open(whole->desk.directory, 0, &error);
	g_assert_no_error(error);
}

static inline void
whole_teardown(struct whole *whole)
{
	g_clear_pointer(&whole->door, capture_close);
	desk_teardown(&whole->desk);
}

/* Raw mail alone, as it is until sort has come to it. */
static inline gint64
whole_capture(struct whole *whole, const char *octets)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	const char *const recipients[] = {"support@shop.example", NULL};
	const struct envelope envelope = {.door = "milter", .sender = "jane@customer.example", .recipients = recipients, .client = "", .helo = "",
		.tls = "", .auth = "", .queue_id = "", .captured = g_get_real_time() / 1000};
	gather *mail = capture_gather(whole->door, 1 << 20);
	gather_add(mail, octets, strlen(octets), &error);
	g_assert_no_error(error);
	capture_store(whole->door, &envelope, mail, &id, &error);
	g_assert_no_error(error);
	return id;
}

static inline void
whole_run(struct whole *whole, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_begin(whole->desk.db, &error);
	g_assert_no_error(error);
	db_run(whole->desk.db, sql, &error);
	g_assert_no_error(error);
	db_commit(whole->desk.db, &error);
	g_assert_no_error(error);
}

/* A mail from its capture to its thread. */
static inline struct filing_result
whole_mail(struct whole *whole, const char *subject)
{
	gint64 id = whole_capture(whole, "Subject: test\r\n\r\nHello.\r\n");
	whole->desk.mails = id - 1;
	struct filing_result filed = desk_file(&whole->desk, &(struct desk_mail){.from = "jane@customer.example", .subject = subject, .text = "Hello."});
	g_autofree char *sql = g_strdup_printf("INSERT INTO fact VALUES ('sorted', '%" G_GINT64_FORMAT "')"
		" ON CONFLICT DO UPDATE SET value = excluded.value", id);
	whole_run(whole, sql);
	return filed;
}
