/* json: a streaming writer that cannot give malformed JSON nor invalid UTF-8 (RFC 8259). Nesting is checked by assertion:
 * a wrong order of calls is a bug. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define JSON_DEPTH_MAX 16

struct json {
	GString *out; /* owner: who made it */
	bool is_first[JSON_DEPTH_MAX];
	bool is_array[JSON_DEPTH_MAX];
	int depth;
};

/* Appends to OUT. */
struct json json_writer(GString *out);
/* KEY is NULL within arrays and at the top, and only there. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json); /* of the innermost object or array */
void json_text(struct json *json, const char *key, const char *value); /* NULL = null; what is no UTF-8 is replaced */
void json_int(struct json *json, const char *key, gint64 value);
void json_id(struct json *json, const char *key, gint64 id);           /* 0 = null */
void json_double(struct json *json, const char *key, double value, int decimals);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
void json_time(struct json *json, const char *key, gint64 milliseconds); /* ISO 8601 UTC with milliseconds; 0 = null */
/* VALUE is JSON already, written by this module; "" = null. */
void json_raw(struct json *json, const char *key, const char *value);
