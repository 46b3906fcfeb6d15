/* head: whether the octets that have come are the head of a request, whole and right (RFC 9112). Stricter than the library that reads it
 * afterwards: what senders need not use and readers disagree about is refused (bare CR or LF, folded lines, a blank before the colon, two
 * lengths, a length and a coding, a path with ";" or "&" in it, where libwebsockets lets the query begin), so that no proxy sees other requests than we do. Pure. */
#pragma once

#include <stddef.h>

#define HEAD_MAX (15 * 1024)     /* octets; with what is kept beside each field it fits into SERVER_HEADERS_MAX */
#define HEAD_TARGET_MAX 8192     /* octets of path and query */
#define HEAD_FIELDS_MAX 60       /* with the arguments: what libwebsockets keeps places for */
#define HEAD_ARGUMENTS_MAX 25

#define HEAD_PART 0 /* right so far, and not at its end */
#define HEAD_WHOLE 1

/* HEAD_PART, HEAD_WHOLE with its octets in *LENGTH, or the status to refuse it with: 400, 414, 431, 501 or 505. */
int head_check(const char *octets, size_t size, size_t *length);
