/* api_state: how Belfry is, for monitors. No names, no content. */
#pragma once

#include "web/call.h"

void api_state_health(struct call *call);  /* GET /health */
void api_state_metrics(struct call *call); /* GET /metrics, Prometheus text */
