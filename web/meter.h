/* meter: what this process has done, for /metrics. From any thread. */
#pragma once

#include <glib.h>

typedef struct meter meter;

/* NOW: when the process started, ms. */
meter *meter_new(gint64 now);
void meter_free(meter *counts);
void meter_add_status(meter *counts, int status);
gint64 meter_started(const meter *counts);
/* Calls EACH for every status that was answered, ascending. */
void meter_each_status(meter *counts, void (*each)(int status, gint64 count, void *data), void *data);
