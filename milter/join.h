/* join: which thread does a mail belong to? Pure rules over what the store knows of it (SPEC 2.6): no I/O. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/filing.h"

struct join_facts {
	struct filing_thread signed_thread; /* named by a right signature of ours (rule a); id 0 = none */
	const GArray *parents;              /* struct filing_candidate: threads of the messages it refers to, nearest first (rule b) */
	const GArray *children;             /* struct filing_candidate: threads of messages that refer to it, oldest first */
	gint64 sibling;                     /* the newest thread of the sender that refers to what it refers to, which nobody here has; 0 = none */
	gint64 now, reopen_ms;              /* a thread closed longer ago than reopen_ms is not reopened */
	bool is_quiet;                      /* bounce or out of office: joins a closed thread, since it does not reopen it */
	bool new_sender_apart;              /* setting: who is new to a thread gets a new, linked one */
};

struct join_verdict {
	gint64 thread;      /* 0 = a new one */
	GArray *related;    /* gint64: threads to link with; owner: caller */
	GArray *merge;      /* gint64: threads that move into THREAD afterwards; owner: caller */
	bool is_new_sender; /* joined, though not yet one of its people */
};

/* CLOSED_LONG says whether a candidate's thread was closed longer ago than the window. */
struct join_verdict join_decide(const struct join_facts *facts, bool (*is_closed_long)(gint64 thread, void *data), void *data);
