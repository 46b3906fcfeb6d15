#include "milter/mime_pipe.h"

#include <gmime/gmime.h>
#include <string.h>

#include "milter/mime_compose.h"

#define BLOCK (16 * 1024) /* octets gathered before they are written on */

struct pipe {
	GMimeStream parent;
	const struct compose_file *file; /* in */
	GBytes *block;
	size_t at;
	bool is_started, is_end;
	bool (*write)(const void *, size_t, void *, GError **); /* out */
	void *data;
	GString *kept;
	GError **problem;
};

struct pipe_class {
	GMimeStreamClass parent;
};

static GObjectClass *parent_class;

static struct pipe *
pipe_of(GMimeStream *stream)
{
	return (struct pipe *)(void *)stream;
}

/* The next block; FALSE: ERROR. */
static bool
fetch(struct pipe *self)
{
	g_clear_pointer(&self->block, g_bytes_unref);
	self->block = self->file->read(self->file->data, !self->is_started, *self->problem ? NULL : self->problem);
	self->is_started = true;
	self->at = 0;
	self->is_end = !self->block || !g_bytes_get_size(self->block);
	return self->block;
}

static ssize_t
pipe_read(GMimeStream *stream, char *buffer, size_t size)
{
	struct pipe *self = pipe_of(stream);
	if (!self->is_end && (!self->block || self->at == g_bytes_get_size(self->block)) && !fetch(self))
		return -1;
	if (self->is_end)
		return *self->problem ? -1 : 0;
	size_t all;
	const char *octets = g_bytes_get_data(self->block, &all);
	size_t part = MIN(size, all - self->at);
	memcpy(buffer, octets + self->at, part);
	self->at += part;
	stream->position += (gint64)part;
	return (ssize_t)part;
}

static int
pipe_flush(GMimeStream *stream)
{
	struct pipe *self = pipe_of(stream);
	bool ok = !*self->problem;
	if (ok && self->kept && self->kept->len)
		ok = self->write(self->kept->str, self->kept->len, self->data, self->problem);
	if (self->kept)
		g_string_truncate(self->kept, 0);
	return ok ? 0 : -1;
}

static ssize_t
pipe_write(GMimeStream *stream, const char *octets, size_t size)
{
	struct pipe *self = pipe_of(stream);
	g_string_append_len(self->kept, octets, (gssize)size);
	stream->position += (gint64)size;
	return self->kept->len >= BLOCK && pipe_flush(stream) ? -1 : (ssize_t)size;
}

static int
pipe_close(GMimeStream *stream)
{
	return pipe_flush(stream);
}

static gboolean
pipe_eos(GMimeStream *stream)
{
	return pipe_of(stream)->is_end;
}

static int
pipe_reset(GMimeStream *stream)
{
	struct pipe *self = pipe_of(stream);
	g_clear_pointer(&self->block, g_bytes_unref);
	self->is_started = self->is_end = false;
	stream->position = 0;
	return 0;
}

static gint64
pipe_tell(GMimeStream *stream)
{
	return stream->position;
}

static gint64
pipe_length(GMimeStream *stream)
{
	(void)stream;
	return -1; /* not known before the end */
}

static void
pipe_finalize(GObject *object)
{
	struct pipe *self = (struct pipe *)(void *)object;
	if (self->kept) {
		pipe_flush(&self->parent);
		g_string_free(self->kept, TRUE);
	}
	g_clear_pointer(&self->block, g_bytes_unref);
	parent_class->finalize(object);
}

static void
init_class(void *class, void *data)
{
	GMimeStreamClass *stream = class;
	(void)data;
	parent_class = g_type_class_peek_parent(class);
	G_OBJECT_CLASS(class)->finalize = pipe_finalize;
	stream->read = pipe_read;
	stream->write = pipe_write;
	stream->flush = pipe_flush;
	stream->close = pipe_close;
	stream->eos = pipe_eos;
	stream->reset = pipe_reset;
	stream->tell = pipe_tell;
	stream->length = pipe_length;
}

static GType
pipe_type(void)
{
	static gsize type;
	if (g_once_init_enter(&type)) {
		const GTypeInfo info = {.class_size = sizeof(struct pipe_class), .class_init = init_class, .instance_size = sizeof(struct pipe)};
		g_once_init_leave(&type, g_type_register_static(GMIME_TYPE_STREAM, "BelfryMimePipe", &info, 0));
	}
	return type;
}

static struct pipe *
new_pipe(GError **problem)
{
	struct pipe *self = g_object_new(pipe_type(), NULL);
	g_mime_stream_construct(&self->parent, 0, -1);
	self->problem = problem;
	return self;
}

GMimeStream *
mime_pipe_in(const struct compose_file *file, GError **problem)
{
	struct pipe *self = new_pipe(problem);
	self->file = file;
	return &self->parent;
}

GMimeStream *
mime_pipe_out(bool (*write)(const void *, size_t, void *, GError **), void *data, GError **problem)
{
	struct pipe *self = new_pipe(problem);
	self->write = write;
	self->data = data;
	self->kept = g_string_sized_new(2 * BLOCK);
	return &self->parent;
}
