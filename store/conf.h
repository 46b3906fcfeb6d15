/* conf: what belongs to the machine, read once from one GKeyFile through one table into one const struct. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define CONF_DEFAULT_PATH BELFRY_SYSCONFDIR "/belfry/belfry.conf"

/* Strings are never NULL; "" is "none". Lists are NULL-terminated. Sizes in octets. */
struct conf {
	struct {
		char *user, *store;
	} belfry;
	struct {
		char *socket, *socket_group, *recipient_delimiter;
		gint64 socket_mode, size_limit, min_free;
	} milter;
	struct {
		char *socket;
		gint64 socket_mode;
	} capture;
	struct {
		char *listen, *url, *certificate, *key;
		gint64 workers;
	} web;
	struct {
		char **authserv_id, **form_senders;
		gint64 parse_seconds, parse_memory;
	} sort;
	struct {
		char *relay, *tls, *ca_file, *user, *password_file, *tunnel_command;
		gint64 sessions;
	} courier;
	struct {
		gint64 level; /* enum log_level */
	} log;
};

#define CONF_ERROR conf_error_quark()
GQuark conf_error_quark(void);

/* Reads PATH over the defaults. NULL on a file that cannot be read and on unknown sections, keys and values;
 * the error names file, section and key and what is allowed. Owner: caller. */
struct conf *conf_load(const char *path, GError **error);
/* The same of TEXT, LENGTH octets, that stands in PATH. */
struct conf *conf_read(const char *text, size_t length, const char *path, GError **error);
void conf_free(struct conf *conf);

/* Every key with its default, as "section", "key", "default" triples in the table's order; NULL-terminated. */
const char *const *conf_defaults(void);
