/* courier: the role that carries replies out: the outbox, mail by mail, to the relay. */
#pragma once

#include "store/conf.h"

/* Until SIGTERM or SIGINT, which let what was handed over be answered. Exit status. */
int courier_run(const struct conf *conf);
