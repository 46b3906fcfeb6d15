/* backup_commands: `belfry backup` and `belfry restore`: words, messages, exit status; the deed is store/backup's. */
#pragma once

#include "store/conf.h"

int command_backup(const struct conf *conf, int count, char **words);
int command_restore(const struct conf *conf, int count, char **words);
