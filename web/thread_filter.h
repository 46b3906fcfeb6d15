/* thread_filter: what GET /threads asks for, read from its arguments. */
#pragma once

#include "store/thread_list.h"
#include "web/call.h"

/* FALSE with the reply set (400) when an argument makes no sense. Texts live as long as the request. */
bool thread_filter_read(struct call *call, struct thread_filter *filter);
/* The arguments from and to, days in the time zone of SHOP (0: the first one), as ms in [FROM, TO); what is absent stays. FALSE with
 * the reply set. */
bool thread_filter_days(struct call *call, gint64 shop, gint64 *from, gint64 *to);
/* Midnight at the start of DATE (YYYY-MM-DD) in TIME_ZONE, DAYS later, ms; FALSE when it is no date. */
bool thread_filter_midnight(const char *date, const char *time_zone, int days, gint64 *ms);
