/* thread_plan: how the threads of a list are found, as pieces of SQL: tables (with "thread t" among them) and conditions. Where words are searched for that
 * few texts have, the index over words names the threads; else threads are walked in the list's order, and each is looked into. */
#pragma once

#include "store/terms.h"
#include "store/thread_list.h"

struct thread_plan {
	const viewer *who;
	const struct thread_filter *filter;
	GArray *employees; /* gint64: whose last names match; NULL: not asked for */
	int search;        /* which text search names the threads; -1: none, they are walked */
	struct terms terms;
	bool is_few;       /* it finds few */
	bool is_empty;     /* nothing can be found */
};

/* FALSE: ERROR. To be cleared in any case. */
bool thread_plan_make(struct thread_plan *plan, db *desk, const viewer *who, const struct thread_filter *filter, GError **error);
void thread_plan_clear(struct thread_plan *plan);
/* From now on threads are walked. */
void thread_plan_walk(struct thread_plan *plan);

/* In a copy of a plan, that borrows of it: from now on only threads are found that are named most cheaply. FALSE: there are none such, and nothing has changed. */
bool thread_plan_narrow(struct thread_plan *plan);
/* From now on all are found: until then, of words that are in many texts, perhaps no more than the narrow ones. FALSE: ERROR. */
bool thread_plan_complete(struct thread_plan *plan, db *desk, GError **error);

/* " FROM …" */
void thread_plan_append_tables(const struct thread_plan *plan, GString *sql);
/* " WHERE …" */
void thread_plan_append_conditions(const struct thread_plan *plan, GString *sql);
/* A thread may come several times: rows are to be grouped by t.id. */
bool thread_plan_is_grouped(const struct thread_plan *plan);
/* "SELECT … FROM … WHERE …" of threads that may come several times: each once. */
void thread_plan_append_once(const struct thread_plan *plan, GString *sql);
/* The message that a search in messages found: an expression, of a group where they are grouped. */
const char *thread_plan_hit(const struct thread_plan *plan);
/* The parameters of all of this. */
void thread_plan_bind(const struct thread_plan *plan, query *rows);
/* What the counters call the threads of a folder: a JSON list; NULL: they do not know. */
const char *thread_plan_counters(const char *folder);

