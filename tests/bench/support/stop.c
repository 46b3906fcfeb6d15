#include "tests/bench/support/stop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void
stop_on(const GError *error)
{
	if (!error)
		return;
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, error->message);
	exit(1);
}

void
stop_at(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, g_strerror(errno));
	exit(1);
}
