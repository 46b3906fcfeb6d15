/* mime_scan: one pass over a mail before GMime sees it: its header fields as slices, and a view of it that is safe to
 * parse. GMime 3.2 takes quadratic time over parameters, keeps every header of every part, and follows messages within
 * messages; here each of that gets its bound. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct mime_field { /* slices of the raw mail */
	const char *name, *value; /* value: what follows the colon, folds and all, without the last line end */
	gsize name_length, value_length;
};

struct mime_scan {
	GArray *fields; /* struct mime_field */
	gsize start, body; /* octets from the mail's beginning to its header (a "From " line may come first), and to its body */
	/* What GMime is to parse: the mail, or a copy changed in place so that every offset holds. "message/…" reads "messagx/…" and
	 * "multipart/digest" "multipart/digesx" there: a message within the mail stays one leaf. */
	const guint8 *view;
	gsize length;
	guint8 *copy; /* NULL when nothing had to be changed */
	const char *note; /* why something was left out, static; NULL */
};

/* RAW must outlive SCAN. */
void mime_scan_run(struct mime_scan *scan, const guint8 *raw, gsize length);
void mime_scan_clear(struct mime_scan *scan);

/* The fields of one header block, as in the mail's own; ends at the first empty line, which it passes. Returns what follows.
 * FIELDS may be NULL. */
const char *mime_fields_read(const char *p, const char *end, GArray *fields, const char **note);

/* The Nth field called NAME (lower case), from 0; NULL. */
const struct mime_field *mime_field_find(const GArray *fields, const char *name, guint n);
