/* mail: raw mail, as it came, and its envelope (raw.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/gather.h"
#include "store/squeeze.h"

struct envelope {
	const char *door; /* milter, capture, import, sync */
	const char *sender;             /* MAIL FROM without <>, "" for the null sender */
	const char *const *recipients;  /* ours, as given without <>, in RCPT order; NULL-terminated */
	const char *client, *helo, *tls, *auth, *queue_id; /* "" when unknown */
	gint64 captured;                /* ms */
};

/* A mail as read back; owns what it points to. */
typedef struct mail_info {
	gint64 id, captured, size;
	char *door, *sender, *client, *helo, *tls, *auth, *queue_id;
	char **recipients;
	bool is_cut; /* only its header was kept */
} mail_info;

/* The raw.db of the store in directory STORE, to read. */
db *mail_open(const char *store, GError **error);
/* The deeper rows of one mail. Its id, the next one above *ID and above all that were ever given, in *ID. */
bool mail_insert(db *raw, const struct envelope *envelope, const gather *octets, gint64 *id, GError **error);
/* The first mail after AFTER. NULL without ERROR: there is none. Owner: caller. */
mail_info *mail_next(db *raw, gint64 after, GError **error);
mail_info *mail_get(db *raw, gint64 id, GError **error);
void mail_info_free(mail_info *mail);
/* How many of the newest MOST mails, and octets in them, were captured since SINCE (ms). 0 and 0 where the store cannot tell. */
struct mail_flow {
	gint64 count, octets;
};
struct mail_flow mail_since(db *raw, gint64 since, int most);
/* All octets, or LENGTH of them from OFFSET (fewer at the end). NULL with ERROR: not there, or damaged. Owner: caller. */
GBytes *mail_read(db *raw, gint64 id, GError **error);
GBytes *mail_read_range(db *raw, gint64 id, guint64 offset, guint64 length, GError **error);
/* FRAME of the mail, from 0 on, SQUEEZE_FRAME octets each, taken apart; behind the last one it is empty. What holds it: PARTS, whose owner is the caller,
 * may live as long. NULL with ERROR as above. */
query *mail_open_frame(db *raw, gint64 id, guint64 frame, struct squeeze_parts *parts, GError **error);
bool mail_erase(db *raw, gint64 id, GError **error);
/* 0: none; -1: ERROR, also when RAW is no longer the file at its path: what is put there now is not seen by it. */
gint64 mail_last_id(db *raw, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(mail_info, mail_info_free)
