/* thread_groups: lists sorted by what few threads differ in (whose name, which contact): group after group, in the order of their names, each of which an
 * index has in order. */
#pragma once

#include "store/thread_list.h"

struct thread_group {
	const char *tables;    /* NULL: thread t */
	const char *condition; /* NULL: none; may name :group */
	const char *key;       /* by which the group itself is sorted; NULL: the last message settles it */
	char *ids;             /* :group, a JSON list; NULL: ID */
	gint64 id;             /* :group, 0 = NULL */
};

/* For a column's API name, ascending; in each group the threads that WHO does not see, too. Empty: such a list has no groups. NULL: ERROR. Owner: caller. */
GPtrArray *thread_groups(db *desk, const viewer *who, const char *sort, GError **error);
