/* parse: mails are read in a child that has no store, no network, no exec and no files, and bounds on time and memory: a mail that
 * is the end of it is filed unread, and the next one meets a new child. This is both sides: the sorter's handle and the child. */
#pragma once

#include <glib.h>

#include "milter/read/mime.h"

struct parse_limits {
	const char *program; /* run as "PROGRAM parse"; NULL: this one */
	guint seconds; /* of the processor for one mail, give or take one; then the child is killed */
	guint64 memory; /* octets the child may allocate; 0: no limit */
};

typedef enum {
	PARSE_DIED,
	PARSE_KILLED, /* by SIGKILL, from outside: that is seldom the mail's doing */
	PARSE_TIMEOUT,
	PARSE_BAD_ANSWER
} parse_error;
#define PARSE_ERROR (parse_error_quark())
GQuark parse_error_quark(void);

typedef struct parser parser;

/* Starts the first child. It dies with the thread that started it. Owner: caller. */
parser *parser_open(const struct parse_limits *limits, GError **error);

/* The message, or NULL with a PARSE_ERROR: then the mail is to be filed as unreadable, and the next call starts a new child.
 * Blocks for as long as the limits say. Owner: caller. */
mime_message *parser_read(parser *reader, GBytes *raw, const struct mime_options *options, GError **error);

/* Ends the child. */
void parser_close(parser *reader);

/* The process id of the child, for logs; 0 when none runs. */
int parser_pid(const parser *reader);

/* The child, on the socket FD: confines itself, answers until the other end closes, ends the process. Returns only when it
 * cannot be confined: the exit status. */
int parse_main(int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(parser, parser_close)
