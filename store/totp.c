#include "store/totp.h"

#include <string.h>

#define ISSUER "Belfry"
#define KEY_MAX 64 /* octets */

static int
letter_of(char c)
{
	if (g_ascii_isalpha(c))
		return g_ascii_tolower(c) - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

GBytes *
totp_key(const char *base32)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	guint bits = 0, held = 0;
	for (const char *c = base32; *c; c++) {
		int letter = letter_of(*c);
		if (*c == ' ' || *c == '=')
			continue;
		if (letter < 0 || key->len == KEY_MAX)
			return NULL;
		bits = (bits << 5 | (guint)letter) & 0xfff;
		held += 5;
		if (held < 8)
			continue;
		held -= 8;
		guint8 octet = (guint8)(bits >> held);
		g_byte_array_append(key, &octet, 1);
	}
	return key->len ? g_byte_array_free_to_bytes(g_steal_pointer(&key)) : NULL;
}

/* RFC 4226 section 5.3. */
int
totp_code(GBytes *key, gint64 step)
{
	guint8 digest[20];
	gsize length = sizeof digest, size;
	guint64 counter = GUINT64_TO_BE((guint64)step);
	const guchar *octets = g_bytes_get_data(key, &size);
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, octets, size);
	g_hmac_update(hmac, (const guchar *)&counter, sizeof counter);
	g_hmac_get_digest(hmac, digest, &length);
	const guint8 *at = digest + (digest[19] & 15);
	guint32 number = (guint32)(at[0] & 127) << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 | at[3];
	return (int)(number % 1000000);
}

/* -1: not six digits. */
static int
read_code(const char *text)
{
	int code = 0, digits = 0;
	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (!g_ascii_isdigit(*text) || ++digits > 6)
			return -1;
		code = code * 10 + g_ascii_digit_value(*text);
	}
	return digits == 6 ? code : -1;
}

gint64
totp_find(GBytes *key, const char *code, gint64 now, gint64 used)
{
	int wanted = read_code(code);
	gint64 middle = now / 1000 / TOTP_SECONDS;
	for (gint64 step = middle - TOTP_DRIFT; wanted >= 0 && step <= middle + TOTP_DRIFT; step++)
		if (step > used && totp_code(key, step) == wanted)
			return step;
	return 0;
}

char *
totp_uri(const char *base32, const char *account)
{
	g_autofree char *name = g_uri_escape_string(account, NULL, FALSE);
	return g_strdup_printf("otpauth://totp/" ISSUER ":%s?secret=%s&issuer=" ISSUER, name, base32);
}
