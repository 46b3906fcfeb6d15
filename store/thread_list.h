/* thread_list: which threads a list shows, in what order, and how many there are: filters, text searches, folders and sorts, at any size of the store. */
#pragma once

#include "store/thread.h"

struct thread_filter { /* texts: NULL = not filtered; numbers: 0 */
	gint64 id, contact_id, shop_id;
	gint64 from, to;       /* ms, last customer message in [from, to) */
	const char *customer, *email, *employee, *message; /* words or their beginnings */
	const char *language, *status;
	const char *folder;    /* open mine unassigned pending closed automatic spam bin all; NULL = all but spam and bin */
	const char *text;      /* words anywhere in messages */
	int is_private;        /* -1 = any */
	const char *sort;      /* a column's API name, "-" in front: descending; NULL = "-last_message" */
	int limit, page;       /* page from 1 */
};

#define THREAD_TOTAL_MAX 10000 /* totals are counted up to here */

/* Names of the sort columns and folders, NULL-terminated: what the API lets through. */
extern const char *const thread_sorts[], *const thread_folders[];

/* A list, looked at once for how many there are and for its rows; WHO and FILTER are borrowed. */
typedef struct thread_list thread_list;
/* NULL: ERROR. Owner: caller. */
thread_list *thread_list_new(db *desk, const viewer *who, const struct thread_filter *filter, GError **error);
void thread_list_free(thread_list *list);
/* -1: ERROR. Exact, or THREAD_TOTAL_MAX + 1 for more where no counter knows. */
gint64 thread_list_total(thread_list *list, GError **error);
bool thread_list_each(thread_list *list, bool (*each)(const struct thread_row *row, void *data), void *data, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(thread_list, thread_list_free)

/* One of both alone. */
gint64 thread_total(db *desk, const viewer *who, const struct thread_filter *filter, GError **error);
bool thread_each(db *desk, const viewer *who, const struct thread_filter *filter,
	bool (*each)(const struct thread_row *row, void *data), void *data, GError **error);
