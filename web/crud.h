/* crud: what the API's lists of one noun share: a page of rows and its frame, deleting one or many. */
#pragma once

#include "web/call.h"

/* Which rows: LIMIT of them, the PAGE-th such (from 1), in the order of SORT (NULL: the noun's own). */
struct crud_page {
	int limit, page;
	const char *sort;
};
/* From the arguments limit (LIMIT when absent), page and sort, one of SORTS (NULL-terminated). FALSE with the reply set. */
bool crud_read_page(struct call *call, int limit, const char *const *sorts, struct crud_page *page);

/* {total, page, limit, NAME: [ : the rows are to be written into it. Owner: caller. */
out *crud_begin(const char *name, gint64 total, int page, int limit);
/* Answers JSON, which it takes, when IS_WHOLE, else that ERROR, which it takes, came in between. */
void crud_end(struct call *call, out *json, bool is_whole, GError *error);

struct crud_noun {
	const char *name; /* in the log */
	int (*drop)(db *desk, const viewer *who, gint64 id, GError **error); /* 1; 0: nothing there that WHO may see; -1: ERROR */
};
/* Deletes the one in the path: 204 or 404. */
void crud_drop(struct call *call, const struct crud_noun *noun);
/* Those that the argument ids names, in one transaction; answers {deleted: [ids]}. */
void crud_drop_all(struct call *call, const struct crud_noun *noun);
