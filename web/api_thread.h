/* api_thread: threads: the list, one of them, and what staff do to them as a whole. */
#pragma once

#include "web/call.h"

void api_thread_list(struct call *call);       /* GET /threads */
void api_thread_get(struct call *call);        /* GET /threads/ID ? before limit */
void api_thread_change(struct call *call);     /* PATCH /threads/ID {status} */
void api_thread_change_all(struct call *call); /* PATCH /threads {ids, status} */
void api_thread_bin(struct call *call);        /* DELETE /threads/ID */
void api_thread_bin_all(struct call *call);    /* DELETE /threads?ids= */
void api_thread_restore(struct call *call);    /* POST /threads/ID/restore */
void api_thread_staff(struct call *call); /* GET /threads/ID/employees: who may be put in charge */
