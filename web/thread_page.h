/* thread_page: GET /threads/ID: a thread with its newest messages, its timeline and all that stands around them. */
#pragma once

#include "web/call.h"

#define THREAD_PAGE_DEFAULT 50 /* messages */
#define THREAD_PAGE_MAX 1000
#define THREAD_PAGE_OTHERS 20    /* threads of the same person */
#define THREAD_PAGE_ORDERS 50    /* of the customer, to choose from */

/* The LIMIT newest messages before message BEFORE (0: all). A merged thread answers 301. */
void thread_page_answer(struct call *call, gint64 before, int limit);
