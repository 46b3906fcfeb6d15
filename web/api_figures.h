/* api_figures: the numbers of the Customer Service page. */
#pragma once

#include "web/call.h"

void api_figures_kpis(struct call *call);       /* GET /kpis ? refresh=NAME */
void api_figures_statistics(struct call *call); /* GET /statistics */
void api_figures_folders(struct call *call);    /* GET /folders */
