/* openapi: the API described as OpenAPI 3.1, from one line a route. A test holds it against the router's table. */
#pragma once

#include "web/call.h"

struct operation {
	enum http_method method;
	const char *path;    /* as in the router's table */
	const char *summary;
	const char *query;   /* "name:type name:type", all optional; NULL: none */
	const char *body;    /* a shape (web/shape.h), or a media type; NULL: none */
	int status;          /* when all goes well */
	const char *answer;  /* a shape, or a media type; NULL: no content */
};

extern const struct operation openapi_operations[]; /* ends with a NULL path */
extern const char *const openapi_schemas[][2];      /* name, shape; ends with NULL */

void openapi_answer(struct call *call); /* GET /openapi.json */
/* The whole document. Owner: caller. */
GBytes *openapi_document(const char *origin);
