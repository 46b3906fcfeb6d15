/* commands: what an admin types: employees and contacts. Each gets the words behind its name and returns an exit status. */
#pragma once

#include "store/conf.h"

int command_employee(const struct conf *conf, int count, char **words);
int command_contact(const struct conf *conf, int count, char **words);
int command_capture(const struct conf *conf, int count, char **words);
int command_migrate(const struct conf *conf, int count, char **words);
