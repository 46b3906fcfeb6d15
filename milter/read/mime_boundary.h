/* mime_boundary: the line between a mail's parts (RFC 2046 section 5.1.1), where its header and its body do not agree on it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define MIME_BOUNDARY_MAX 200 /* octets; 70 by the book */

struct mime_boundary { /* a slice of a Content-Type's value */
	const char *at;
	gsize length;
	bool is_quoted;
};

/* The value from P to END has that parameter, readable or not. */
bool mime_boundary_is_named(const char *p, const char *end);
/* Where the value from P to END names its boundary. FALSE: it does not, or cannot be read. */
bool mime_boundary_find(const char *p, const char *end, struct mime_boundary *boundary);

/* A header field's VALUE and the BODY of the mail that it is the Content-Type of. */
struct mime_boundary_mail {
	char *value, *body;
	gsize value_length, body_length;
};

/* Whether there is something to mend; writes nothing. */
bool mime_boundary_is_wrong(const struct mime_boundary_mail *mail);
/* When no line of the body is a boundary that the value names, but one stands before what begins like a part's header, the two are made to agree,
 * in place and without moving anything; as is a value without the semicolon before its boundary. */
void mime_boundary_mend(const struct mime_boundary_mail *mail);
