/* thread_events: "Orders and messages timeline": what happened to a thread, and to the order it is about, newest first. */
#pragma once

#include "store/out.h"
#include "web/call.h"

#define THREAD_EVENTS_MAX 200

/* "timeline": [{event, kind, when, employee, message?, thread?, target?, names?, data}]; a state of ORDER (0: none) has kind order_state, event null
 * and data {reference, state, valid}. FALSE: ERROR. */
bool thread_events_write(out *json, struct call *call, gint64 thread, gint64 order, GError **error);
