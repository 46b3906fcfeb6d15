#include "web/shape.h"

#include <string.h>

#define DEPTH_MAX 10

static void write_one(out *json, const char *name, const char **shape, int depth);

static const char *
skip_blanks(const char *text)
{
	return text + strspn(text, " ,");
}

/* The word at *SHAPE, which moves behind it. Owner: caller. */
static char *
take_word(const char **shape)
{
	size_t length = 0;
	while (g_ascii_isalnum((*shape)[length]) || (*shape)[length] == '_')
		length++;
	if (!length)
		g_error("a word is missing at: %s", *shape);
	char *word = g_strndup(*shape, length);
	*shape += length;
	return word;
}

static void
write_word(out *json, const char *word)
{
	static const char *const types[][3] = {{"int", "integer", NULL}, {"number", "number", NULL}, {"text", "string", NULL},
		{"bool", "boolean", NULL}, {"time", "string", "date-time"}};
	if (g_ascii_isupper(*word)) {
		g_autofree char *reference = g_strdup_printf("#/components/schemas/%s", word);
		out_text(json, "$ref", reference);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (!strcmp(types[i][0], word)) {
			out_text(json, "type", types[i][1]);
			if (types[i][2])
				out_text(json, "format", types[i][2]);
			return;
		}
	if (strcmp(word, "cell"))
		g_error("no such shape: %s", word);
	out_array(json, "type");
	out_text(json, NULL, "string");
	out_text(json, NULL, "number");
	out_text(json, NULL, "null");
	out_end(json);
}

/* NOLINTBEGIN(misc-no-recursion): shapes are ours, and DEPTH_MAX deep */
static void
write_members(out *json, const char **shape, int depth)
{
	g_autoptr(GPtrArray) required = g_ptr_array_new_with_free_func(g_free);
	out_text(json, "type", "object");
	out_object(json, "properties");
	for (*shape = skip_blanks(*shape + 1); **shape != '}'; *shape = skip_blanks(*shape)) {
		g_autofree char *name = take_word(shape);
		if (**shape == '?')
			(*shape)++;
		else
			g_ptr_array_add(required, g_strdup(name));
		if (*(*shape)++ != ':')
			g_error("a colon is missing before: %s", *shape - 1);
		write_one(json, name, shape, depth + 1);
	}
	(*shape)++;
	out_end(json);
	if (!required->len)
		return;
	out_array(json, "required");
	for (guint i = 0; i < required->len; i++)
		out_text(json, NULL, required->pdata[i]);
	out_end(json);
}

static void
write_inside(out *json, const char **shape, int depth)
{
	if (**shape == '{') {
		write_members(json, shape, depth);
	} else if (**shape == '[') {
		out_text(json, "type", "array");
		(*shape)++;
		write_one(json, "items", shape, depth + 1);
		if (*(*shape)++ != ']')
			g_error("a bracket is missing before: %s", *shape - 1);
	} else {
		g_autofree char *word = take_word(shape);
		write_word(json, word);
	}
}

/* Where the shape at SHAPE ends. */
static const char *
end_of(const char *shape)
{
	int depth = 0;
	for (; *shape; shape++) {
		if (!depth && strchr("|,}] ", *shape))
			break;
		depth += *shape == '{' || *shape == '[' ? 1 : *shape == '}' || *shape == ']' ? -1 : 0;
	}
	return shape;
}

static void
write_one(out *json, const char *name, const char **shape, int depth)
{
	g_assert(depth < DEPTH_MAX);
	bool may_be_null = g_str_has_prefix(end_of(*shape), "|null");
	out_object(json, name);
	if (may_be_null) {
		out_array(json, "anyOf");
		out_object(json, NULL);
	}
	write_inside(json, shape, depth);
	if (may_be_null) {
		out_end(json);
		out_object(json, NULL);
		out_text(json, "type", "null");
		out_end(json);
		out_end(json);
		*shape += strlen("|null");
	}
	out_end(json);
}
/* NOLINTEND(misc-no-recursion) */

void
shape_write(out *json, const char *name, const char *shape)
{
	write_one(json, name, &shape, 0);
	if (*shape)
		g_error("what is this: %s", shape);
}
