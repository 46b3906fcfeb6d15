/* server: the web role. One event loop (libwebsockets) that only moves bytes; requests are answered by workers. */
#pragma once

#include "store/conf.h"

/* Serves on LISTEN_FD, which listens already, until SIGTERM or SIGINT. The store must be migrated. Exit status. */
int web_run(const struct conf *conf, int listen_fd);
