/* postfix: Postfix's settings as Postfix sees them, asked of its own postconf. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* A line of master.cf. */
struct postfix_service {
	char *name, *type, *command; /* "smtp", "inet", "smtpd" */
	bool is_chrooted;
};

typedef struct postfix {
	char *directory;     /* of main.cf and master.cf */
	GHashTable *main;    /* name → value, $names expanded */
	GHashTable *override; /* "service/type/name" → value: -o in master.cf */
	GPtrArray *services; /* struct postfix_service * */
} postfix;

/* Its configuration directory: OPTION when not NULL, else $MAIL_CONFIG, else /etc/postfix. NULL: there is no main.cf. Owner: caller. */
char *postfix_directory(const char *option);
/* NULL with ERROR: postconf is not there, or does not understand the files. Owner: caller. */
postfix *postfix_read(const char *directory, GError **error);
void postfix_free(postfix *self);

/* The value that holds for SERVICE, NULL = main.cf's. "" when empty. NAME must be in the list in postfix.c. */
const char *postfix_get(const postfix *self, const struct postfix_service *service, const char *name);
/* The first service that runs COMMAND; NULL: none. */
const struct postfix_service *postfix_find(const postfix *self, const char *command);
/* PATH, as SERVICE names it, seen from outside: relative ones start at the queue directory, which is also the root of a
 * service in the chroot. Owner: caller. */
char *postfix_outside_path(const postfix *self, const struct postfix_service *service, const char *path);

/* One of smtpd_milters' list. */
struct postfix_milter {
	char *address;        /* "unix:belfry/milter.sock" */
	char *default_action; /* "": milter_default_action */
};
/* The list's milters in order, struct postfix_milter *. Owner: caller. */
GPtrArray *postfix_read_milters(const char *list);

/* Fills the tables from what postconf prints with -x, -M and -Px; apart for tests. */
void postfix_parse(postfix *self, const char *settings, const char *services, const char *overrides);
postfix *postfix_new(const char *directory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(postfix, postfix_free)
