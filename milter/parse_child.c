/* parse_child: the confined side of parse. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "milter/parse.h"
#include "milter/parse_confine.h"
#include "milter/parse_wire.h"

static bool
read_all(int fd, void *to, gsize size)
{
	for (char *p = to; size > 0;) {
		ssize_t got = read(fd, p, MIN(size, G_MAXINT));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got, size -= got;
	}
	return true;
}

static bool
write_all(int fd, struct parse_pieces *pieces)
{
	while (pieces->count > 0) {
		ssize_t put = writev(fd, pieces->next, (int)pieces->count);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		parse_pieces_pass(pieces, (gsize)put);
	}
	return true;
}

/* The strings in OPTIONS, each ended by NUL, and NULL at the end. */
static GPtrArray *
strings_split(const char *options, gsize size)
{
	GPtrArray *strings = g_ptr_array_new();
	for (const char *p = options; p < options + size; p += strlen(p) + 1)
		g_ptr_array_add(strings, (char *)p);
	g_ptr_array_add(strings, NULL);
	return strings;
}

static bool
answer(int fd, GBytes *raw, const struct mime_options *options)
{
	g_autoptr(mime_message) message = mime_read(raw, options);
	g_autoptr(GBytes) packed = mime_pack(message);
	struct parse_frame frame = {.magic = PARSE_MAGIC, .size = g_bytes_get_size(packed)};
	struct iovec all[] = {{&frame, sizeof frame}, {(void *)g_bytes_get_data(packed, NULL), frame.size}};
	return write_all(fd, &(struct parse_pieces){all, G_N_ELEMENTS(all)});
}

/* One mail; false when there is none any more. */
static bool
serve(int fd)
{
	struct parse_frame frame;
	if (!read_all(fd, &frame, sizeof frame) || frame.magic != PARSE_MAGIC)
		return false;
	if (frame.options_size > PARSE_OPTIONS_MAX || frame.size > PARSE_MAIL_MAX)
		return false;
	gsize size = frame.options_size + frame.size;
	g_autofree char *options = g_malloc(size + 1);
	options[size] = '\0';
	if (!read_all(fd, options, size))
		return false;
	g_autoptr(GBytes) raw = g_bytes_new_static(options + frame.options_size, frame.size);
	gsize charset = MIN(strlen(options) + 1, frame.options_size);
	g_autoptr(GPtrArray) ids = strings_split(options + charset, frame.options_size - charset);
	return answer(fd, raw, &(struct mime_options){.authserv_ids = (const char *const *)ids->pdata,
		.is_null_sender = frame.is_null_sender, .charset = *options ? options : NULL});
}

int
parse_main(int fd)
{
	const guint32 ready = PARSE_READY;
	g_autoptr(GError) error = NULL;
	mime_init();
	if (!parse_confine(&error)) {
		g_printerr("belfry: parse: %s\n", error->message);
		return EXIT_FAILURE;
	}
	bool is_up = write(fd, &ready, sizeof ready) == sizeof ready;
	while (is_up && serve(fd)) {}
	_exit(EXIT_SUCCESS); /* no exit handlers: some want calls that are gone */
}
