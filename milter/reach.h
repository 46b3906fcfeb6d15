/* reach: a socket as one of Postfix's daemons reaches it: from its directory, in its chroot, as its user. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/postfix.h"

/* Connects to PATH as SERVICE would, when we are root (0, or an errno); else judges by rights from outside (0 or EACCES; ENOENT;
 * what listens is then not known). *WHY gets a sentence when it is not 0; owner: caller. */
int reach(const postfix *mta, const struct postfix_service *service, const char *path, char **why);
