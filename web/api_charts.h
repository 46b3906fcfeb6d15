/* api_charts: the last 30 days in numbers. */
#pragma once

#include "web/call.h"

/* GET /charts → {time_zone, days:[{day, in, out, answered, response_hours}]}, 30 days, today last; response_hours: on average until
 * the first answer, of threads that began that day; null where none was answered. */
void api_charts_get(struct call *call);
