/* sql_view: what the SQL console shows of desk.db: views under the original's table and column names (belfry-sql(5)).
 * No view has a column with a secret. */
#pragma once

#include "store/db_console.h"

/* Ends with a NULL name. */
extern const struct console_view sql_views[];

/* What the views write for a time: "2024-05-06 10:00:00.000", UTC. Owner: caller. */
char *sql_view_time(gint64 ms);
