/* thread_sql: the list of threads as a statement for the SQL console, over the views of sql_view. Run there it gives the same threads
 * in the same order. */
#pragma once

#include "store/thread_list.h"

/* Filters and sort as they are; limit and page are left out. Owner: caller. */
char *thread_sql(const viewer *who, const struct thread_filter *filter);
