/* throttle: who has failed too often must wait, longer each time. A bounded table. From any thread. */
#pragma once

#include <glib.h>

#define THROTTLE_ENTRIES_MAX 10000
#define THROTTLE_WAIT_MAX 900        /* seconds */
#define THROTTLE_FORGET_MS 3600000   /* after the last try */

typedef struct throttle throttle;

/* FREE tries in a row cost nothing; the waits after them are 1, 2, 4, … seconds. */
throttle *throttle_new(guint free);
void throttle_free(throttle *table);
/* Seconds that KEY has to wait still; 0: it may try, and this counts as a failure until taken back. NOW in ms. */
int throttle_try(throttle *table, const char *key, gint64 now);
/* The try was no failure: it alone is taken back, or all before it too. */
void throttle_take_back(throttle *table, const char *key);
void throttle_forgive(throttle *table, const char *key);
