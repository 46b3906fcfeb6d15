/* A desk with a thread that can be answered, and what is needed to answer it. */
#pragma once

#include "store/contact.h"
#include "store/reply.h"
#include "tests/unit/desk.h"

struct place {
	struct desk desk;
	keyring *keys;
	struct signer signer;
	gint64 thread;
};

static inline void
place_setup(struct place *place)
{
	g_autoptr(GError) error = NULL;
	desk_setup(&place->desk);
	g_autofree char *path = g_build_filename(place->desk.directory, "keys", NULL);
	place->keys = keyring_open(path, &error);
	g_assert_no_error(error);
	place->signer = (struct signer){place->keys, '+'};
	struct contact_new contact = {.name = "Support", .description = "", .addresses = (const char *const[]){"support@shop.example", NULL}};
	gint64 id;
	contact_add(place->desk.db, &contact, &id, &error);
	g_assert_no_error(error);
	place->thread = desk_file(&place->desk,
		&(struct desk_mail){.from = "kim@customer.example", .subject = "Lamp", .text = "It broke.", .id = "1@customer.example", .contact = id}).thread;
}

static inline void
place_teardown(struct place *place)
{
	keyring_close(place->keys);
	desk_teardown(&place->desk);
}

/* An answer; the message's number. */
static inline gint64
place_answer(struct place *place, struct reply_new reply)
{
	g_autoptr(GError) error = NULL;
	struct reply_done done;
	reply.thread = place->thread;
	reply.text = "A new one is on its way.";
	db_begin(place->desk.db, &error);
	g_assert_cmpint(reply_send(place->desk.db, place->desk.admin, &place->signer, &reply, 50000, &done, &error), ==, REPLY_DONE);
	g_assert_no_error(error);
	db_commit(place->desk.db, &error);
	g_assert_no_error(error);
	return done.message;
}

static inline void
place_run(struct place *place, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(place->desk.db, sql, &error);
	g_assert_no_error(error);
}
