/* api_figures: the numbers of the Customer Service page. */
#pragma once

#include "web/call.h"

/* The 30-day averages, kept for a minute: they are costly and the page asks after every event. From any thread. */
struct figures_cache *figures_cache_new(void);
void figures_cache_free(struct figures_cache *cache);

void api_figures_kpis(struct call *call);       /* GET /kpis ? refresh=NAME */
void api_figures_statistics(struct call *call); /* GET /statistics */
void api_figures_folders(struct call *call);    /* GET /folders */
