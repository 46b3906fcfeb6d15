/* figures_cache: the averages of the last 30 days, kept for a minute: they are costly, and the page asks for them after every event. What is asked for shortly
 * before it is too old is made anew by a thread of the cache's own, so that hardly anybody waits for it. From any thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/viewer.h"

enum figures_average {FIGURES_RESPONSE_HOURS, FIGURES_MESSAGES_PER_THREAD, FIGURES_AVERAGES};

extern const char *const figures_average_names[FIGURES_AVERAGES]; /* the API's */

struct figures_wish {
	enum figures_average which;
	bool is_anew; /* nothing that was kept will do */
	gint64 now;   /* ms */
};

/* STORE: the store's directory. */
struct figures_cache *figures_cache_new(const char *store);
/* Waits for what is being made. */
void figures_cache_free(struct figures_cache *cache);
/* What WHO may see of it; DESK: the caller's connection. FALSE: ERROR. */
bool figures_cache_average(struct figures_cache *cache, db *desk, const viewer *who, const struct figures_wish *wish, double *value, GError **error);
