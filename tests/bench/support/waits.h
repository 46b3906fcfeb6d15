/* waits: how long each of many things took, and what is said of them. For the loaders; one thread at a time. */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef GArray waits; /* gint64, µs */

static inline waits *
waits_new(void)
{
	return g_array_new(FALSE, FALSE, sizeof(gint64));
}

static inline void
waits_add(waits *self, gint64 microseconds)
{
	g_array_append_val(self, microseconds);
}

static inline int
waits_compare(const void *one, const void *other)
{
	gint64 a = *(const gint64 *)one, b = *(const gint64 *)other;
	return (a > b) - (a < b);
}

/* ms that SHARE (0 to 1) of them do not exceed. They must have been sorted. */
static inline double
waits_quantile(const waits *self, double share)
{
	if (!self->len)
		return 0;
	guint at = MIN(self->len - 1, (guint)(self->len * share));
	return (double)g_array_index(self, gint64, at) / 1000;
}

/* Sorts them and prints "NAME":{"p50":ms,"p99":ms,"max":ms}. */
static inline void
waits_print(waits *self, const char *name)
{
	g_array_sort(self, waits_compare);
	printf("\"%s\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name, waits_quantile(self, 0.5), waits_quantile(self, 0.99), waits_quantile(self, 1));
}
