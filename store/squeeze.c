#include "store/squeeze.h"

#include <string.h>
#include <zstd.h>

#include "store/base64.h"
#include "store/db.h"

#define LEVEL 1
#define LINES_LEAST (8 * 1024) /* octets of lines that are worth a frame of their own kind */
#define LETTERS_LEAST 40       /* of a line */
#define LETTERS_MOST 996       /* no mail may have longer lines */

/* Little endian, behind the mark. */
struct header {
	guint32 before, lines, letters, text_size; /* text_size: of the first zstd frame */
	guint32 sum;                               /* of what stands before it here: zstd looks after the rest */
};

static const char mark[] = {'B', '6', '4', 1};

#define HEADER_SIZE (sizeof mark + sizeof(struct header))

/* FNV-1a, 32 bits; little endian. */
static guint32
sum_of(const struct header *header)
{
	const guint8 *octets = (const guint8 *)header;
	guint32 sum = 2166136261u;
	for (size_t i = 0; i < G_STRUCT_OFFSET(struct header, sum); i++)
		sum = (sum ^ octets[i]) * 16777619u;
	return GUINT32_TO_LE(sum);
}

/* Lines of as many letters each, one behind the other; OCTETS is what they stand for. */
struct run {
	size_t start, lines, letters;
	const guint8 *octets;
};

static size_t
run_length(const struct run *run)
{
	return run->lines * (run->letters + 2);
}

/* The letters of the line of SIZE octets, its LF among them, when it is nothing but whole groups of them and CR LF; else 0. What they stand for goes TO. */
static size_t
letters_of(const guint8 *line, size_t size, guint8 *to)
{
	size_t letters = size - 2;
	if (size < LETTERS_LEAST + 2 || size > LETTERS_MOST + 2 || letters % 4 || line[letters] != '\r')
		return 0;
	return base64_read(line, letters, to) == letters ? letters : 0;
}

/* To tell letters from other text is to read them, so what was read is kept: TO, with room for SIZE / 4 * 3, gets what all the lines stand for. */
static struct run
find_lines(const guint8 *octets, size_t size, guint8 *to)
{
	struct run now = {0}, longest = {0};
	const guint8 *end;
	for (size_t at = 0; size >= LINES_LEAST && (end = memchr(octets + at, '\n', size - at)); at = (size_t)(end - octets) + 1) {
		size_t letters = letters_of(octets + at, (size_t)(end - octets) + 1 - at, to);
		if (letters && letters == now.letters)
			now.lines++;
		else
			now = (struct run){at, letters > 0, letters, to};
		to += letters / 4 * 3;
		if (run_length(&now) > run_length(&longest))
			longest = now;
	}
	return longest;
}

/* With a sum of what is packed (RFC 8878 section 3.1.1): what zstd cannot make smaller it keeps as it is, and damage to that would pass for the mail. */
static ZSTD_CCtx *
new_context(void)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	if (!context || ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL)) ||
		ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)))
		g_error("zstd: no context");
	return context;
}

/* A context is 100 to 600 KB to make and to give back, which takes as long as packing a small mail: one is kept. Who finds it in use makes their own. */
static size_t
compress(void *frame, size_t bound, const void *octets, size_t size)
{
	static GMutex lock;
	static ZSTD_CCtx *kept;
	bool is_ours = g_mutex_trylock(&lock);
	if (is_ours && !kept)
		kept = new_context();
	ZSTD_CCtx *context = is_ours ? kept : new_context();
	size_t packed = ZSTD_compress2(context, frame, bound, octets, size);
	if (is_ours)
		g_mutex_unlock(&lock);
	else
		ZSTD_freeCCtx(context);
	return packed;
}

static void
add_packed(GByteArray *frame, const void *octets, size_t size)
{
	guint before = frame->len;
	size_t bound = ZSTD_compressBound(size);
	g_byte_array_set_size(frame, before + (guint)bound);
	size_t packed = compress(frame->data + before, bound, octets, size);
	if (ZSTD_isError(packed))
		g_error("zstd: %s", ZSTD_getErrorName(packed));
	g_byte_array_set_size(frame, before + (guint)packed);
}

