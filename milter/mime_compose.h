/* mime_compose: a mail of ours as octets: multipart/mixed of (alternative of text and HTML) and files; 7-bit, CRLF, no line over 998. What names,
 * subjects and file names hold cannot end a header. No I/O, no store. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct compose_person {
	const char *name, *address; /* name "" = none */
};

struct compose_file {
	const char *name, *type, *charset; /* charset "" = not said */
	/* Its octets from the start on (IS_START), block by block; empty at the end; NULL with ERROR. Owner: mime_compose. */
	GBytes *(*read)(void *data, bool is_start, GError **error);
	void *data;
};

struct compose { /* borrowed; strings never NULL but html */
	struct compose_person from;
	const struct compose_person *reply_to; /* NULL = as from */
	const struct compose_person *to, *cc;
	size_t to_count, cc_count;
	const char *subject, *message_id, *in_reply_to; /* ids without <>; in_reply_to "" = none */
	const GPtrArray *references;                    /* char *, oldest first */
	const char *language;                           /* "" = not said */
	gint64 date;                                    /* ms */
	bool is_automatic;                              /* nobody wrote it (RFC 3834) */
	const char *text, *html;                        /* LF line ends; html NULL: text alone */
	const struct compose_file *files;
	size_t file_count;
};

/* All octets to WRITE, in order; the same input gives the same octets. FALSE with ERROR when WRITE or a file's read says so. */
bool mime_compose(const struct compose *mail, bool (*write)(const void *octets, size_t size, void *data, GError **error), void *data,
	GError **error);
