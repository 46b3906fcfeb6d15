/* secret: passwords, tokens, signed ids and sealed values; libsodium lives here alone.
 *
 * The keys stand in a file of the store, one "ID HEX" a line; the last one signs and seals, all verify and open. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct keyring keyring;

/* Makes a new file at PATH (mode 0600) with one key; FALSE when it exists or cannot be written. */
bool keyring_create(const char *path, GError **error);
keyring *keyring_open(const char *path, GError **error);
void keyring_close(keyring *keys);

/* Signature of "PURPOSE:TEXT": key id and 80 bits of HMAC, base32, lower case ("1" + 16 letters). Owner: caller. */
char *secret_sign(const keyring *keys, const char *purpose, const char *text);
/* Case ignored, in constant time. */
bool secret_is_signed(const keyring *keys, const char *purpose, const char *text, const char *signature);

/* Sealed values: text only this store's keys can read. NULL when it was not sealed by them. Owner: caller. */
char *secret_seal(const keyring *keys, const char *text);
char *secret_open(const keyring *keys, const char *sealed);

/* argon2id at 19 MiB: some 30 ms and that memory; never on an event loop. NULL when memory is short. */
char *secret_hash_password(const char *password);
bool secret_is_password(const char *hash, const char *password);

/* 160 random bits, base32. And what to store of it: its SHA-256. Owner: caller. */
char *secret_token(void);
GBytes *secret_token_hash(const char *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(keyring, keyring_close)
