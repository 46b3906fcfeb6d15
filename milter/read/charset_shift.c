#include "milter/read/charset_shift.h"

#include <string.h>

#define ESCAPE 0x1b
#define SHIFT_OUT 0x0e
#define SHIFT_IN 0x0f

enum set {ASCII, KANJI, KANA, SUPPLEMENT}; /* JIS X 0208, JIS X 0201 (the half-width ones), JIS X 0212 */

static const struct {const char *mark; enum set set;} designations[] = {
	{"\x1b$B", KANJI}, {"\x1b$@", KANJI}, {"\x1b$(B", KANJI}, {"\x1b$(@", KANJI}, {"\x1b$(D", SUPPLEMENT}, {"\x1b(I", KANA},
	{"\x1b)I", KANA}, {"\x1b(B", ASCII}, {"\x1b(J", ASCII}, {"\x1b(H", ASCII},
};

static void
byte_append(GByteArray *out, guint8 byte)
{
	g_byte_array_append(out, &byte, 1);
}

static bool
has_mark(const guint8 *p, const guint8 *end, const char *mark)
{
	gsize length = strlen(mark);
	return (gsize)(end - p) >= length && memcmp(p, mark, length) == 0;
}

/* Octets of the designation at P, which SET then is; 0: there is none. */
static gsize
designation_read(const guint8 *p, const guint8 *end, enum set *set)
{
	for (gsize i = 0; i < G_N_ELEMENTS(designations); i++)
		if (has_mark(p, end, designations[i].mark)) {
			*set = designations[i].set;
			return strlen(designations[i].mark);
		}
	return 0;
}

static bool
is_graphic(guint8 byte)
{
	return byte > ' ' && byte < 0x7f;
}

/* One letter of SET at P; how many octets it took. */
static gsize
letter_write(GByteArray *out, const guint8 *p, const guint8 *end, enum set set)
{
	bool is_double = (set == KANJI || set == SUPPLEMENT) && end - p > 1 && is_graphic(p[0]) && is_graphic(p[1]);
	if (set == ASCII || !is_graphic(*p) || (set != KANA && !is_double)) {
		byte_append(out, *p);
		return 1;
	}
	if (set != KANJI)
		byte_append(out, set == KANA ? 0x8e : 0x8f);
	byte_append(out, p[0] | 0x80);
	if (is_double)
		byte_append(out, p[1] | 0x80);
	return is_double ? 2 : 1;
}

GByteArray *
shift_iso2022jp(const guint8 *bytes, gsize length)
{
	GByteArray *out = g_byte_array_sized_new(length + 16);
	enum set set = ASCII;
	bool is_out = false;
	const guint8 *end = bytes + length;
	for (const guint8 *p = bytes; p < end;) {
		gsize mark = *p == ESCAPE ? designation_read(p, end, &set) : 0;
		if (mark > 0) {
			p += mark;
		} else if (*p == SHIFT_OUT || *p == SHIFT_IN) {
			is_out = *p++ == SHIFT_OUT;
		} else {
			if (*p == '\n') /* every line begins in ASCII */
				set = ASCII, is_out = false;
			p += letter_write(out, p, end, is_out ? KANA : set);
		}
	}
	return out;
}

GByteArray *
shift_hz(const guint8 *bytes, gsize length)
{
	GByteArray *out = g_byte_array_sized_new(length + 16);
	bool is_chinese = false;
	const guint8 *end = bytes + length;
	for (const guint8 *p = bytes; p < end;) {
		if (has_mark(p, end, "~{") || has_mark(p, end, "~}")) {
			is_chinese = p[1] == '{';
			p += 2;
		} else if (!is_chinese && has_mark(p, end, "~~")) {
			byte_append(out, '~');
			p += 2;
		} else if (!is_chinese && has_mark(p, end, "~\n")) { /* a line that goes on */
			p += 2;
		} else {
			is_chinese &= *p != '\n';
			p += letter_write(out, p, end, is_chinese ? KANJI : ASCII);
		}
	}
	return out;
}

static int
base64_value(guint8 byte)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = byte ? strchr(alphabet, byte) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

/* The shifted text behind a '+': UTF-16 in base64 without padding. */
struct run {
	const guint8 *p, *end;
	guint32 bits;
	int count; /* of bits */
};

/* The next unit; -1 at the end of the run. */
static int
run_unit(struct run *run)
{
	while (run->count < 16) {
		int value = run->p == run->end ? -1 : base64_value(*run->p);
		if (value < 0)
			return -1;
		run->bits = run->bits << 6 | value;
		run->count += 6;
		run->p++;
	}
	run->count -= 16;
	return run->bits >> run->count & 0xffff;
}

