/* outbox: mail on its way out, and what became of it (desk.db). What puts it there are the deeds reply and forward; the courier takes
 * it out. Who changes a row tells of it by an event in the same transaction (delivery). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/out.h"

#define OUTBOX_EXPIRES_MS (G_GINT64_CONSTANT(5) * 24 * 3600 * 1000) /* tried for five days (RFC 5321 section 4.5.4.1) */
#define OUTBOX_UNDO_MS 10000

struct outbox_recipient {
	const char *field; /* to, cc, bcc */
	const char *name, *address;
};

/* An attachment: part PART (its position) of MESSAGE. */
struct outbox_part {
	gint64 message;
	int part;
};

struct outbox_new { /* texts never NULL but html; borrowed */
	const char *kind;    /* reply, forward, notice */
	gint64 shop_id;
	gint64 thread_id;    /* 0 = none */
	gint64 message_id;   /* the reply, or the note that tells of the forward; 0 = none */
	gint64 employee_id;  /* who hears when it is not delivered; 0 = nobody */
	gint64 created, due; /* ms */
	gint64 expires;      /* not tried after; 0 = after OUTBOX_EXPIRES_MS */
	const char *message_ref; /* Message-ID without <> */
	const char *sender;      /* MAIL FROM, "" = the null sender */
	const char *head;        /* JSON: {"from":{"name","address"}, "reply_to":{"name","address"} or null, "subject", "in_reply_to":"id" or "",
	                          * "references":["id"], "language":"fr", "automatic":bool}; its Date is CREATED */
	const char *text, *html; /* as it leaves, quote included; html NULL = text alone */
	const char *undo;        /* JSON that reply_undo understands; "" = cannot be undone */
	const struct outbox_recipient *recipients; /* at least one */
	size_t recipient_count;
	const struct outbox_part *parts;
	size_t part_count;
};

bool outbox_add(db *desk, const struct outbox_new *mail, gint64 *id, GError **error);

/* The state that is told of row ALIAS, as SQL: what the recipients' servers said since counts for more than that the relay took it. */
#define OUTBOX_OVERALL(alias) \
	"CASE WHEN " alias ".state = 'handing' THEN 'queued' WHEN " alias ".state <> 'sent' THEN " alias ".state" \
	" WHEN EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = " alias ".id AND state = 'failed') THEN 'failed'" \
	" WHEN EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = " alias ".id AND state = 'delayed') THEN 'delayed'" \
	" WHEN NOT EXISTS (SELECT 1 FROM outbox_recipient WHERE outbox_id = " alias ".id AND state <> 'delivered') THEN 'delivered' ELSE 'sent' END"

/* And why it stands there: what was said of whom it has not reached, else the relay's answer. */
#define OUTBOX_REASON(alias) \
	"coalesce(iif(" alias ".state = 'sent', (SELECT nullif(answer, '') FROM outbox_recipient WHERE outbox_id = " alias ".id" \
	" AND state IN ('failed', 'delayed') ORDER BY state DESC, position LIMIT 1), NULL), " alias ".answer)"

/* Writes member NAME of JSON for what MESSAGE left as: {state, detail, tries, next_try, sent, queue_id, undo_until, recipients:[{name, address,
 * field, state, answer}]}; null where it never left. State: queued, sent, delivered (all recipients, by their servers' word), delayed, failed,
 * doubtful; handing is told as queued. NOW in ms. */
bool outbox_write(db *desk, gint64 message, gint64 now, out *json, const char *name, GError **error);
/* 1: dropped, as the courier has not had it yet; 0: it has, or there is none; -1: ERROR. *UNDO (owner: caller) is what was kept to undo it. */
int outbox_withdraw(db *desk, gint64 message, char **undo, GError **error);
