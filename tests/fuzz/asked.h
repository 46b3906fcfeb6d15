/* asked: a request written as text, as seeds do: a line "METHOD PATH?ARGUMENTS", lines "Name: value", and behind an empty line the body. */
#pragma once

#include <stdint.h>
#include <string.h>

#include "web/http.h"

static inline enum http_method
asked_method(const char *line)
{
	static const char *const names[] = {"GET ", "HEAD ", "POST ", "PUT ", "PATCH ", "DELETE "};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(line, names[i]))
			return (enum http_method)i;
	return HTTP_OTHER;
}

static inline void
asked_target(struct request *request, const char *arguments)
{
	g_auto(GStrv) pairs = g_strsplit(arguments, "&", -1);
	for (char **pair = pairs; *pair; pair++)
		request_add_argument(request, *pair);
}

static inline void
asked_header(struct request *request, const char *line)
{
	const char *colon = strchr(line, ':');
	if (!colon)
		return;
	g_autofree char *name = g_strndup(line, (gsize)(colon - line)), *value = g_strstrip(g_strdup(colon + 1));
	request_add_header(request, name, value);
}

/* Owner: caller. Its peer is not set. */
static inline struct request *
asked_read(const uint8_t *data, size_t size)
{
	const uint8_t *end = memmem(data, size, "\n\n", 2);
	size_t length = end ? (size_t)(end - data) : size;
	g_autofree char *head = g_strndup((const char *)data, length);
	g_auto(GStrv) lines = g_strsplit(head, "\n", -1);
	const char *first = lines[0] ? lines[0] : "", *path = strchr(first, ' ');
	g_auto(GStrv) target = g_strsplit(path ? path + 1 : "/", "?", 2);
	struct request *request = request_new(asked_method(first), target[0] ? target[0] : "");
	asked_target(request, target[0] && target[1] ? target[1] : "");
	for (char **line = lines + (lines[0] != NULL); *line; line++)
		asked_header(request, *line);
	if (end)
		request->body = g_byte_array_append(g_byte_array_new(), end + 2, (guint)(size - length - 2));
	return request;
}
