/* sorting: one raw mail and what was read in it → rows of desk.db: for whom, by whom, which thread, a repeat or new. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/read/mime.h"
#include "store/blocked.h"
#include "store/conf.h"
#include "store/contact.h"
#include "store/mail.h"
#include "store/namesake.h"
#include "store/secret.h"
#include "store/spam.h"

struct sorting {
	db *desk;
	const struct conf *conf;
	const keyring *keys;
	contact_book *book;
	spam_table *spam;      /* NULL: nothing is spam by its header */
	blocked_list *blocked; /* NULL: nobody is */
	namesakes *names;      /* NULL: nobody's name is known */
};

/* Loads anew what staff may have changed: all but desk, conf and keys, which are borrowed. On ERROR what was there stays. */
bool sorting_refresh(struct sorting *sorting, GError **error);
/* Frees what sorting_refresh loaded. */
void sorting_clear(struct sorting *sorting);

/* In the caller's transaction. LOG gets "thread=12" for each thread it went to, "thread=12 repeat" for a repeat. */
bool sorting_file(const struct sorting *sorting, const mail_info *mail, const mime_message *message, GString *log, GError **error);
