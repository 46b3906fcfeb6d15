/* rereading: messages read again by today's parser, out of their raw mail: those that staff ask for, one after another in the sorter, and those
 * that belfry resort goes through in a process of its own. */
#pragma once

#include "milter/reader.h"
#include "store/reread_list.h"
#include "store/secret.h"

enum rereading_end {
	REREADING_SAME,       /* nothing has changed */
	REREADING_CHANGED,
	REREADING_UNREADABLE, /* it could not be read, and is as it was */
	REREADING_GONE,       /* it was erased, or its raw mail was, or it never came in */
	REREADING_REFUSED     /* the store would not take it; the log says why */
};
#define REREADING_ENDS 5

typedef struct rereading rereading;

/* All are the caller's, used until the end. Owner: caller. */
rereading *rereading_new(const struct conf *conf, const keyring *keys, db *raw, db *desk, reader *source);
void rereading_free(rereading *self);
/* Takes the contacts as they are now; to be called first, and now and then. */
bool rereading_refresh(rereading *self, GError **error);

/* Reads ROW's mail and enters it, in a transaction of its own; IS_DRY: only looks. *CHANGES as of store/reread. FALSE: the store cannot be used now. */
bool rereading_message(rereading *self, const struct reread_row *row, bool is_dry, enum rereading_end *end, guint32 *changes, GError **error);
/* A raw mail that the store would not take is tried again. *THREAD: where it is now, as a log line says it, "": not there any more, NULL: the
 * store refuses it as before; owner: caller. FALSE as above. */
bool rereading_unsorted(rereading *self, gint64 mail, char **thread, GError **error);

/* One message that staff wait for, if any. TRUE: there was one, look again; errors are logged here, and it is tried again later. */
bool rereading_step(rereading *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(rereading, rereading_free)
