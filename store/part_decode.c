#include "store/part_decode.h"

#include <string.h>

#include "store/base64.h"

#define LINE_OCTETS (64 * 1024) /* of a line held at a time; a longer one is decoded in pieces of that size */
#define UU_LINE_OCTETS 45

struct part_decoder {
	enum part_encoding encoding;
	guint32 group; /* base64: the letters of an unfinished group */
	guint letters;
	GByteArray *line; /* the others: an unfinished line */
	bool is_over; /* behind the last line of data */
};

/* Each gets a line, its end included if it has one, or a piece of one that is too long. */
static void quoted_line(part_decoder *decoder, const guint8 *line, size_t size, GByteArray *out);
static void uu_line(part_decoder *decoder, const guint8 *line, size_t size, GByteArray *out);
static void yenc_line(part_decoder *decoder, const guint8 *line, size_t size, GByteArray *out);

static void (*const by_line[PART_ENCODINGS])(part_decoder *, const guint8 *, size_t, GByteArray *) = {
	[PART_QUOTED_PRINTABLE] = quoted_line, [PART_UUENCODE] = uu_line, [PART_YENC] = yenc_line,
};

part_decoder *
part_decoder_new(enum part_encoding encoding)
{
	part_decoder *decoder = g_new0(part_decoder, 1);
	*decoder = (part_decoder){.encoding = encoding, .line = g_byte_array_new()};
	return decoder;
}

void
part_decoder_free(part_decoder *decoder)
{
	if (!decoder)
		return;
	g_byte_array_unref(decoder->line);
	g_free(decoder);
}

/* Room for SIZE octets more at the end of OUT. */
static guint8 *
grow(GByteArray *out, size_t size)
{
	guint length = out->len;
	g_byte_array_set_size(out, length + (guint)size);
	return out->data + length;
}

/* What was written of that room ends at END. */
static void
shrink(GByteArray *out, const guint8 *end)
{
	g_byte_array_set_size(out, (guint)(end - out->data));
}

/* Of a group the octets that are whole: some programs leave the padding out. */
static void
base64_flush(part_decoder *decoder, GByteArray *out)
{
	guint32 group = decoder->group << (6 * (4 - decoder->letters));
	const guint8 octets[] = {(guint8)(group >> 16), (guint8)(group >> 8), (guint8)group};
	if (decoder->letters > 1)
		g_byte_array_append(out, octets, decoder->letters - 1);
	decoder->group = decoder->letters = 0;
}

/* The groups of four letters that OCTETS begin with, line ends between them, from where no group is begun; how many octets they take. Most of a part is
 * such groups: written straight to where they stay. */
static size_t
base64_lines(const guint8 *octets, size_t size, GByteArray *out)
{
	const guint8 *at = octets, *end = octets + size;
	guint8 *to = grow(out, size / 4 * 3);
	for (size_t taken = 1; taken;) {
		taken = base64_read(at, (size_t)(end - at), to);
		to += taken / 4 * 3;
		at += taken;
		while (at < end && (*at == '\r' || *at == '\n'))
			at++;
	}
	shrink(out, to);
	return (size_t)(at - octets);
}

/* RFC 2045 section 6.8: what is no letter is passed over. */
static void
base64_step(part_decoder *decoder, const guint8 *octets, size_t size, GByteArray *out)
{
	for (size_t i = 0; i < size; i++) {
		if (!decoder->letters)
			i += base64_lines(octets + i, size - i, out);
		if (i == size)
			return;
		if (base64_is_letter(octets[i])) {
			decoder->group = decoder->group << 6 | base64_value(octets[i]);
			decoder->letters++;
		}
		if (decoder->letters == 4 || (octets[i] == '=' && decoder->letters))
			base64_flush(decoder, out);
	}
}

/* RFC 2045 section 6.7. What is no escape stands as it is. */
static void
quoted_line(part_decoder *decoder, const guint8 *line, size_t size, GByteArray *out)
{
	(void)decoder;
	size_t end = size, last;
	while (end && (line[end - 1] == '\n' || line[end - 1] == '\r'))
		end--;
	for (last = end; last && (line[last - 1] == ' ' || line[last - 1] == '\t'); last--)
		;
	bool is_soft = last && line[last - 1] == '=';
	end = is_soft ? last - 1 : end;
	guint8 *to = grow(out, end);
	for (size_t i = 0; i < end; i++) {
		guint8 octet = line[i];
		if (octet == '=' && i + 2 < end && g_ascii_isxdigit((char)line[i + 1]) && g_ascii_isxdigit((char)line[i + 2])) {
			octet = (guint8)(g_ascii_xdigit_value((char)line[i + 1]) << 4 | g_ascii_xdigit_value((char)line[i + 2]));
			i += 2;
		}
		*to++ = octet;
	}
	shrink(out, to);
	if (!is_soft)
		g_byte_array_append(out, line + end, (guint)(size - end));
}

