#include "milter/patience.h"

#include <signal.h>

#include "store/complaint.h"
#include "store/trouble.h"

#define LOOK_SECONDS 1

static bool
may_help(const GError *why)
{
	return db_may_pass(why) || g_error_matches(why, DB_ERROR, DB_DAMAGED); /* a restore puts another file there */
}

/* TRUE: told to end meanwhile. */
static bool
say_and_wait(struct complaint *complaint, GError *why)
{
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	trouble_explain(why);
	complaint_say(complaint, LOG_ERROR, why->message);
	return sigtimedwait(&ends, NULL, &(struct timespec){.tv_sec = LOOK_SECONDS}) > 0;
}

capture *
patience_open(const char *store, gint64 min_free, GError **error)
{
	struct complaint complaint = {0};
	capture *door = NULL;
	for (bool is_over = false; !door && !is_over;) {
		g_autoptr(GError) why = NULL;
		door = capture_open(store, min_free, &why);
		is_over = !door && (!may_help(why) || say_and_wait(&complaint, why));
		if (is_over)
			g_propagate_error(error, g_steal_pointer(&why));
	}
	if (door)
		complaint_end(&complaint, "mail can be kept again");
	g_free(complaint.text);
	return door;
}