static void
add_header(GByteArray *frame, const struct run *run, size_t text_size)
{
	struct header header = {GUINT32_TO_LE((guint32)run->start), GUINT32_TO_LE((guint32)run->lines), GUINT32_TO_LE((guint32)run->letters),
		GUINT32_TO_LE((guint32)text_size), .sum = 0};
	header.sum = sum_of(&header);
	memcpy(frame->data, mark, sizeof mark);
	memcpy(frame->data + sizeof mark, &header, sizeof header);
}

static void
pack_lines(GByteArray *frame, const guint8 *octets, size_t size, const struct run *run)
{
	size_t length = run_length(run);
	g_autoptr(GByteArray) text = g_byte_array_sized_new((guint)(size - length));
	g_byte_array_append(text, octets, (guint)run->start);
	g_byte_array_append(text, octets + run->start + length, (guint)(size - run->start - length));
	g_byte_array_set_size(frame, HEADER_SIZE);
	add_packed(frame, text->data, text->len);
	add_header(frame, run, frame->len - HEADER_SIZE);
	add_packed(frame, run->octets, run->lines * (run->letters / 4 * 3));
}

/* No more memory than it has octets. */
static GBytes *
give(GByteArray *frame)
{
	guint packed = frame->len;
	return g_bytes_new_take(g_realloc(g_byte_array_free(frame, FALSE), packed), packed);
}

GBytes *
squeeze_pack(const void *octets, size_t size)
{
	g_autofree guint8 *read = g_malloc(size / 4 * 3 + 1);
	GByteArray *frame = g_byte_array_new();
	const struct run run = find_lines(octets, size, read);
	if (run_length(&run) < LINES_LEAST)
		add_packed(frame, octets, size);
	else
		pack_lines(frame, octets, size, &run);
	return give(frame);
}

GBytes *
squeeze_pack_text(const void *text, size_t size)
{
	GByteArray *packed = g_byte_array_new();
	add_packed(packed, text, size);
	return give(packed);
}

static void
set_damaged(const char *what, GError **error)
{
	g_set_error(error, DB_ERROR, DB_SPOILED, "%s is damaged", what);
}

static void
free_unpacker(void *context)
{
	ZSTD_freeDCtx(context);
}

/* This thread's own: making one asks the processor what it can do, which on a virtual machine takes as long as unpacking a frame. */
static ZSTD_DCtx *
unpacker(void)
{
	static GPrivate kept = G_PRIVATE_INIT(free_unpacker);
	ZSTD_DCtx *context = g_private_get(&kept);
	if (!context) {
		if (!(context = ZSTD_createDCtx()))
			g_error("zstd: no context");
		g_private_set(&kept, context);
	}
	return context;
}

static bool
unpack_to(void *octets, size_t length, const void *frame, size_t size)
{
	return ZSTD_decompressDCtx(unpacker(), octets, length, frame, size) == length; /* an error is none of these numbers */
}

static GBytes *
unpack(const void *frame, size_t size, size_t most)
{
	unsigned long long expected = ZSTD_getFrameContentSize(frame, size);
	g_autofree void *octets = expected > most ? NULL : g_malloc(expected + 1);
	return octets && unpack_to(octets, expected, frame, size) ? g_bytes_new_take(g_steal_pointer(&octets), expected) : NULL;
}

/* What the lines stand for. */
static size_t
octets_length(const struct squeeze_parts *parts)
{
	return (size_t)parts->lines * (parts->letters / 4 * 3);
}

/* What the header says fits together, and what is packed fits it. */
static bool
is_sound(const struct squeeze_parts *parts)
{
	guint64 lines = parts->lines, letters = parts->letters, text = g_bytes_get_size(parts->text);
	return letters >= 4 && letters % 4 == 0 && letters <= SQUEEZE_FRAME && lines <= SQUEEZE_FRAME && parts->before <= text &&
		lines * (letters + 2) + text <= SQUEEZE_FRAME && ZSTD_getFrameContentSize(parts->packed, parts->packed_size) == octets_length(parts);
}

