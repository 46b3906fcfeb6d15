#include "web/meter.h"

#include <stdatomic.h>

#define STATUSES 600

struct meter {
	gint64 started;
	atomic_llong answers[STATUSES];
};

meter *
meter_new(gint64 now)
{
	meter *counts = g_new0(meter, 1);
	counts->started = now;
	return counts;
}

void
meter_free(meter *counts)
{
	g_free(counts);
}

void
meter_add_status(meter *counts, int status)
{
	if (status >= 0 && status < STATUSES)
		atomic_fetch_add(&counts->answers[status], 1);
}

gint64
meter_started(const meter *counts)
{
	return counts->started;
}

void
meter_each_status(meter *counts, void (*each)(int status, gint64 count, void *data), void *data)
{
	for (int status = 0; status < STATUSES; status++) {
		gint64 count = atomic_load(&counts->answers[status]);
		if (count)
			each(status, count, data);
	}
}
