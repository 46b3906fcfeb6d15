/* check: `belfry check`: looks at everything a working Belfry rests on and says what to mend. */
#pragma once

#include "store/conf.h"

/* A line a finding on standard output: "ok", "skip", "warning" or "error". 0 when there is no error, else 1. */
int command_check(const struct conf *conf, const char *conf_path, int count, char **words);
