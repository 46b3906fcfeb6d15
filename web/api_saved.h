/* api_saved: an employee's saved filters of the list, with live counts. */
#pragma once

#include "web/call.h"

void api_saved_list(struct call *call);   /* GET /filters → {filters:[{id, name, query, count, count_more}]}; count null: it took too long */
void api_saved_add(struct call *call);    /* POST /filters {name, query} */
void api_saved_change(struct call *call); /* PATCH /filters/ID {name?, query?} */
void api_saved_drop(struct call *call);   /* DELETE /filters/ID */
