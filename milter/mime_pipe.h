/* mime_pipe: GMime's streams over our callbacks, for mime_compose alone: octets that are never whole in memory. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct compose_file;
typedef struct _GMimeStream mime_stream;

/* Reads FILE. The first problem goes to *PROBLEM, and the stream fails. Owner: caller (g_object_unref). */
mime_stream *mime_pipe_in(const struct compose_file *file, GError **problem);
mime_stream *mime_pipe_out(bool (*write)(const void *octets, size_t size, void *data, GError **error), void *data, GError **problem);