static void
letter_append(GByteArray *out, gunichar letter)
{
	char utf8[6];
	bool is_valid = letter && g_unichar_validate(letter);
	g_byte_array_append(out, (const guint8 *)utf8, g_unichar_to_utf8(is_valid ? letter : 0xfffd, utf8));
}

/* What stands between '+' at P and its end, "-" or the first that is no base64. Returns what follows. */
static const guint8 *
run_decode(const guint8 *p, const guint8 *end, GByteArray *out)
{
	struct run run = {.p = p + 1, .end = end};
	int high = 0, unit;
	while ((unit = run_unit(&run)) >= 0) {
		bool is_low = unit >= 0xdc00 && unit < 0xe000;
		if (high && is_low)
			letter_append(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
		else if (unit < 0xd800 || unit >= 0xdc00)
			letter_append(out, unit);
		high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
	}
	return run.p + (run.p < end && *run.p == '-');
}

GByteArray *
shift_utf7(const guint8 *bytes, gsize length)
{
	GByteArray *out = g_byte_array_sized_new(length + 16);
	const guint8 *end = bytes + length;
	for (const guint8 *p = bytes; p < end;) {
		bool is_shift = *p == '+' && end - p > 1 && base64_value(p[1]) >= 0;
		if (is_shift) {
			p = run_decode(p, end, out);
			continue;
		}
		byte_append(out, *p);
		p += has_mark(p, end, "+-") ? 2 : 1;
	}
	return out;
}

/* The letters of Latin, Greek and Cyrillic, and typographic signs: what is taken for UTF-7 unasked has no others. */
static bool
is_plain_unit(int unit)
{
	return (unit >= 0x80 && unit < 0x250) || (unit >= 0x370 && unit < 0x530) || (unit >= 0x2010 && unit <= 0x20ac);
}

/* "+AOk-": such letters, and no bits left over. */
static bool
is_plain_run(struct run *run)
{
	int unit, units = 0;
	for (; (unit = run_unit(run)) >= 0; units++)
		if (!is_plain_unit(unit))
			return false;
	guint32 left = run->bits & ((1u << run->count) - 1);
	return units > 0 && run->count < 6 && left == 0;
}

/* Every '+' in it begins such a run: no other text is like that. */
static bool
is_utf7(const guint8 *bytes, gsize length)
{
	const guint8 *end = bytes + length, *p = bytes;
	bool has_run = false;
	while ((p = memchr(p, '+', end - p))) {
		struct run run = {.p = p + 1, .end = end};
		bool is_plus = end - p > 1 && p[1] == '-';
		if (!is_plus && !is_plain_run(&run))
			return false;
		has_run |= !is_plus;
		p = is_plus ? p + 2 : run.p;
	}
	return has_run;
}

/* The next MARK from P on; NULL. */
static const guint8 *
mark_find(const guint8 *p, const guint8 *end, const char *mark)
{
	while ((p = memchr(p, mark[0], end - p)) && !has_mark(p, end, mark))
		p++;
	return p;
}

/* "~{" with pairs of signs up to "~}", at least once and never otherwise. */
static bool
is_hz(const guint8 *bytes, gsize length)
{
	const guint8 *p = bytes, *end = bytes + length;
	bool has_run = false;
	while ((p = mark_find(p, end, "~{"))) {
		const guint8 *close = mark_find(p, end, "~}");
		gsize inside = close ? close - p - 2 : 1;
		if (inside == 0 || inside % 2 == 1 || memchr(p, '\n', inside + 2) || memchr(p, ' ', inside + 2))
			return false;
		has_run = true;
		p = close + 2;
	}
	return has_run;
}

const char *
shift_guess(const guint8 *bytes, gsize length)
{
	static const struct {const char *mark, *charset;} marks[] = {
		{"\x1b$)C", "iso-2022-kr"}, {"\x1b$)A", "iso-2022-cn"}, {"\x1b$)G", "iso-2022-cn"}, {"\x1b$B", "iso-2022-jp"}, {"\x1b$@", "iso-2022-jp"},
		{"\x1b$(D", "iso-2022-jp"}, {"\x1b(I", "iso-2022-jp"}, {"\x1b(J", "iso-2022-jp"}, {"\x1b$A", "iso-2022-jp-2"}, {"\x1b$(C", "iso-2022-jp-2"},
	};
	if (memchr(bytes, ESCAPE, length))
		for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
			if (memmem(bytes, length, marks[i].mark, strlen(marks[i].mark)))
				return marks[i].charset;
	if (is_hz(bytes, length))
		return "hz-gb-2312";
	return is_utf7(bytes, length) ? "utf-7" : NULL;
}
