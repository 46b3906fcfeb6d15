#include "store/out.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define DEPTH_MAX 16

struct out {
	GString *text;
	int depth;
	struct {
		bool is_object, has_member;
	} level[DEPTH_MAX];
};

out *
out_new(void)
{
	out *json = g_new0(out, 1);
	json->text = g_string_sized_new(1024);
	return json;
}

void
out_free(out *json)
{
	if (!json)
		return;
	g_string_free(json->text, TRUE);
	g_free(json);
}

GBytes *
out_done(out *json)
{
	g_assert(!json->depth && json->text->len);
	GBytes *bytes = g_string_free_to_bytes(g_steal_pointer(&json->text));
	g_free(json);
	return bytes;
}

char *
out_done_text(out *json)
{
	g_assert(!json->depth && json->text->len);
	char *text = g_string_free(g_steal_pointer(&json->text), FALSE);
	g_free(json);
	return text;
}

static void
add_escaped(GString *text, char c)
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	for (const char *form = short_forms; *form; form += 2)
		if (*form == c) {
			g_string_append_c(text, '\\');
			g_string_append_c(text, form[1]);
			return;
		}
	g_string_append_printf(text, "\\u%04x", (unsigned char)c);
}

static bool
is_plain(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\' && c != 127;
}

static bool
is_plain_ascii(const char *value)
{
	while (is_plain(*value) && (unsigned char)*value < 127)
		value++;
	return !*value;
}

static void
add_quoted(GString *text, const char *value)
{
	if (is_plain_ascii(value)) { /* as names and most values are */
		g_string_append_c(text, '"');
		g_string_append(text, value);
		g_string_append_c(text, '"');
		return;
	}
	g_autofree char *valid = g_utf8_validate(value, -1, NULL) ? NULL : g_utf8_make_valid(value, -1);
	const char *from = valid ? valid : value;
	g_string_append_c(text, '"');
	while (*from) {
		const char *to = from;
		while (*to && is_plain(*to))
			to++;
		g_string_append_len(text, from, to - from);
		if (*to)
			add_escaped(text, *to++);
		from = to;
	}
	g_string_append_c(text, '"');
}

/* What stands before a value: a comma where one is due, and its name. */
static void
begin_value(out *json, const char *name)
{
	if (!json->depth) {
		g_assert(!name && !json->text->len);
		return;
	}
	g_assert(json->level[json->depth - 1].is_object == (name != NULL));
	if (json->level[json->depth - 1].has_member)
		g_string_append_c(json->text, ',');
	json->level[json->depth - 1].has_member = true;
	if (!name)
		return;
	add_quoted(json->text, name);
	g_string_append_c(json->text, ':');
}

static void
begin_level(out *json, const char *name, bool is_object)
{
	begin_value(json, name);
	g_assert(json->depth < DEPTH_MAX);
	json->level[json->depth].is_object = is_object;
	json->level[json->depth++].has_member = false;
	g_string_append_c(json->text, is_object ? '{' : '[');
}

void
out_object(out *json, const char *name)
{
	begin_level(json, name, true);
}

void
out_array(out *json, const char *name)
{
	begin_level(json, name, false);
}

void
out_end(out *json)
{
	g_assert(json->depth);
	g_string_append_c(json->text, json->level[--json->depth].is_object ? '}' : ']');
}

void
out_text(out *json, const char *name, const char *value)
{
	begin_value(json, name);
	if (value)
		add_quoted(json->text, value);
	else
		g_string_append(json->text, "null");
}

void
out_int(out *json, const char *name, gint64 value)
{
	begin_value(json, name);
	g_string_append_printf(json->text, "%" G_GINT64_FORMAT, value);
}

void
out_real(out *json, const char *name, double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	begin_value(json, name);
	g_ascii_formatd(digits, sizeof digits, "%.15g", value);
	if (isfinite(value) && !(g_ascii_strtod(digits, NULL) >= value && g_ascii_strtod(digits, NULL) <= value))
		g_ascii_dtostr(digits, sizeof digits, value);
	g_string_append(json->text, isfinite(value) ? digits : "null");
}

void
out_tenths(out *json, const char *name, double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	begin_value(json, name);
	g_string_append(json->text, isfinite(value) ? g_ascii_formatd(digits, sizeof digits, "%.1f", value) : "null");
}

void
out_bool(out *json, const char *name, bool value)
{
	begin_value(json, name);
	g_string_append(json->text, value ? "true" : "false");
}

void
out_null(out *json, const char *name)
{
	out_text(json, name, NULL);
}

void
out_time(out *json, const char *name, gint64 ms)
{
	int fraction = (int)((ms % 1000 + 1000) % 1000);
	time_t seconds = (time_t)((ms - fraction) / 1000);
	struct tm date;
	if (!ms || !gmtime_r(&seconds, &date) || date.tm_year < 1 - 1900 || date.tm_year > 9999 - 1900) {
		out_null(json, name);
		return;
	}
	begin_value(json, name);
	g_string_append_printf(json->text, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday, date.tm_hour,
		date.tm_min, date.tm_sec, fraction);
}

void
out_stored(out *json, const char *name, const char *text)
{
	begin_value(json, name);
	g_string_append(json->text, *text ? text : "null");
}
