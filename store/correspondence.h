/* correspondence: how a mail of ours about a thread is addressed: from whom, to whom, as an answer to what (desk.db). Reads only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/letter.h"
#include "store/secret.h"
#include "store/viewer.h"

/* With what mail of ours is signed. */
struct signer {
	const keyring *keys;
	char delimiter; /* recipient_delimiter; 0 = none: no plus-addresses */
};

/* A thread as who writes in its name needs it. */
typedef struct correspondence {
	gint64 thread, shop_id, contact_id, employee_id, status_changed;
	gint64 sender_id;                 /* the contact it is sent as: the thread's, else the shop's first one; 0: none has an address */
	char *sender_name, *sender;       /* in the thread's language; its address */
	char *reply_to, *marker;          /* signed plus-address, marker for the subject; NULL: neither wished nor possible */
	char *status, *folder, *subject, *language, *time_zone;
	char *email, *name;               /* the customer's */
	char *in_reply_to;                /* of the newest public customer message, else of the newest public one; "" = none */
	GPtrArray *references;            /* char *: ids of its public messages, the first and the newest ones, ascending */
	gint64 quoted_id, quoted_when;    /* the newest public customer message; 0 = none */
	char *quoted_author, *quoted_text;
	bool is_quoting;                  /* the setting */
	char delimiter;                   /* the signer's */
} correspondence;

/* NULL without ERROR: not there, or not theirs to see. Owner: caller. */
correspondence *correspondence_open(db *desk, const viewer *who, const struct signer *signer, gint64 thread, GError **error);
void correspondence_free(correspondence *self);

/* "Re: SUBJECT", once, whatever stood before it in whatever language, with the marker if one is wished. Owner: caller. */
char *correspondence_subject(const correspondence *self);
/* An answer with TEXT and HTML (cleaned, or NULL) as it leaves, the quote with it. Borrows from all three. */
struct letter correspondence_letter(const correspondence *self, const char *text, const char *html);
/* The outbox' head of an answer from the contact. Owner: caller. */
char *correspondence_head(const correspondence *self, const char *subject, gint64 date);

/* A person one may write to; owner of the list: caller. */
struct correspondent {
	char *name, *address;
	bool is_default; /* an answer goes to them if nothing else is said */
};
/* All of the thread's people, the default ones first: at most CORRESPONDENCE_DEFAULT_MAX, whatever a Reply-To asks for; addresses of our own
 * are none of them, but for the customer's. */
#define CORRESPONDENCE_DEFAULT_MAX 20
GPtrArray *correspondence_people(db *desk, const correspondence *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(correspondence, correspondence_free)
