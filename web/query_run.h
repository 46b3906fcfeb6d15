/* query_run: typed queries on the console: {columns, rows, cut, ms}, or CSV. Admins only; each run leaves a line in the log, without content. */
#pragma once

#include "web/call.h"

#define QUERY_ROWS_MAX 10000
#define QUERY_OCTETS_MAX (16 * 1024 * 1024) /* of an answer */
#define QUERY_MS_MAX 5000

/* FALSE with the reply set when SQL may not be run; field "sql". */
bool query_run_check(struct call *call, const char *sql);

void query_run_typed(struct call *call); /* POST /queries/run {sql} ?format=csv&bom=1 */
void query_run_saved(struct call *call); /* GET, POST /queries/ID/run, same arguments */
void query_run_views(struct call *call); /* GET /queries/views */
void query_run_list(struct call *call);  /* GET /threads/sql, filters as GET /threads: {name, sql} */
