/* filing: one parsed mail becomes thread + message + event, in the caller's transaction of desk.db. What goes where was
 * decided before (milter/join); the look-ups that decision needs are here too. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/part.h"
#include "store/viewer.h"

struct filing_mail { /* texts never NULL but html; borrowed */
	gint64 mail_id, received, sent; /* ms; sent 0 = unknown */
	gint64 shop_id, contact_id;
	const GArray *other_contacts;   /* gint64: further contacts of the shop it was for; may be NULL */
	const char *from_name, *from_address; /* who writes; the address is "" when nothing is known */
	const char *subject, *text, *reply, *html, *message_ref, *in_reply_to, *language, *state, *note;
	const char *people, *auth, *bounce, *warnings; /* JSON as in message_row */
	const char *protection; /* as message.protection */
	GBytes *digest;
	const GPtrArray *references;          /* char *: ids it refers to */
	const GPtrArray *persons;             /* char *: normal addresses of From, To and Cc, contacts apart */
	const struct part_row *parts;
	size_t part_count;
	const char *spam; /* JSON: why it is spam (message.spam_reason), "" or NULL: it is none. A new thread of it lies in the spam folder */
	bool is_automatic;
	bool is_list; /* spread by a list */
	bool is_quiet;   /* bounce or out of office: neither reopens nor rings */
	const viewer *employee; /* whose answer it is, sent by their own mail program: does what Send does; NULL: a customer's */
};

struct filing_place {
	gint64 thread;          /* 0 = a new one */
	const GArray *related;  /* gint64: threads to link with */
	bool is_new_sender;
};

struct filing_result {
	gint64 thread, message, event;
	bool is_ringing;
};

bool filing_file(db *desk, const struct filing_mail *mail, const struct filing_place *place, struct filing_result *result, GError **error);

/* A thread the sender of a mail may belong to. */
struct filing_candidate {
	gint64 thread;
	bool takes_part; /* the sender is one of its people */
};

/* Threads of SHOP that hold a message with one of IDS as its own Message-ID, in IDS' order, each once; a hundred at most. Owner: caller. */
GArray *filing_parents(db *desk, gint64 shop, const GPtrArray *ids, const char *sender, GError **error);
/* Threads of SHOP with a message that refers to ID, oldest first. Owner: caller. */
GArray *filing_children(db *desk, gint64 shop, const char *id, const char *sender, GError **error);
/* The newest thread of SHOP with SENDER among its people in which somebody refers to one of IDS; 0: none; -1: ERROR. */
gint64 filing_sibling(db *desk, gint64 shop, const GPtrArray *ids, const char *sender, GError **error);

/* A thread by number, through merges. 0: not there, erased or of another shop; -1: ERROR. */
struct filing_thread {
	gint64 id, status_changed;
	bool is_closed, is_binned, takes_part, is_spam;
};
int filing_find_thread(db *desk, gint64 shop, gint64 id, const char *sender, struct filing_thread *thread, GError **error);

/* The message with this digest: 1 and *MESSAGE (0 when it was erased); 0: none; -1: ERROR. */
int filing_find_repeat(db *desk, gint64 shop, GBytes *digest, gint64 *message, GError **error);
bool filing_add_repeat(db *desk, gint64 message, gint64 mail, GError **error);
/* Notes a raw mail that could not be filed: it must not hold up the next, and must not be forgotten. */
bool filing_add_unsorted(db *desk, gint64 mail, gint64 captured, const char *reason, GError **error);
/* The message that went out under this id, or whose note tells of the forward that did; 0: none; -1: ERROR. */
gint64 filing_find_sent(db *desk, gint64 shop, const char *message_ref, GError **error);

/* Moves all of YOUNGER into OLDER; YOUNGER's number redirects. Open if either was. */
bool filing_merge(db *desk, gint64 older, gint64 younger, gint64 now, GError **error);
