/* assets: the UI's files, embedded in the binary by the build (build/ui/assets.c). Read only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const char *path; /* "/" + file name, "/index.html" among them */
	const char *type; /* Content-Type */
	const char *etag; /* with its quotes */
	const unsigned char *data, *gzip, *brotli; /* gzip and brotli NULL when not smaller */
	size_t size, gzip_size, brotli_size;
	bool immutable; /* its name carries its hash */
};

extern const struct asset assets[];
extern const size_t assets_count;
