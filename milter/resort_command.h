/* resort_command: belfry resort: old mail is read again by today's parser, while the desk is in use. Gets the words behind its name and returns
 * an exit status. */
#pragma once

#include "store/conf.h"

int command_resort(const struct conf *conf, int count, char **words);
