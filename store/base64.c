#include "store/base64.h"

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

size_t
base64_read(const guint8 *letters, size_t size, guint8 *octets)
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
