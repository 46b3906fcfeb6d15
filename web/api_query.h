/* api_query: the SQL Manager's saved queries. Running them is query_run's. */
#pragma once

#include "web/call.h"

void api_query_list(struct call *call);     /* GET /queries */
void api_query_add(struct call *call);      /* POST /queries {name, sql} */
void api_query_get(struct call *call);      /* GET /queries/ID */
void api_query_change(struct call *call);   /* PATCH, PUT /queries/ID {name?, sql?} */
void api_query_drop(struct call *call);     /* DELETE /queries/ID */
void api_query_drop_all(struct call *call); /* DELETE /queries?ids= */
