/* give_way: where a machine is too small to take mail in as fast as it comes and to sort it too, it takes it in first. What can be done a moment
 * later rests after each piece of work while mail comes, so that it has a share of the machine and no more; never for long. */
#pragma once

#include "store/db.h"

#define GIVE_WAY_LOOK 200  /* ms, after which a rush may be over */
#define GIVE_WAY_LAG 10000 /* ms that work may be late; then it waits for nobody */

/* How long to rest, in ms, after work that LASTED so many µs and is LAG ms late, on a machine of so many PROCESSORS. */
int give_way_rest(gint64 lasted, gint64 lag, guint processors);

/* Whether mail comes into RAW so fast now that to take it in may be all that a small machine can do. */
bool give_way_is_rush(db *raw);
