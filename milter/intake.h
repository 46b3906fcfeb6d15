/* intake: one mail on its way in, by whichever door: which of its recipients are ours, its octets, and what becomes of it.
 * One thread at a time. Memory is bounded, whatever the mail. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/routes.h"
#include "store/capture.h"

/* What all mails share. Outlives them. */
struct intake_house {
	capture *door;
	routes *routes;
	gint64 size_limit;
	const char *store; /* its directory */
};

typedef struct intake intake;

/* SENDER with or without <>. IS_ONLY_COPY: nobody else holds the mail, so that one over the limit must be refused. */
intake *intake_new(const struct intake_house *house, const char *sender, bool is_only_copy);
void intake_free(intake *mail);

/* TRUE when RECIPIENT, as passed, with or without <>, is ours. */
bool intake_add_recipient(intake *mail, const char *recipient);
bool intake_has_recipients(const intake *mail);
/* Who sends it has logged in at the mail server. An employee's mail for none of ours may yet be an answer in a thread: its header is held until its
 * end tells. Before the first recipient. */
void intake_set_login(intake *mail, const char *login);
/* TRUE while it is ours, or may turn out to be at the end of its header. */
bool intake_is_wanted(const intake *mail);

/* TRUE when its sender is blocked and it is for nobody but contacts: nobody wants it (550 5.7.1). When all recipients are known. */
bool intake_is_unwelcome(const intake *mail);
/* Writes the log line of a mail that is refused before its octets came. */
void intake_log_refusal(const intake *mail, const char *queue_id);

/* One header field as libmilter gives it: lines end with \n alone; HAS_BLANK: VALUE begins with what followed the colon. */
void intake_add_header(intake *mail, const char *name, const char *value, bool has_blank);
void intake_end_header(intake *mail); /* what was held is ours now, or forgotten: see intake_is_wanted */
void intake_add_body(intake *mail, const void *octets, size_t size);
/* Octets as they stand in the mail; the header's end is found in them. */
void intake_add_octets(intake *mail, const void *octets, size_t size);
/* TRUE once it is over the limit of a mail that would be refused for it: no more octets are needed. */
bool intake_is_hopeless(const intake *mail);

enum intake_verdict {
	INTAKE_KEPT,      /* on the disk */
	INTAKE_TOO_LARGE, /* 552 5.3.4 */
	INTAKE_NOT_NOW,   /* 451 4.3.0 */
};
/* Stores the mail unless it must be refused, and writes its log line, which ends with NOTE. Door, client, helo, tls, auth and queue id
 * come from WAY; "" where unknown, none NULL. *ID (may be NULL) gets the stored mail's. */
enum intake_verdict intake_finish(intake *mail, const struct envelope *way, const char *note, gint64 *id);

/* After INTAKE_KEPT: the recipients to be taken out of the mail, as passed; NULL-terminated. Lives as long as MAIL. */
const char *const *intake_taken(const intake *mail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(intake, intake_free)
