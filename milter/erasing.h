/* erasing: the sorter's hours of clearing out: threads whose days in the bin are over, then their raw mail. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

typedef struct erasing erasing;

/* DESK is the sorter's connection; STORE is where raw.db lies. */
erasing *erasing_new(const char *store, db *desk);
void erasing_free(erasing *self);
/* A little of what is to do, if the hour has come or work is left. TRUE: there is more; ERROR is logged here, and tried again later. */
bool erasing_step(erasing *self);
