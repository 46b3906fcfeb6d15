#include "milter/read/mime_scan.h"

#include <string.h>

#include "milter/read/mime.h"
#include "milter/read/mime_boundary.h"
#include "milter/read/slice.h"

#define FIELD_MAX 60000 /* as Postfix cuts them */
#define PARAMETERS_MAX 100
#define PART_FIELDS_MAX 5000
#define COMPARISONS_MAX (100 * 1000 * 1000) /* GMime holds every "--" line against all boundaries of what is open */
#define TOO_LONG "a header field is too long"
#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* of a mail that was a file of some editor */

/* The pass over the lines: which boundaries were declared so far, and how much stands behind them. */
struct pass {
	struct mime_scan *scan;
	const guint8 *raw, *end;
	GHashTable *boundaries;
	bool is_any_boundary; /* one could not be read: then every "--" line counts */
	bool in_part_header;
	const char *type; /* the Content-Type of the mail; NULL: none yet */
	guint parts, part_fields;
	gsize part_header_bytes;
	guint64 comparisons;
};

static const char *
line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', end - p);
	return newline ? newline + 1 : end;
}

static bool
is_fold(const char *p, const char *end)
{
	return p < end && (*p == ' ' || *p == '\t');
}

static const char *
field_end(const char *p, const char *end)
{
	do
		p = line_end(p, end);
	while (is_fold(p, end));
	return p;
}

static bool
is_empty_line(const char *p, const char *end)
{
	return p < end && (*p == '\n' || (*p == '\r' && end - p > 1 && p[1] == '\n'));
}

