/* file_block: files written into the text itself, as was done before MIME and some programs still do: uuencode, its base64 form
 * (POSIX), and yEnc. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "milter/read/mime.h"

struct file_block {
	gsize start, end; /* octets, from its first line to behind its last */
	gsize data; /* from here to its end it is to be decoded by ENCODING */
	enum mime_encoding encoding;
	const char *name; /* not ended by NUL */
	gsize name_length;
};

/* The blocks of one text, in turn: one pass for each form. */
typedef struct file_search file_search;

/* TEXT must outlive it. Owner: caller. */
file_search *file_search_new(const char *text, gsize length);
void file_search_free(file_search *search);
/* The next block. What only looks like one stays text. */
bool file_search_next(file_search *search, struct file_block *block);

/* TEXT without its blocks. Owner: caller. */
char *file_block_cut(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(file_search, file_search_free)
