/* upload: files an employee has chosen for an answer that is not sent yet: raw mails of the door "upload" and their rows (desk.db). When it
 * is sent they become parts of the message (deed reply). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

#define UPLOAD_DOOR "upload"
#define UPLOAD_OCTETS_MAX (25 * 1024 * 1024) /* of one file, and of an answer's files together: what mailboxes commonly take */
#define UPLOAD_FILES_MAX 50                  /* of one answer */
#define UPLOAD_NAME_MAX 255                  /* characters */
#define UPLOAD_TYPE_MAX 100

struct upload { /* strings live during the callback, or are borrowed */
	gint64 id; /* in raw.db */
	const char *name, *type;
	gint64 size;
};

enum upload_result {
	UPLOAD_ERROR = -1,
	UPLOAD_NOT_THERE, /* the thread or file; or not theirs */
	UPLOAD_DONE,
	UPLOAD_TOO_MUCH,  /* with those that are there already: octets, or files */
};

/* NAME as it may be kept: without a path, without control characters, cut. Owner: caller. */
char *upload_name(const char *name);
/* "text/plain" of "Text/Plain; charset=x"; what is no type at all is application/octet-stream. Owner: caller. */
char *upload_type(const char *type);

/* Whether SIZE more octets may come for WHO's answer in THREAD. */
enum upload_result upload_check(db *desk, const viewer *who, gint64 thread, gint64 size, GError **error);
/* Checks the same once more. What is not taken has to be given to erase_note_mail. */
enum upload_result upload_add(db *desk, const viewer *who, gint64 thread, const struct upload *file, gint64 now, GError **error);
/* Those of WHO's answer in THREAD, the first chosen first. */
bool upload_each(db *desk, const viewer *who, gint64 thread, bool (*each)(const struct upload *file, void *data), void *data, GError **error);
/* UPLOAD_DONE: EACH was called. */
enum upload_result upload_get(db *desk, const viewer *who, gint64 thread, gint64 id, bool (*each)(const struct upload *file, void *data), void *data,
	GError **error);
/* Its raw mail is noted as one to be erased. */
enum upload_result upload_drop(db *desk, const viewer *who, gint64 thread, gint64 id, GError **error);
/* All of them. 1: done; 0: the thread is not there or not theirs; -1: ERROR. */
int upload_drop_all(db *desk, const viewer *who, gint64 thread, GError **error);
