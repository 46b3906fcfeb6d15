#include "web/json.h"

#include <jansson.h>

static char *
dump(const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	char *own = g_strdup(text);
	free(text);
	return own;
}

char *
json_member(const char *text, const char *name)
{
	json_t *object = json_loads(text, 0, NULL);
	char *own = dump(json_object_get(object, name));
	json_decref(object);
	return own;
}

static json_t *
root_of(const json_in *in)
{
	return (json_t *)in;
}

json_in *
json_read(GBytes *text, GError **error)
{
	json_error_t problem;
	size_t size;
	const char *octets = g_bytes_get_data(text, &size);
	json_t *root = size ? json_loadb(octets, size, JSON_REJECT_DUPLICATES, &problem) : NULL;
	if (json_is_object(root))
		return (json_in *)root;
	if (!size)
		g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, "a JSON object is missing");
	else if (root)
		g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, "a JSON object is expected");
	else
		g_set_error(error, G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, "line %d, column %d: %s", problem.line, problem.column,
			problem.text);
	json_decref(root);
	return NULL;
}

void
json_in_free(json_in *in)
{
	json_decref(root_of(in));
}

bool
json_has(const json_in *in, const char *name)
{
	return json_object_get(root_of(in), name) != NULL;
}

const char *
json_get_text(const json_in *in, const char *name)
{
	return json_string_value(json_object_get(root_of(in), name));
}

bool
json_get_int(const json_in *in, const char *name, gint64 *value)
{
	const json_t *member = json_object_get(root_of(in), name);
	if (!json_is_integer(member))
		return false;
	*value = json_integer_value(member);
	return true;
}

GArray *
json_get_ints(const json_in *in, const char *name)
{
	const json_t *list = json_object_get(root_of(in), name);
	if (!json_is_array(list) || json_array_size(list) > JSON_IN_LIST_MAX)
		return NULL;
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *member = json_array_get(list, i);
		if (!json_is_integer(member))
			return NULL;
		gint64 value = json_integer_value(member);
		g_array_append_val(values, value);
	}
	return g_steal_pointer(&values);
}

bool
json_has_null(const json_in *in, const char *name)
{
	return json_is_null(json_object_get(root_of(in), name));
}

bool
json_get_bool(const json_in *in, const char *name, bool *value)
{
	const json_t *member = json_object_get(root_of(in), name);
	if (!json_is_boolean(member))
		return false;
	*value = json_is_true(member);
	return true;
}

bool
json_get_time(const json_in *in, const char *name, gint64 *ms)
{
	const char *text = json_get_text(in, name);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, utc) : NULL;
	if (!time)
		return false;
	*ms = g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000;
	return true;
}

char *
json_get_decimal(const json_in *in, const char *name)
{
	const json_t *member = json_object_get(root_of(in), name);
	if (json_is_string(member))
		return g_strdup(json_string_value(member));
	if (json_is_integer(member))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(member));
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	return json_is_real(member) ? g_strdup(g_ascii_formatd(text, sizeof text, "%.6f", json_real_value(member))) : NULL;
}

GPtrArray *
json_get_objects(const json_in *in, const char *name)
{
	const json_t *list = json_object_get(root_of(in), name);
	if (!json_is_array(list) || json_array_size(list) > JSON_IN_LIST_MAX)
		return NULL;
	g_autoptr(GPtrArray) objects = g_ptr_array_new();
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *member = json_array_get(list, i);
		if (!json_is_object(member))
			return NULL;
		g_ptr_array_add(objects, member);
	}
	return g_steal_pointer(&objects);
}

GPtrArray *
json_get_texts(const json_in *in, const char *name)
{
	const json_t *list = json_object_get(root_of(in), name);
	if (!json_is_array(list) || json_array_size(list) > JSON_IN_LIST_MAX)
		return NULL;
	g_autoptr(GPtrArray) texts = g_ptr_array_new();
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *member = json_array_get(list, i);
		if (!json_is_string(member))
			return NULL;
		g_ptr_array_add(texts, (char *)json_string_value(member));
	}
	return g_steal_pointer(&texts);
}

const json_in *
json_get_object(const json_in *in, const char *name)
{
	const json_t *member = json_object_get(root_of(in), name);
	return json_is_object(member) ? (const json_in *)member : NULL;
}
