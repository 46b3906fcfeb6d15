#include "store/json.h"

#include <math.h>
#include <string.h>

struct json
json_writer(GString *out)
{
	return (struct json){.out = out, .is_first = {true}, .is_array = {true}};
}

static void
append_string(GString *out, const char *text)
{
	g_autofree char *made = NULL;
	if (!g_utf8_validate(text, -1, NULL))
		text = made = g_utf8_make_valid(text, -1);
	g_string_append_c(out, '"');
	for (const char *c = text; *c; c++) {
		unsigned char octet = (unsigned char)*c;
		if (octet == '"' || octet == '\\')
			g_string_append_c(g_string_append_c(out, '\\'), *c);
		else if (octet < ' ' || octet == 127)
			g_string_append_printf(out, "\\u%04x", octet);
		else
			g_string_append_c(out, *c);
	}
	g_string_append_c(out, '"');
}

static void
begin_value(struct json *json, const char *key)
{
	int level = json->depth;
	g_assert(json->is_array[level] == !key);
	if (!json->is_first[level])
		g_string_append_c(json->out, ',');
	json->is_first[level] = false;
	if (key) {
		append_string(json->out, key);
		g_string_append_c(json->out, ':');
	}
}

static void
open_level(struct json *json, const char *key, bool is_array)
{
	begin_value(json, key);
	g_assert(json->depth + 1 < JSON_DEPTH_MAX);
	g_string_append_c(json->out, is_array ? '[' : '{');
	json->depth++;
	json->is_first[json->depth] = true;
	json->is_array[json->depth] = is_array;
}

void
json_object(struct json *json, const char *key)
{
	open_level(json, key, false);
}

void
json_array(struct json *json, const char *key)
{
	open_level(json, key, true);
}

void
json_end(struct json *json)
{
	g_assert(json->depth > 0);
	g_string_append_c(json->out, json->is_array[json->depth] ? ']' : '}');
	json->depth--;
}

void
json_text(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	if (value)
		append_string(json->out, value);
	else
		g_string_append(json->out, "null");
}

void
json_int(struct json *json, const char *key, gint64 value)
{
	begin_value(json, key);
	g_string_append_printf(json->out, "%" G_GINT64_FORMAT, value);
}

void
json_id(struct json *json, const char *key, gint64 id)
{
	if (id)
		json_int(json, key, id);
	else
		json_null(json, key);
}

void
json_double(struct json *json, const char *key, double value, int decimals)
{
	char format[16], number[G_ASCII_DTOSTR_BUF_SIZE];
	begin_value(json, key);
	g_snprintf(format, sizeof format, "%%.%df", CLAMP(decimals, 0, 9));
	g_string_append(json->out, isfinite(value) && fabs(value) < 1e15 ? g_ascii_formatd(number, sizeof number, format, value) : "null");
}

void
json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	g_string_append(json->out, value ? "true" : "false");
}

void
json_null(struct json *json, const char *key)
{
	begin_value(json, key);
	g_string_append(json->out, "null");
}

void
json_time(struct json *json, const char *key, gint64 milliseconds)
{
	g_autoptr(GDateTime) time = milliseconds ? g_date_time_new_from_unix_utc(milliseconds / 1000) : NULL;
	if (!time) {
		json_null(json, key);
		return;
	}
	g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *text = g_strdup_printf("%s.%03dZ", seconds, (int)(ABS(milliseconds) % 1000));
	json_text(json, key, text);
}

void
json_raw(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	g_string_append(json->out, *value ? value : "null");
}
