/* queue_commands: `belfry queue`: what has not left, and what is to become of it. */
#pragma once

#include "store/conf.h"

/* Exit status. */
int command_queue(const struct conf *conf, int count, char **words);
