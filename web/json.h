/* json: JSON in, strictly; jansson lives here alone. What goes out is written by `out`. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One object: no duplicate names, no rubbish behind it, valid UTF-8. */
typedef struct json_in json_in;

#define JSON_IN_LIST_MAX 1000

/* NULL with a sentence for people when it is not one. Owner: caller. */
json_in *json_read(GBytes *text, GError **error);
void json_in_free(json_in *in);
bool json_has(const json_in *in, const char *name);
/* NULL: not there, or not a text. It lives as long as IN. */
const char *json_get_text(const json_in *in, const char *name);
/* FALSE: not there, or not a whole number. */
bool json_get_int(const json_in *in, const char *name, gint64 *value);
bool json_has_null(const json_in *in, const char *name); /* it is there, and null */
/* FALSE: not there, or not a boolean. */
bool json_get_bool(const json_in *in, const char *name, bool *value);
/* ISO 8601 in ms, UTC where it names no zone. FALSE: not there, or none. */
bool json_get_time(const json_in *in, const char *name, gint64 *ms);
/* A number, or a text, as it would be written: "12.5". NULL: neither. Owner: caller. */
char *json_get_decimal(const json_in *in, const char *name);
/* The objects of a list, which live as long as IN. NULL: not there, not a list of objects, or longer than JSON_IN_LIST_MAX. Owner: caller. */
GPtrArray *json_get_objects(const json_in *in, const char *name);
/* It lives as long as IN. NULL: not there, or no object. */
const json_in *json_get_object(const json_in *in, const char *name);
/* The texts of a list, which live as long as IN. NULL: not there, or not a list of texts, or longer than that. Owner: caller. */
GPtrArray *json_get_texts(const json_in *in, const char *name);
/* NULL: not there, not a list of whole numbers, or longer than JSON_IN_LIST_MAX. Owner: caller. */
GArray *json_get_ints(const json_in *in, const char *name);
/* Member NAME of the object TEXT, written compactly; NULL: no such thing. Owner: caller. */
char *json_member(const char *text, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_in, json_in_free)
