/* door: by which files come into raw.db from here; opened when the first one comes, so that the desk serves whatever state raw.db is in. */
#pragma once

#include "store/capture.h"
#include "store/conf.h"

typedef struct door door;

door *door_new(const struct conf *conf);
/* Ends after what is being stored is. */
void door_free(door *self);
/* The capture, which lives as long as SELF; NULL with ERROR. From any thread. */
capture *door_open(door *self, GError **error);