static guint
uu_value(guint8 letter)
{
	return (letter - 32u) & 63;
}

static size_t
without_line_end(const guint8 *line, size_t size)
{
	while (size && (line[size - 1] == '\n' || line[size - 1] == '\r'))
		size--;
	return size;
}

static bool
is_word(const guint8 *line, size_t size, const char *word)
{
	return size >= strlen(word) && !memcmp(line, word, strlen(word));
}

/* A line says by its first letter how many octets it holds. Blanks at its end may be lost, a letter for a checksum may have been added;
 * any other length, and it is none of data. */
size_t
part_uu_octets(const guint8 *line, size_t size)
{
	size = without_line_end(line, size);
	if (!size || *line < 32 || *line > 96)
		return 0;
	size_t octets = uu_value(*line), needed = (octets * 8 + 5) / 6;
	bool is_fit = octets <= UU_LINE_OCTETS && size >= 1 + needed && size <= 1 + (octets + 2) / 3 * 4 + 1;
	return is_fit ? octets : 0;
}

/* POSIX uuencode: the length, then groups of four letters. */
static void
uu_line(part_decoder *decoder, const guint8 *line, size_t size, GByteArray *out)
{
	size_t length = decoder->is_over ? 0 : part_uu_octets(line, size);
	decoder->is_over |= without_line_end(line, size) == 3 && is_word(line, size, "end");
	size = without_line_end(line, size);
	for (size_t i = 1; length && i < size; i += 4) {
		guint group = 0;
		for (size_t k = 0; k < 4; k++)
			group = group << 6 | (i + k < size && line[i + k] >= 32 ? uu_value(line[i + k]) : 0);
		const guint8 three[] = {(guint8)(group >> 16), (guint8)(group >> 8), (guint8)group};
		size_t take = MIN(length, 3);
		g_byte_array_append(out, three, (guint)take);
		length -= take;
	}
}

/* yEnc 1.3: every octet plus 42; what must not stand in a text is "=" and 64 more. Lines that begin "=y" are about the data. */
static void
yenc_line(part_decoder *decoder, const guint8 *line, size_t size, GByteArray *out)
{
	decoder->is_over |= is_word(line, size, "=yend ");
	if (decoder->is_over || is_word(line, size, "=y"))
		return;
	size = without_line_end(line, size);
	for (size_t i = 0; i < size; i++) {
		bool is_escape = line[i] == '=' && i + 1 < size;
		i += is_escape;
		guint8 octet = (guint8)(line[i] - 42 - (is_escape ? 64 : 0));
		g_byte_array_append(out, &octet, 1);
	}
}

/* Adds to the held line what is LENGTH octets of it, and decodes it when IS_END, or when it has grown too long. */
static void
line_add(part_decoder *decoder, const guint8 *octets, size_t length, bool is_end, GByteArray *out)
{
	g_byte_array_append(decoder->line, octets, (guint)length);
	bool is_full = decoder->line->len == LINE_OCTETS && !is_end;
	guint whole = decoder->line->len;
	for (guint back = 1; is_full && back <= 2; back++) /* an escape stays in one piece */
		if (decoder->line->data[decoder->line->len - back] == '=')
			whole = decoder->line->len - back;
	if (!is_end && !is_full)
		return;
	by_line[decoder->encoding](decoder, decoder->line->data, whole, out);
	g_byte_array_remove_range(decoder->line, 0, whole);
}

static void
lines_step(part_decoder *decoder, const guint8 *octets, size_t size, GByteArray *out)
{
	while (size) {
		size_t room = LINE_OCTETS - decoder->line->len, look = MIN(size, room);
		const guint8 *end = memchr(octets, '\n', look);
		size_t length = end ? (size_t)(end - octets) + 1 : look;
		if (end && !decoder->line->len)
			by_line[decoder->encoding](decoder, octets, length, out);
		else
			line_add(decoder, octets, length, end, out);
		octets += length;
		size -= length;
	}
}

bool
part_decoder_takes_octets(const part_decoder *decoder)
{
	return decoder->encoding == PART_BASE64 && !decoder->letters;
}

void
part_decoder_step(part_decoder *decoder, const guint8 *octets, size_t size, GByteArray *out)
{
	if (decoder->encoding == PART_BASE64)
		base64_step(decoder, octets, size, out);
	else if (decoder->encoding == PART_IDENTITY)
		g_byte_array_append(out, octets, (guint)size);
	else
		lines_step(decoder, octets, size, out);
}

void
part_decoder_end(part_decoder *decoder, GByteArray *out)
{
	if (decoder->encoding == PART_BASE64)
		base64_flush(decoder, out);
	else if (decoder->line->len)
		line_add(decoder, NULL, 0, true, out);
}
