/* sort: the role that turns raw mail into threads, messages and events, in the order of capture. */
#pragma once

#include "store/conf.h"

/* Runs the role until SIGTERM. Exit status. */
int sort_run(const struct conf *conf);
