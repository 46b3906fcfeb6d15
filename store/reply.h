/* reply: what staff say in a thread, as an answer that leaves or as a private note, and taking it back. Each call is one transaction's rows,
 * events inside; the caller begins and commits (writer_submit), and wakes web and courier. Refused, they leave nothing behind. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/correspondence.h"

struct reply_new { /* borrowed */
	gint64 thread;
	const char *text, *html;  /* html (letter_clean) NULL: text alone */
	bool is_private;          /* a note: nobody is written to, status and in charge stay */
	const char *status;       /* afterwards; NULL = closed */
	gint64 employee;          /* in charge afterwards; 0 = nobody, REPLY_AUTHOR = who writes, if nobody is */
	const GPtrArray *to, *cc; /* char *: addresses among the thread's people; NULL: those it goes to by itself, nobody */
	const GArray *uploads;    /* gint64, of the writer's draft; may be NULL */
	gint64 seen;              /* the newest message the writer knew; 0 = does not matter */
	gint64 undo_ms;           /* kept back for so long; 0 = leaves at once, for good */
	const char *draft;        /* JSON to bring the form back with by reply_undo; NULL = none */
	const char *key;          /* the same key brings the same message; NULL = none */
	GBytes *digest;           /* of what was asked for under KEY */
};

#define REPLY_AUTHOR (-1)

enum reply_result {
	REPLY_ERROR = -1,
	REPLY_NOT_THERE,      /* the thread, or not theirs to see */
	REPLY_DONE,
	REPLY_BEFORE,         /* this key has brought a message already: it is in *MESSAGE */
	REPLY_OTHER_KEY,      /* the key was used for something else */
	REPLY_AWAY,           /* the thread lies in the bin or in spam */
	REPLY_MOVED,          /* somebody else has written since SEEN */
	REPLY_NO_SENDER,      /* no contact has an address to send from */
	REPLY_NO_RECIPIENT,   /* there is nobody to write to */
	REPLY_NOT_AMONG,      /* CULPRIT is none of the thread's people */
	REPLY_NO_UPLOAD,      /* a file is not there any more */
	REPLY_NOT_ASSIGNABLE, /* the one to be in charge may not */
	REPLY_LEFT,           /* too late to undo */
	REPLY_NOT_WAITING,    /* nothing to send again, or to settle */
};

struct reply_done {
	gint64 message;
	char *culprit; /* owner: caller */
};

enum reply_result reply_send(db *desk, const viewer *who, const struct signer *signer, const struct reply_new *reply, gint64 now,
	struct reply_done *done, GError **error);
/* Takes an answer of WHO's own back while it is kept: the message goes, the thread is as it was before Send where nobody has changed it since, the
 * draft is back. *THREAD is its thread. */
enum reply_result reply_undo(db *desk, const viewer *who, gint64 message, gint64 now, gint64 *thread, GError **error);
