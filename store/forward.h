/* forward: a discussion handed on, to an employee or to somebody else. One transaction's rows, events inside; the caller begins and commits,
 * and wakes web and courier. Refused, it leaves nothing behind. The status stays as it is. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/correspondence.h"

struct forward_new { /* borrowed */
	gint64 thread;
	gint64 employee;     /* 0 = somebody else: */
	const char *email;   /* their address */
	const char *comment; /* "" = none */
	const char *desk;    /* address of the desk's pages, "https://desk.example" */
};

enum forward_result {
	FORWARD_ERROR = -1,
	FORWARD_NOT_THERE,      /* the thread, or not theirs to see */
	FORWARD_DONE,
	FORWARD_NOT_ASSIGNABLE, /* no active employee who may see the thread */
	FORWARD_BAD_ADDRESS,    /* or one of our own contacts': the discussion would come back into itself */
	FORWARD_NO_SENDER,      /* no contact has an address to send from */
};

/* Notes it in the thread ("Message forwarded to …"; *NOTE is that message) and mails the public discussion from the contact's address, answers to WHO:
 * an employee becomes in charge and gets a bell entry; somebody else gets the discussion's attachments too. */
enum forward_result forward_thread(db *desk, const viewer *who, const struct signer *signer, const struct forward_new *forward, gint64 now,
	gint64 *note, GError **error);
