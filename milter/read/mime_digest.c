/* By OpenSSL, which knows the processor's own instructions: a fifth of GLib's time. By its plain functions, which take no memory and read no
 * configuration, as what stands behind EVP would in every parser. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "milter/read/mime_digest.h"

#include <openssl/sha.h>
#include <stdbool.h>
#include <string.h>

GBytes *
mime_digest(const guint8 *body, gsize length)
{
	SHA256_CTX sum;
	guint8 digest[SHA256_DIGEST_LENGTH];
	const guint8 *p = body, *end = body + length, *cr;
	SHA256_Init(&sum);
	while ((cr = memchr(p, '\r', end - p))) {
		bool is_line_end = cr + 1 < end && cr[1] == '\n';
		SHA256_Update(&sum, p, cr - p + !is_line_end);
		p = cr + 1;
	}
	SHA256_Update(&sum, p, end - p);
	SHA256_Final(digest, &sum);
	return g_bytes_new(digest, sizeof digest);
}
