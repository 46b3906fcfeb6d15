/* parse: mails are read in a child that has no store, no network, no exec, no files, and bounds on time and memory: what a mail
 * does to it, it does to one mail. This is both sides: the child's loop and the sorter's handle. */
#pragma once

#include <glib.h>

#include "milter/mime.h"

struct parse_limits {
	const char *program; /* run as "PROGRAM parse"; NULL: /proc/self/exe */
	guint seconds; /* a mail; then the child is killed */
	guint64 memory; /* octets; 0: no limit */
};

typedef enum {PARSE_DIED, PARSE_TIMEOUT, PARSE_BAD_ANSWER} parse_error;
#define PARSE_ERROR (parse_error_quark())
GQuark parse_error_quark(void);

typedef struct parser parser;

/* Starts the first child. The caller has blocked or ignored SIGPIPE. */
parser *parser_open(const struct parse_limits *limits, GError **error);

/* The message, or NULL with a PARSE_ERROR: then the mail is to be filed as unreadable; the next call starts a new child.
 * Blocks for as long as limits say. Owner: caller. */
mime_message *parser_read(parser *parser, GBytes *raw, const struct mime_options *options, GError **error);

/* Ends the child; NULL is nothing. */
void parser_close(parser *parser);

/* The child, on the socket FD: confines itself, answers until the other end closes. Returns the exit status. */
int parse_main(int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(parser, parser_close)
