/* event_json: events as the bell's frames. */
#pragma once

#include "store/event.h"

/* The frame of EVENT without its last brace: whether it rings differs by listener. Owner: caller. */
char *event_json_frame(const char *epoch, const struct event *event);
/* The contact it belonged to before, 0 where it did not move. */
gint64 event_json_former(const struct event *event);
/* Whom it rings for, as struct frame_new wants it. */
gint64 event_json_target(const struct event *event);
