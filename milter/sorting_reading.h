/* sorting_reading: one mail while it is sorted; what the parts of sorting share. */
#pragma once

#include "milter/join.h"
#include "milter/sorting.h"
#include "store/colleague.h"
#include "store/filing.h"

struct writer_of_mail {
	const char *name, *address;
};

/* Everything about one mail that does not depend on the shop. */
struct reading {
	const mail_info *mail;
	const mime_message *message;
	struct writer_of_mail who;
	const struct mime_address *via; /* From, where it is a form's or our own and somebody else writes; NULL */
	char *name;            /* of who writes, as it can be shown */
	GPtrArray *references; /* ids, nearest first; borrowed */
	GPtrArray *persons;    /* normal addresses of who takes part by it */
	char *sender; /* normal address of who writes, "" when unknown */
	bool is_copy; /* of a mail of ours */
	char *people, *auth, *bounce; /* JSON */
	char *warnings;               /* JSON, as sorting_warnings says them */
	char *spam;                   /* JSON: why it is spam, as sorting_spam says it */
	struct part_row *parts;
	GBytes *digest;
	struct filing_mail filing; /* borrows from all that; the shop, and what depends on it, is not in it yet */
};

/* READING borrows MAIL and MESSAGE; give it back by sorting_reading_clear. */
void sorting_read(const struct sorting *sorting, const mail_info *mail, const mime_message *message, struct reading *reading);
void sorting_reading_clear(struct reading *reading);

/* Adds the normal form of ADDRESSES (struct mime_address *) to PERSONS, contacts of ours apart. */
void sorting_add_persons(const struct sorting *sorting, GPtrArray *persons, const GPtrArray *addresses);

/* 1: an employee sent it from their own mail program, in the thread in *PLACE; 0; -1: ERROR. *WHO (owner: caller) is the employee who has logged in
 * to send it, NULL: nobody. */
int sorting_find_colleague(const struct sorting *sorting, const struct reading *reading, struct colleague_thread *place, viewer **who, GError **error);
/* READING as an answer that an employee sent: by From, whoever that is, to those in To and Cc. */
void sorting_read_colleague(const struct sorting *sorting, struct reading *reading);
/* Files it as that employee's answer. */
bool sorting_file_colleague(const struct sorting *sorting, struct reading *reading, const struct colleague_thread *place, const viewer *who,
	GString *log, GError **error);

/* Why it is spam, JSON: {"header","value"} of the rule it meets, or {"blocked"}: a sender nobody wants. "": it is none. Owner: caller. */
char *sorting_spam(const struct sorting *sorting, const struct reading *reading);
/* Spam joins nothing but spam: it begins a thread of its own, linked with the one VERDICT puts it in. */
bool sorting_set_apart(const struct sorting *sorting, gint64 shop, struct join_verdict *verdict, GError **error);
/* How its sender may fool a reader, JSON: [{"kind","detail","grave"}], the kinds as the table in sorting_guise.c has them. "": not at all. Owner: caller. */
char *sorting_warnings(const struct sorting *sorting, const struct reading *reading);
