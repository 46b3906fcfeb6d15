/* supervisor: `belfry run`. Opens the listening sockets, brings the store up to date, starts each role by exec of this program
 * and restarts what dies. Roles never run as root. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/conf.h"

/* Until TERM or INT. CONF_PATH is handed to the roles. Exit status. */
int supervisor_run(const struct conf *conf, const char *conf_path);

/* For a command that is one role: when this process is root, opens ROLE's sockets (NULL: none), hands them down to this very
 * process (sockets_inherited) and becomes [belfry] user for good, who then owns them and a store directory made here. When it is
 * not root: does nothing. To be called before anything else is open and before threads. FALSE with a sentence: root has
 * no user to become. */
bool supervisor_become_user(const struct conf *conf, const char *role, GError **error);
