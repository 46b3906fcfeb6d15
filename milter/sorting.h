/* sorting: one raw mail and what was read in it → rows of desk.db: for whom, by whom, which thread, a repeat or new. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/mime.h"
#include "store/blocked.h"
#include "store/conf.h"
#include "store/contact.h"
#include "store/mail.h"
#include "store/secret.h"
#include "store/spam.h"

struct sorting {
	db *desk;
	const struct conf *conf;
	const keyring *keys;
	contact_book *book;
	const spam_table *spam;      /* NULL: nothing is spam by its header */
	const blocked_list *blocked; /* NULL: nobody is */
};

/* In the caller's transaction. LOG gets "thread=12" for each thread it went to, "thread=12 repeat" for a repeat. */
bool sorting_file(const struct sorting *sorting, const mail_info *mail, const mime_message *message, GString *log, GError **error);
