/* listing: the SQL of a page of rows, from a noun's own parts: filters that are set, an order, and how many there are. */
#pragma once

#include "store/db.h"

/* A condition that counts when TEXT or NUMBER is given; PARAMETER (":name") stands for it there. */
struct listing_filter {
	const char *condition, *parameter;
	const char *text;
	gint64 number;
};

#define LISTING_FILTERS_MAX 10

struct listing {
	const char *columns; /* "SELECT a, b" */
	const char *tables;  /* " FROM … WHERE …": the filters are appended with AND */
	struct listing_filter filters[LISTING_FILTERS_MAX];
	const char *const *sorts; /* their names, NULL-terminated; */
	const char *const *keys;  /* for each the SQL it sorts by */
	const char *otherwise;    /* the one when SORT is NULL */
	const char *tie;          /* SQL that settles ties, in the same direction */
	const char *sort;         /* of SORTS, "-" in front: descending; NULL */
	int limit, page;          /* from 1 */
};

/* The rows, all of the listing's own bound; what else stands in its SQL is the caller's to bind. NULL: ERROR. Owner: caller. */
query *listing_rows(db *desk, const struct listing *listing, GError **error);
/* One row with how many there are on all pages; the same else. Owner: caller. */
query *listing_count(db *desk, const struct listing *listing, GError **error);
