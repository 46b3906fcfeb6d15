/* rights: who may reach a file or socket, judged by owners, groups and modes of all directories on the way to it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

struct account {
	char name[64];
	uid_t id;
	gid_t group;
};
/* FALSE: there is none. */
bool account_by_name(const char *name, struct account *account);
bool account_by_id(uid_t id, struct account *account);

enum rights {
	RIGHTS_READ,
	RIGHTS_CONNECT, /* a socket: that is writing to it */
};

/* "/run/x is root:root 0700: belfry may not pass" for the first thing that stops ACCOUNT, NULL when nothing does. Access
 * control lists are not looked at. Owner: caller. */
char *rights_problem(const char *path, const struct account *account, enum rights wanted);
