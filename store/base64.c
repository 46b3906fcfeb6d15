#include "store/base64.h"

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#define LETTER 64 /* set in the value of each letter */

static const guint8 letter_values[256] = {
	['A'] = LETTER, ['B'] = LETTER | 1, ['C'] = LETTER | 2, ['D'] = LETTER | 3, ['E'] = LETTER | 4, ['F'] = LETTER | 5,
	['G'] = LETTER | 6, ['H'] = LETTER | 7, ['I'] = LETTER | 8, ['J'] = LETTER | 9, ['K'] = LETTER | 10, ['L'] = LETTER | 11,
	['M'] = LETTER | 12, ['N'] = LETTER | 13, ['O'] = LETTER | 14, ['P'] = LETTER | 15, ['Q'] = LETTER | 16, ['R'] = LETTER | 17,
	['S'] = LETTER | 18, ['T'] = LETTER | 19, ['U'] = LETTER | 20, ['V'] = LETTER | 21, ['W'] = LETTER | 22, ['X'] = LETTER | 23,
	['Y'] = LETTER | 24, ['Z'] = LETTER | 25, ['a'] = LETTER | 26, ['b'] = LETTER | 27, ['c'] = LETTER | 28, ['d'] = LETTER | 29,
	['e'] = LETTER | 30, ['f'] = LETTER | 31, ['g'] = LETTER | 32, ['h'] = LETTER | 33, ['i'] = LETTER | 34, ['j'] = LETTER | 35,
	['k'] = LETTER | 36, ['l'] = LETTER | 37, ['m'] = LETTER | 38, ['n'] = LETTER | 39, ['o'] = LETTER | 40, ['p'] = LETTER | 41,
	['q'] = LETTER | 42, ['r'] = LETTER | 43, ['s'] = LETTER | 44, ['t'] = LETTER | 45, ['u'] = LETTER | 46, ['v'] = LETTER | 47,
	['w'] = LETTER | 48, ['x'] = LETTER | 49, ['y'] = LETTER | 50, ['z'] = LETTER | 51, ['0'] = LETTER | 52, ['1'] = LETTER | 53,
	['2'] = LETTER | 54, ['3'] = LETTER | 55, ['4'] = LETTER | 56, ['5'] = LETTER | 57, ['6'] = LETTER | 58, ['7'] = LETTER | 59,
	['8'] = LETTER | 60, ['9'] = LETTER | 61, ['+'] = LETTER | 62, ['/'] = LETTER | 63,
};

bool
base64_is_letter(guint8 letter)
{
	return letter_values[letter];
}

guint
base64_value(guint8 letter)
{
	return letter_values[letter] - LETTER;
}

static size_t
read_groups(const guint8 *letters, size_t size, guint8 *octets)
{
	size_t at = 0;
	for (; at + 4 <= size; at += 4) {
		guint32 one = letter_values[letters[at]], two = letter_values[letters[at + 1]], three = letter_values[letters[at + 2]],
			four = letter_values[letters[at + 3]];
		if (!(one & two & three & four & LETTER))
			break;
		guint32 group = (one - LETTER) << 18 | (two - LETTER) << 12 | (three - LETTER) << 6 | (four - LETTER);
		*octets++ = (guint8)(group >> 16);
		*octets++ = (guint8)(group >> 8);
		*octets++ = (guint8)group;
	}
	return at;
}

#ifdef __x86_64__
#define MANY 16 /* letters */

/* The values of MANY letters; FALSE when not all are letters. What a letter is says its upper half of four bits together with its lower: the rows
 * `lower` and `upper` have a bit in common for all others. The upper half, where it is no slash, says how far letters lie from their values.
 * (Muła, Lemire: Faster Base64 Encoding and Decoding Using AVX2 Instructions, 2018.) */
static inline __attribute__((target("ssse3"), always_inline)) bool
read_values(__m128i letters, __m128i *values)
{
	const __m128i lower = _mm_setr_epi8(21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26),
		upper = _mm_setr_epi8(16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16),
		way = _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0), slash = _mm_set1_epi8('/'), half = _mm_set1_epi8(15);
	__m128i high = _mm_and_si128(_mm_srli_epi16(letters, 4), half), low = _mm_and_si128(letters, half);
	__m128i wrong = _mm_and_si128(_mm_shuffle_epi8(lower, low), _mm_shuffle_epi8(upper, high));
	*values = _mm_add_epi8(letters, _mm_shuffle_epi8(way, _mm_add_epi8(high, _mm_cmpeq_epi8(letters, slash))));
	return !_mm_movemask_epi8(_mm_cmpgt_epi8(wrong, _mm_setzero_si128()));
}

/* As base64_read, MANY letters at a time; it may stop early. */
__attribute__((target("ssse3"))) static size_t
read_many(const guint8 *letters, size_t size, guint8 *octets)
{
	size_t at = 0;
	__m128i values;
	for (; at + MANY <= size && read_values(_mm_loadu_si128((const __m128i *)(letters + at)), &values); at += MANY) {
		__m128i pairs = _mm_maddubs_epi16(values, _mm_set1_epi32(0x01400140)), groups = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));
		__m128i packed = _mm_shuffle_epi8(groups, _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
		memcpy(octets, &packed, MANY / 4 * 3);
		octets += MANY / 4 * 3;
	}
	return at;
}
#endif

size_t
base64_read(const guint8 *letters, size_t size, guint8 *octets)
{
	size_t at = 0;
#ifdef __x86_64__
	if (__builtin_cpu_supports("ssse3"))
		at = read_many(letters, size, octets);
#endif
	return at + read_groups(letters + at, size - at, octets + at / 4 * 3);
}

void
base64_write(const guint8 *octets, size_t size, guint8 *letters)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t at = 0; at + 3 <= size; at += 3) {
		guint32 group = (guint32)octets[at] << 16 | (guint32)octets[at + 1] << 8 | octets[at + 2];
		*letters++ = (guint8)alphabet[group >> 18];
		*letters++ = (guint8)alphabet[group >> 12 & 63];
		*letters++ = (guint8)alphabet[group >> 6 & 63];
		*letters++ = (guint8)alphabet[group & 63];
	}
}
