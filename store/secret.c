#include "store/secret.h"

#include <sodium.h>
#include <string.h>

#include "store/durable.h"

#define KEY_BYTES 32
#define KEYS_MAX 32
#define SIGNATURE_BYTES 10 /* 80 bits */
#define SIGNATURE_LETTERS 16

struct key {
	char id; /* one letter or digit: the first character of what it signed */
	unsigned char bytes[KEY_BYTES];
};
struct keyring {
	int count;
	struct key keys[KEYS_MAX]; /* the last one signs */
};

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

/* RFC 4648 section 6 without padding, lower case; LENGTH a multiple of 5. */
static char *
to_base32(const unsigned char *bytes, size_t length)
{
	GString *text = g_string_sized_new(length * 8 / 5 + 1);
	for (size_t bit = 0; bit < length * 8; bit += 5) {
		unsigned pair = (unsigned)bytes[bit / 8] << 8 | (bit / 8 + 1 < length ? bytes[bit / 8 + 1] : 0);
		g_string_append_c(text, base32[pair >> (11 - bit % 8) & 31]);
	}
	return g_string_free(text, FALSE);
}

bool
keyring_create(const char *path, GError **error)
{
	unsigned char key[KEY_BYTES];
	char hex[2 * KEY_BYTES + 1];
	if (sodium_init() < 0)
		g_error("libsodium cannot start");
	randombytes_buf(key, sizeof key);
	g_autofree char *line = g_strdup_printf("1 %s\n", sodium_bin2hex(hex, sizeof hex, key, sizeof key));
	return durable_create(path, line, error);
}

static bool
read_key(struct key *key, const char *line)
{
	size_t length;
	if (!g_ascii_isalnum(line[0]) || line[1] != ' ')
		return false;
	key->id = g_ascii_tolower(line[0]);
	return !sodium_hex2bin(key->bytes, KEY_BYTES, line + 2, strlen(line + 2), NULL, &length, NULL) && length == KEY_BYTES;
}

keyring *
keyring_open(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	if (sodium_init() < 0)
		g_error("libsodium cannot start");
	if (!g_file_get_contents(path, &text, NULL, error))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(keyring) keys = g_new0(keyring, 1);
	for (char **line = lines; *line; line++) {
		if (!**line)
			continue;
		if (keys->count == KEYS_MAX || !read_key(&keys->keys[keys->count], *line)) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not a key file", path);
			return NULL;
		}
		keys->count++;
	}
	if (!keys->count) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: holds no key", path);
		return NULL;
	}
	return g_steal_pointer(&keys);
}

void
keyring_close(keyring *keys)
{
	if (!keys)
		return;
	sodium_memzero(keys, sizeof *keys);
	g_free(keys);
}

static const struct key *
current_key(const keyring *keys)
{
	return &keys->keys[keys->count - 1];
}

static const struct key *
key_by_id(const keyring *keys, char id)
{
	for (int i = 0; i < keys->count; i++)
		if (keys->keys[i].id == g_ascii_tolower(id))
			return &keys->keys[i];
	return NULL;
}

static char *
sign_with(const struct key *key, const char *purpose, const char *text)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, key->bytes, KEY_BYTES);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, strlen(purpose));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)":", 1);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	g_autofree char *letters = to_base32(mac, SIGNATURE_BYTES);
	return g_strdup_printf("%c%s", key->id, letters);
}

char *
secret_sign(const keyring *keys, const char *purpose, const char *text)
{
	return sign_with(current_key(keys), purpose, text);
}

bool
secret_is_signed(const keyring *keys, const char *purpose, const char *text, const char *signature)
{
	const struct key *key = strlen(signature) == SIGNATURE_LETTERS + 1 ? key_by_id(keys, *signature) : NULL;
	if (!key)
		return false;
	g_autofree char *expected = sign_with(key, purpose, text);
	g_autofree char *given = g_ascii_strdown(signature, -1);
	return !sodium_memcmp(expected, given, SIGNATURE_LETTERS + 1);
}

char *
secret_seal(const keyring *keys, const char *text)
{
	size_t length = strlen(text);
	size_t sealed_length = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
	g_autofree unsigned char *sealed = g_malloc(sealed_length);
	randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, (const unsigned char *)text, length, sealed,
		current_key(keys)->bytes);
	g_autofree char *base64 = g_base64_encode(sealed, sealed_length);
	return g_strdup_printf("%c%s", current_key(keys)->id, base64);
}

char *
secret_open(const keyring *keys, const char *sealed)
{
	const struct key *key = *sealed ? key_by_id(keys, *sealed) : NULL;
	gsize length;
	g_autofree guchar *bytes = key ? g_base64_decode(sealed + 1, &length) : NULL;
	if (!bytes || length < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
		return NULL;
	gsize text_length = length - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES;
	g_autofree char *text = g_malloc0(text_length + 1);
	if (crypto_secretbox_open_easy((unsigned char *)text, bytes + crypto_secretbox_NONCEBYTES,
		    length - crypto_secretbox_NONCEBYTES, bytes, key->bytes))
		return NULL;
	return g_steal_pointer(&text);
}

char *
secret_hash_password(const char *password)
{
	g_autofree char *hash = g_malloc0(crypto_pwhash_STRBYTES);
	if (sodium_init() < 0 || crypto_pwhash_str(hash, password, strlen(password), 2, 19 * 1024 * 1024))
		return NULL;
	return g_steal_pointer(&hash);
}

bool
secret_is_password(const char *hash, const char *password)
{
	return sodium_init() >= 0 && *hash && !crypto_pwhash_str_verify(hash, password, strlen(password));
}

char *
secret_token(void)
{
	unsigned char bytes[20];
	if (sodium_init() < 0)
		g_error("libsodium cannot start");
	randombytes_buf(bytes, sizeof bytes);
	return to_base32(bytes, sizeof bytes);
}

GBytes *
secret_token_hash(const char *token)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
	return g_bytes_new(hash, sizeof hash);
}
