/* message: what was said in a thread (desk.db). Reads only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

struct message_row { /* strings live during the callback */
	gint64 id, thread_id, shop_id, mail_id, received, sent; /* mail_id, sent: 0 = none */
	const char *kind, *from_name, *from_address, *subject, *text, *reply, *message_ref, *in_reply_to, *language, *state, *note;
	const char *people, *auth, *bounce, *spam_reason, *warnings; /* JSON, "" = none; people: {"to":[{"name","address"}],"cc":[…]} */
	gint64 employee_id;                 /* 0 = by a customer */
	const char *employee_firstname, *employee_lastname;
	bool has_html, is_text_cut, is_automatic, is_spam, is_private, is_new_sender;
	bool is_rereading;   /* staff want it read again, which will be soon */
	const char *charset; /* that staff chose; "" = none */
	const char *protection; /* {smime|pgp}-{signed|encrypted}, which nobody verified; "" = none */
};

/* SQL: a row's reply and HTML (NULL: none), however it keeps them; M names the row: "m.". */
#define MESSAGE_REPLY(m) "iif(" m "reply_length IS NULL, " m "reply, substr(" m "text, 1, " m "reply_length))"
#define MESSAGE_HTML(m) "coalesce(" m "html, unsqueeze(" m "page))"
/* SQL: what the columns reply, reply_length and page (html is NULL) are to keep of :text, :reply and :html. */
#define MESSAGE_IS_BEGINNING "substr(:text, 1, length(:reply)) = :reply"
#define MESSAGE_KEPT_REPLY "iif(" MESSAGE_IS_BEGINNING ", '', :reply)"
#define MESSAGE_KEPT_LENGTH "iif(" MESSAGE_IS_BEGINNING ", length(:reply), NULL)"
#define MESSAGE_KEPT_PAGE "squeeze(:html)"

#define MESSAGE_TEXT_MAX (64 * 1024) /* characters of text in a row */

/* The newest LIMIT before BEFORE (0 = the end), ascending. */
bool message_each(db *desk, gint64 thread, gint64 before, int limit, bool (*each)(const struct message_row *row, void *data), void *data,
	GError **error);
/* One of a thread that WHO may see. 1: EACH was called; 0: not there, or not theirs to see; -1: ERROR. */
int message_get(db *desk, const viewer *who, gint64 id, bool (*each)(const struct message_row *row, void *data), void *data, GError **error);
gint64 message_total(db *desk, gint64 thread, GError **error);
/* 0: all read, or never opened and nothing there. */
gint64 message_first_unread(db *desk, gint64 thread, const viewer *who, GError **error);
/* 1: WHO has opened the thread before; 0; -1: ERROR. */
int message_was_opened(db *desk, gint64 thread, const viewer *who, GError **error);
gint64 message_newest(db *desk, gint64 thread, GError **error);

/* What a message is made of, for its own pages. */
typedef struct message_body {
	gint64 mail_id, received; /* mail_id 0 = it never was a mail */
	char *text, *html, *subject; /* html NULL = none */
} message_body;
/* NULL without ERROR: not there or not theirs to see. Owner: caller. */
message_body *message_get_body(db *desk, const viewer *who, gint64 id, GError **error);
void message_body_free(message_body *body);
/* Where in a message WORDS stand, as snippet_make says it: in its text, else in its subject or sender. NULL without ERROR: nowhere
 * that could be shown. For messages of threads that may be seen. Owner: caller. */
char **message_snippet(db *desk, gint64 id, const char *words, GError **error);
/* Envelopes it came under: raw mail ids, its own first; owner: caller. */
GArray *message_mails(db *desk, gint64 id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(message_body, message_body_free)
