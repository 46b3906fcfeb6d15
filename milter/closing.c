#include "milter/closing.h"

#define STEP 5          /* ms between two looks */
#define YOUNG 100       /* ms in which a session that was just accepted begins to speak */
#define LAST_MAIL 1000  /* ms that sessions get for the mail they are at, or have come for */
#define LEAVE_MAX 10000 /* ms that running callbacks get */

bool
closing_enter(struct closing *self)
{
	g_atomic_int_inc(&self->running);
	if (!g_atomic_int_get(&self->is_over))
		return true;
	closing_leave(self);
	return false;
}

void
closing_leave(struct closing *self)
{
	g_atomic_int_add(&self->running, -1);
}

void
closing_add_due(struct closing *self, int change)
{
	g_atomic_int_add(&self->due, change);
}

bool
closing_end(struct closing *self)
{
	for (int waited = 0; waited < YOUNG || (g_atomic_int_get(&self->due) && waited < LAST_MAIL); waited += STEP)
		g_usleep(STEP * 1000);
	g_atomic_int_set(&self->is_over, 1);
	for (int waited = 0; waited < LEAVE_MAX; waited += STEP) {
		if (!g_atomic_int_get(&self->running))
			return true;
		g_usleep(STEP * 1000);
	}
	return false;
}