static bool
open_lines(const guint8 *frame, size_t size, struct squeeze_parts *parts)
{
	struct header header;
	memcpy(&header, frame + sizeof mark, sizeof header);
	size_t rest = size - HEADER_SIZE, text_size = MIN(GUINT32_FROM_LE(header.text_size), rest);
	parts->before = GUINT32_FROM_LE(header.before);
	parts->lines = GUINT32_FROM_LE(header.lines);
	parts->letters = GUINT32_FROM_LE(header.letters);
	parts->text = unpack(frame + HEADER_SIZE, text_size, SQUEEZE_FRAME);
	parts->packed = frame + HEADER_SIZE + text_size;
	parts->packed_size = rest - text_size;
	return header.sum == sum_of(&header) && parts->text && is_sound(parts);
}

static bool
open_text(const void *frame, size_t size, struct squeeze_parts *parts)
{
	parts->text = unpack(frame, size, SQUEEZE_FRAME);
	parts->before = parts->text ? g_bytes_get_size(parts->text) : 0;
	return parts->text;
}

static void
set_frame_damaged(GError **error)
{
	set_damaged("raw.db: a frame of mail", error);
}

bool
squeeze_open(const void *frame, size_t size, struct squeeze_parts *parts, GError **error)
{
	*parts = (struct squeeze_parts){0};
	bool has_lines = size >= HEADER_SIZE && !memcmp(frame, mark, sizeof mark);
	if (has_lines ? open_lines(frame, size, parts) : open_text(frame, size, parts))
		return true;
	set_frame_damaged(error);
	squeeze_parts_clear(parts);
	return false;
}

void
squeeze_parts_clear(struct squeeze_parts *parts)
{
	g_clear_pointer(&parts->text, g_bytes_unref);
}

size_t
squeeze_lines_length(const struct squeeze_parts *parts)
{
	return (size_t)parts->lines * (parts->letters + 2);
}

bool
squeeze_octets(const struct squeeze_parts *parts, GByteArray *out, GError **error)
{
	guint before = out->len;
	g_byte_array_set_size(out, before + (guint)octets_length(parts));
	if (unpack_to(out->data + before, octets_length(parts), parts->packed, parts->packed_size))
		return true;
	set_frame_damaged(error);
	return false;
}

static guint8 *
write_lines(const struct squeeze_parts *parts, const guint8 *octets, guint8 *to)
{
	size_t plain = parts->letters / 4 * 3;
	for (guint32 i = 0; i < parts->lines; i++) {
		base64_write(octets + i * plain, plain, to);
		to += parts->letters;
		*to++ = '\r';
		*to++ = '\n';
	}
	return to;
}

GBytes *
squeeze_join(const struct squeeze_parts *parts, GError **error)
{
	size_t text_size;
	const guint8 *text = g_bytes_get_data(parts->text, &text_size);
	if (!parts->packed)
		return g_bytes_ref(parts->text);
	g_autoptr(GByteArray) octets = g_byte_array_sized_new((guint)octets_length(parts));
	if (!squeeze_octets(parts, octets, error))
		return NULL;
	size_t size = text_size + squeeze_lines_length(parts);
	guint8 *whole = g_malloc(size);
	memcpy(whole, text, parts->before);
	guint8 *to = write_lines(parts, octets->data, whole + parts->before);
	memcpy(to, text + parts->before, text_size - parts->before);
	return g_bytes_new_take(whole, size);
}

GBytes *
squeeze_unpack(const void *frame, size_t size, GError **error)
{
	struct squeeze_parts parts;
	if (!squeeze_open(frame, size, &parts, error))
		return NULL;
	GBytes *octets = squeeze_join(&parts, error);
	squeeze_parts_clear(&parts);
	return octets;
}

GBytes *
squeeze_unpack_text(const void *packed, size_t size, GError **error)
{
	GBytes *text = unpack(packed, size, SQUEEZE_TEXT);
	if (!text)
		set_damaged("desk.db: a packed text", error);
	return text;
}
