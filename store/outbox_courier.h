/* outbox_courier: the courier's side of the outbox (desk.db): taking what is due, and noting what became of it. Each call is one transaction's
 * rows, events inside; the caller begins and commits. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/part.h"

struct outbox_target { /* a recipient; owns its strings */
	int position;
	char *field, *name, *address;
	bool is_waiting; /* not sent, nor refused for good */
};

/* A mail that was taken: whom it goes to, not yet what it says. Owns what it points to. */
typedef struct outbox_mail {
	gint64 id, thread_id, message_id, created;
	gint64 mail_id; /* in raw.db, 0 = not made yet */
	int tries;      /* this one included */
	char *kind, *domain, *message_ref, *sender;
	GPtrArray *targets; /* struct outbox_target */
} outbox_mail;
void outbox_mail_free(outbox_mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(outbox_mail, outbox_mail_free)

/* What it says. Owns what it points to. */
typedef struct outbox_letter {
	char *from_name, *from_address, *reply_name, *reply_address; /* reply_* "" = none */
	char *subject, *in_reply_to, *language, *text, *html;        /* html NULL: text alone */
	bool is_automatic;
	GPtrArray *references; /* char * */
	GPtrArray *files;      /* struct part_row, with mail_id set, strings owned */
} outbox_letter;
outbox_letter *outbox_letter_load(db *desk, gint64 id, GError **error);
void outbox_letter_free(outbox_letter *letter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(outbox_letter, outbox_letter_free)

/* What was at work when a courier ended: what had been handed over without an answer becomes doubtful, the rest is queued again. *DOUBTFUL: how many. */
bool outbox_recover(db *desk, gint64 now, int *doubtful, GError **error);
/* All that has not left becomes doubtful, for the reason WHY. *DOUBTFUL: how many. */
bool outbox_doubt_all(db *desk, const char *why, gint64 now, int *doubtful, GError **error);
/* At most LIMIT that are due, oldest first, none whose domain stands in BUSY (a JSON array): from now on the caller's. outbox_mail *; owner: caller. */
GPtrArray *outbox_take(db *desk, gint64 now, const char *busy, int limit, GError **error);
/* 1: something is due, for a domain that is not in BUSY; 0; -1: ERROR. */
int outbox_is_due(db *desk, gint64 now, const char *busy, GError **error);
/* Before the last octets leave: MAIL (in raw.db) goes over to the server. */
bool outbox_hand(db *desk, gint64 id, gint64 mail, gint64 now, GError **error);

struct outbox_said { /* what the server said of a recipient */
	int position, code;
	const char *answer;
};

struct outbox_outcome { /* borrowed */
	gint64 id, mail_id, now;
	enum {
		OUTBOX_ANSWERED,   /* SAID of each that was waiting */
		OUTBOX_NOT_HANDED, /* for REASON: once more later */
		OUTBOX_UNANSWERED, /* handed over, then lost, for REASON: doubtful */
		OUTBOX_GIVEN_BACK, /* no time: as if it had not been taken */
	} what;
	const char *reason, *queue_id;
	const struct outbox_said *said;
	size_t said_count;
};
/* *STATE: where it stands now, a static string. */
bool outbox_settle(db *desk, const struct outbox_outcome *outcome, const char **state, GError **error);

struct outbox_waiting { /* for who looks after it; strings live during the callback */
	gint64 id, thread_id, created, due;
	int tries;
	const char *state, *kind, *recipients, *answer;
};
/* What has not left, and what is doubtful or has failed. */
bool outbox_each_waiting(db *desk, bool (*each)(const struct outbox_waiting *row, void *data), void *data, GError **error);
/* Once more, now: what waits, has failed or is doubtful. 0: none such. */
int outbox_retry(db *desk, gint64 id, gint64 now, GError **error);
/* Not any more: what waits, has failed or is doubtful counts as failed for good. 0: none such. */
int outbox_give_up(db *desk, gint64 id, gint64 now, GError **error);

struct outbox_figures {
	gint64 queued, handing, delayed, sent, failed, doubtful; /* rows by state */
	gint64 oldest_due; /* of those that should have left, ms since it was due first; 0: none */
};
bool outbox_figures_read(db *desk, gint64 now, struct outbox_figures *figures, GError **error);
