/* uuencode: files written into the text itself, as was done before MIME and some programs still do. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct uu_block {
	gsize start, end; /* octets, from its "begin" line to behind its "end" line */
	const char *name; /* not ended by NUL */
	gsize name_length;
};

/* The next block in TEXT from FROM on. What only looks like one stays text. */
bool uu_find(const char *text, gsize length, gsize from, struct uu_block *block);
