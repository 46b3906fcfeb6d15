/* A mail that holds what memory mails share, so that whichever comes next has only its own and then spills. */
#pragma once

#include "store/gather.h"
#include "store/squeeze.h"

/* Owner: caller. DIRECTORY need not be there: nothing is spilled yet. */
static inline gather *
crowd_new(const char *directory)
{
	g_autoptr(GError) error = NULL;
	gather *crowd = gather_new(directory, G_MAXINT64);
	g_autofree guint32 *noise = g_malloc(SQUEEZE_FRAME);
	for (size_t held = SQUEEZE_FRAME; held + SQUEEZE_FRAME <= GATHER_MEMORY + GATHER_SHARED; held += SQUEEZE_FRAME) {
		for (size_t i = 0; i < SQUEEZE_FRAME / sizeof *noise; i++)
			noise[i] = g_random_int();
		gather_add(crowd, noise, SQUEEZE_FRAME, &error);
		g_assert_no_error(error);
	}
	return crowd;
}