static bool
field_split(const char *p, const char *end, struct mime_field *field)
{
	const char *colon = p;
	while (colon < end && *colon > ' ' && *colon < 0x7f && *colon != ':')
		colon++;
	field->name = p;
	field->name_length = colon - p;
	while (colon < end && (*colon == ' ' || *colon == '\t'))
		colon++;
	if (field->name_length == 0 || colon == end || *colon != ':')
		return false;
	while (end > colon + 1 && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	field->value = colon + 1;
	field->value_length = MIN(end - field->value, FIELD_MAX);
	return true;
}

const char *
mime_fields_read(const char *p, const char *end, GArray *fields, const char **note)
{
	const char *start = p, *next;
	guint count = 0;
	for (; p < end && !is_empty_line(p, end); p = next) {
		struct mime_field field;
		next = field_end(p, end);
		if (!field_split(p, next, &field)) {
			if (count == 0)
				return p; /* no header at all */
			continue;
		}
		bool is_beyond = ++count > MIME_HEADERS_MAX || p - start > MIME_HEADER_BYTES;
		if (is_beyond || next - start > MIME_HEADER_BYTES)
			*note = "the header is too long";
		else if (field.value_length == FIELD_MAX && !*note)
			*note = TOO_LONG;
		if (!is_beyond && fields)
			g_array_append_val(fields, field);
	}
	return p < end ? line_end(p, end) : p;
}

const struct mime_field *
mime_field_find(const GArray *fields, const char *name, guint n)
{
	gsize length = strlen(name);
	for (guint i = 0; i < fields->len; i++) {
		const struct mime_field *field = &g_array_index(fields, struct mime_field, i);
		if (field->name_length == length && g_ascii_strncasecmp(field->name, name, length) == 0 && n-- == 0)
			return field;
	}
	return NULL;
}

/* The place of P in a copy that may be written. */
static char *
writable(struct pass *pass, const char *p)
{
	if (!pass->scan->copy) {
		pass->scan->copy = g_memdup2(pass->raw, pass->end - pass->raw);
		pass->scan->view = pass->scan->copy;
	}
	return (char *)pass->scan->copy + ((const guint8 *)p - pass->raw);
}

static void
blank(struct pass *pass, const char *from, const char *to)
{
	while (to > from && (to[-1] == '\n' || to[-1] == '\r'))
		to--;
	if (to > from)
		memset(writable(pass, from), ' ', to - from);
}

/* Blanks comments before the parameters, so that "multipart/(x)digest" hides nothing. */
static void
comments_blank(struct pass *pass, const char *p, const char *end)
{
	const char *open = NULL;
	int depth = 0;
	for (; p < end && (depth > 0 || *p != ';'); p++) {
		if (*p == '(' && depth++ == 0)
			open = p;
		if (*p == ')' && depth > 0 && --depth == 0)
			blank(pass, open, p + 1);
	}
	if (depth > 0)
		blank(pass, open, end);
}

/* Renames what would make GMime look into a message within the mail. */
static void
type_rename(struct pass *pass, const char *value, const char *end)
{
	comments_blank(pass, value, end);
	const char *view = (const char *)pass->scan->view;
	const char *raw = (const char *)pass->raw;
	const char *p = slice_skip_blanks(view + (value - raw), view + (end - raw));
	const char *stop = view + (end - raw);
	if (slice_has_word(p, stop, "message"))
		writable(pass, raw + (p - view))[6] = 'x';
	if (!slice_has_word(p, stop, "multipart"))
		return;
	p = slice_skip_blanks(p + strlen("multipart"), stop);
	if (p < stop && *p == '/' && slice_has_word(p = slice_skip_blanks(p + 1, stop), stop, "digest"))
		writable(pass, raw + (p - view))[5] = 'x';
}

static void
boundary_note(struct pass *pass, const char *p, const char *end)
{
	struct mime_boundary boundary;
	if (!mime_boundary_is_named(p, end))
		return;
	bool is_known = mime_boundary_find(p, end, &boundary) && g_hash_table_size(pass->boundaries) < MIME_PARTS_MAX;
	pass->is_any_boundary |= !is_known;
	if (is_known)
		g_hash_table_add(pass->boundaries, g_strndup(boundary.at, boundary.length));
}

/* Beyond the bounds a field becomes blanks: GMime's time grows with the square of the parameters. */
static void
field_bound(struct pass *pass, const char *p, const char *end)
{
	const char *stop = p + MIN(end - p, FIELD_MAX);
	int parameters = 0;
	for (; p < stop; p++)
		if (*p == ';' && ++parameters > PARAMETERS_MAX)
			break;
	if (p == end)
		return;
	pass->scan->note = TOO_LONG;
	blank(pass, p, end);
}

static bool
is_multipart(const char *field, const char *end)
{
	const char *colon = memchr(field, ':', end - field);
	const char *value = colon ? slice_skip_blanks(colon + 1, end) : end;
	return slice_has_word(value, end, "multipart");
}

/* Of several Content-Types in the mail's header the first that names parts counts, else the first: relays add one below. The other is
 * none any more: "xontent-type". In the headers of parts it is the last, as for GMime: there it is the first that lost its parts. */
static bool
is_type_taken(struct pass *pass, const char *p, const char *end)
{
	if (p >= (const char *)pass->raw + pass->scan->body)
		return false;
	const char *former = pass->type;
	bool is_better = !former || (!is_multipart(former, line_end(former, end)) && is_multipart(p, end));
	if (former)
		*writable(pass, is_better ? former : p) = 'x';
	if (is_better)
		pass->type = p;
	return !is_better;
}

static void
content_field(struct pass *pass, const char *p, const char *end)
{
	struct mime_field field;
	if (!field_split(p, end, &field))
		return;
	bool is_type = field.name_length == strlen("content-type") && slice_has_word(p, end, "content-type");
	bool is_disposition = field.name_length == strlen("content-disposition") && slice_has_word(p, end, "content-disposition");
	if ((!is_type && !is_disposition) || (is_type && is_type_taken(pass, p, end)))
		return;
	field_bound(pass, field.value, end);
	if (!is_type)
		return;
	const char *value_end = field.value + field.value_length;
	type_rename(pass, field.value, value_end);
	boundary_note(pass, field.value, value_end);
}

static bool
is_boundary(struct pass *pass, const char *p, const char *end)
{
	while (end > p && g_ascii_isspace(end[-1]))
		end--;
	gsize length = end - p - 2;
	if (end - p <= 2 || length > MIME_BOUNDARY_MAX)
		return false;
	if (pass->is_any_boundary)
		return true;
	char boundary[MIME_BOUNDARY_MAX + 1];
	memcpy(boundary, p + 2, length);
	boundary[length] = '\0';
	if (g_hash_table_contains(pass->boundaries, boundary))
		return true;
	if (length < 2 || strcmp(boundary + length - 2, "--") != 0)
		return false;
	boundary[length - 2] = '\0';
	return g_hash_table_contains(pass->boundaries, boundary);
}

/* Beyond the bound what looks like a boundary, and is none, does so no more; what the parts hold is read from the mail itself. */
static void
dashes_bound(struct pass *pass, const char *p)
{
	pass->comparisons += g_hash_table_size(pass->boundaries) + 1;
	if (pass->comparisons > COMPARISONS_MAX)
		*writable(pass, p) = ' ';
}

/* One line; false when the view ends before it. */
static bool
line_look(struct pass *pass, const char *p, const char *end)
{
	bool is_dashed = *p == '-' && end - p > 2 && p[1] == '-';
	if (is_dashed && is_boundary(pass, p, end)) {
		pass->in_part_header = true;
		pass->scan->note = ++pass->parts > MIME_PARTS_MAX ? "there are too many parts" : pass->scan->note;
		return pass->parts <= MIME_PARTS_MAX;
	}
	if (is_dashed)
		dashes_bound(pass, p);
	if (*p == 'c' || *p == 'C')
		content_field(pass, p, field_end(p, (const char *)pass->end));
	if (!pass->in_part_header)
		return true;
	pass->in_part_header = !is_empty_line(p, end);
	pass->part_header_bytes += end - p;
	if (++pass->part_fields <= PART_FIELDS_MAX && pass->part_header_bytes <= 4 * MIME_HEADER_BYTES)
		return true;
	pass->scan->note = "the headers of the parts are too long";
	return false;
}

/* Of several that may be the mail's type the one that names parts. */
static const struct mime_field *
parts_field(const struct mime_scan *scan)
{
	const struct mime_field *field;
	for (guint n = 0; (field = mime_field_find(scan->fields, "content-type", n)); n++) {
		const char *end = field->value + field->value_length;
		if (slice_has_word(slice_skip_blanks(field->value, end), end, "multipart"))
			return field;
	}
	return NULL;
}

static void
boundary_mend(struct mime_scan *scan, const guint8 *raw, gsize length)
{
	const struct mime_field *field = parts_field(scan);
	if (!field)
		return;
	gsize value = (gsize)(field->value - (const char *)raw);
	struct mime_boundary_mail mail = {(char *)raw + value, (char *)raw + scan->body, field->value_length, length - scan->body};
	if (!mime_boundary_is_wrong(&mail))
		return;
	scan->view = scan->copy = g_memdup2(raw, length);
	mail.value = (char *)scan->copy + value;
	mail.body = (char *)scan->copy + scan->body;
	mime_boundary_mend(&mail);
}

static void
view_make(struct mime_scan *scan, const guint8 *raw, gsize length)
{
	struct pass pass = {.scan = scan, .raw = scan->view, .end = scan->view + length};
	pass.boundaries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *view = (const char *)pass.raw, *end = view + length, *next;
	for (const char *p = view + scan->start; p < end; p = next) {
		next = line_end(p, end);
		if (!line_look(&pass, p, next)) {
			scan->length = (gsize)(p - view);
			break;
		}
	}
	bool is_long = scan->fields->len >= MIME_HEADERS_MAX || scan->body - scan->start > MIME_HEADER_BYTES;
	if (is_long && scan->fields->len > 0) {
		const struct mime_field *last = &g_array_index(scan->fields, struct mime_field, scan->fields->len - 1);
		blank(&pass, view + (last->value + last->value_length - (const char *)raw), view + scan->body);
	}
	g_hash_table_destroy(pass.boundaries);
}

void
mime_scan_run(struct mime_scan *scan, const guint8 *raw, gsize length)
{
	const char *p = (const char *)raw, *end = p + length;
	*scan = (struct mime_scan){.view = raw, .length = length, .fields = g_array_new(FALSE, FALSE, sizeof(struct mime_field))};
	if (slice_has_word(p, end, BYTE_ORDER_MARK))
		p += strlen(BYTE_ORDER_MARK);
	while (p < end && slice_skip_blanks(p, line_end(p, end)) == line_end(p, end)) /* empty lines before the header */
		p = line_end(p, end);
	if (slice_has_word(p, end, "From ") || slice_has_word(p, end, ">From "))
		p = line_end(p, end);
	scan->start = p - (const char *)raw;
	scan->body = mime_fields_read(p, end, scan->fields, &scan->note) - (const char *)raw;
	boundary_mend(scan, raw, length);
	view_make(scan, raw, length);
}

void
mime_scan_clear(struct mime_scan *scan)
{
	g_array_unref(scan->fields);
	g_free(scan->copy);
}
