/* http: what a request is answered with, as a plain value, without a socket. HTTP/1 only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "web/request.h"

/* A body that comes in steps; each may be read by another thread, with its own RAW. */
struct stream {
	GBytes *(*read)(void *data, db *raw, GError **error); /* empty at the end; NULL with ERROR */
	void (*free)(void *data);
	void *data;
	gint64 length; /* octets in all */
};

struct reply {
	int status;
	GPtrArray *headers; /* "name: value", of char * */
	const char *policy; /* Content-Security-Policy */
	bool is_secure;     /* of a desk that is never to be met without TLS (RFC 6797) */
	GBytes *body;       /* NULL: none, or a stream */
	struct stream stream; /* read is NULL: none */
	GPtrArray *wrong;     /* fields of the request that are refused, and why; NULL: none */
};

extern const char http_policy_app[];  /* of everything but what is named below */
extern const char http_policy_none[]; /* content of strangers: nothing runs, nothing loads */

struct reply *reply_new(void);
void reply_free(struct reply *reply);
/* Replaces one of the same name. Control characters in VALUE become blanks. */
void reply_header(struct reply *reply, const char *name, const char *value);
/* Sets status, type and body; takes BODY. */
void reply_body(struct reply *reply, int status, const char *type, GBytes *body);
/* RFC 9457. What the reply held before is dropped, headers apart. */
void reply_problem(struct reply *reply, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* 422 because of FIELD of the request; called for several of them it tells all, in "errors":[{field, detail}]. */
void reply_wrong_field(struct reply *reply, const char *field, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The same, with a CODE by which the UI says it in the employee's language ("required", "too_long", …: its catalogs' "invalid.CODE"),
 * and the LIMIT that was passed, 0 where there is none: "errors":[{field, code, limit, detail}]. */
void reply_refuse(struct reply *reply, const char *field, const char *code, gint64 limit, const char *format, ...) G_GNUC_PRINTF(5, 6);
/* Status line and headers, to the empty line. IS_LAST: the connection is closed then. */
GString *reply_head(const struct reply *reply, bool is_last);
/* Octets that follow it in an answer to METHOD. */
gint64 reply_length(const struct reply *reply, enum http_method method);

const char *http_reason(int status);
/* "attachment" or "inline", with NAME as RFC 6266 and RFC 8187 want it. Owner: caller. */
char *http_disposition(const char *type, const char *name);

