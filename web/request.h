/* request: what a browser asks for, as a plain value, without a socket. HTTP/1 only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum http_method {HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER};

#define HTTP_BODY_MAX (64 * 1024) /* octets of a body, but where a route takes more */

struct request {
	enum http_method method;
	char *path;            /* decoded, without "//" and ".." */
	char *peer;            /* the browser's address */
	GHashTable *arguments; /* of the query, decoded */
	GHashTable *headers;   /* names in lower case */
	GByteArray *body;      /* NULL: none */
};

struct request *request_new(enum http_method method, const char *path);
void request_free(struct request *request);
/* "name=value", decoded. The first of a name stays. */
void request_add_argument(struct request *request, const char *argument);
void request_add_header(struct request *request, const char *name, const char *value);
/* ADDRESS is this machine's own, where a proxy may be; "" is a unix socket's. */
bool request_is_local(const char *address);
/* ADDRESS: of the connection. A proxy on this machine is believed about whom it speaks for. */
void request_set_peer(struct request *request, const char *address);
/* NULL: not there. */
const char *request_argument(const struct request *request, const char *name);
const char *request_header(const struct request *request, const char *name);
/* For the log: a link that lets in is not told there. Owner: caller. */
char *request_told_path(const struct request *request);
/* Owner: caller; NULL: not there. */
char *request_cookie(const struct request *request, const char *name);
/* A status to refuse REQUEST with, before its body is read, or 0; *LENGTH: of the body to come, MOST octets at most. */
int request_refusal(const struct request *request, gint64 most, gint64 *length);
