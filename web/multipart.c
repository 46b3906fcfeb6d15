#include "web/multipart.h"

#include <string.h>

#define BOUNDARY_MAX 70 /* RFC 2046 section 5.1.1 */

enum state {
	PREAMBLE, /* before the first boundary */
	TAIL,     /* behind a boundary: the end, or a part */
	HEADER,
	BODY,
	OVER,     /* behind the last boundary: whatever comes does not matter */
	BROKEN,
};

struct multipart {
	const struct multipart_events *events;
	void *data;
	GByteArray *pending;
	GString *delimiter; /* CR LF "--" boundary */
	enum state state;
	int parts;
};

/* The value of parameter NAME in a header's value: quoted or not. NULL: it has none. Owner: caller. */
static char *
find_parameter(const char *value, const char *name)
{
	const char *at = strchr(value, ';');
	while (at && *at == ';') {
		at += 1 + strspn(at + 1, " \t");
		size_t length = strcspn(at, "=; \t");
		bool is_it = length == strlen(name) && !g_ascii_strncasecmp(at, name, length);
		at += length + strspn(at + length, " \t");
		if (*at != '=') {
			at += strcspn(at, ";");
			continue;
		}
		at += 1 + strspn(at + 1, " \t");
		g_autoptr(GString) text = g_string_new(NULL);
		bool is_quoted = *at == '"';
		for (at += is_quoted; *at && (is_quoted ? *at != '"' : !strchr("; \t", *at)); at++) {
			if (is_quoted && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
				at++;
			g_string_append_c(text, *at);
		}
		if (is_quoted && *at != '"')
			return NULL;
		if (is_it)
			return g_strdup(text->str);
		at += strcspn(at, ";");
	}
	return NULL;
}

static bool
is_boundary(const char *text)
{
	size_t length = strlen(text);
	bool is_good = length && length <= BOUNDARY_MAX && text[length - 1] != ' ';
	for (const char *c = text; is_good && *c; c++)
		is_good = g_ascii_isalnum(*c) || strchr("'()+_,-./:=? ", *c);
	return is_good;
}

multipart *
multipart_new(const char *content_type, const struct multipart_events *events, void *data)
{
	static const char kind[] = "multipart/form-data";
	if (!content_type || g_ascii_strncasecmp(content_type, kind, strlen(kind)) || !strchr("; \t", content_type[strlen(kind)]))
		return NULL;
	g_autofree char *boundary = find_parameter(content_type, "boundary");
	if (!boundary || !is_boundary(boundary))
		return NULL;
	multipart *self = g_new0(multipart, 1);
	*self = (multipart){.events = events, .data = data, .pending = g_byte_array_new(), .delimiter = g_string_new(NULL)};
	g_string_printf(self->delimiter, "\r\n--%s", boundary);
	g_byte_array_append(self->pending, (const guint8 *)"\r\n", 2); /* the first boundary may stand at the very beginning */
	return self;
}

void
multipart_free(multipart *self)
{
	if (!self)
		return;
	g_byte_array_unref(self->pending);
	g_string_free(self->delimiter, TRUE);
	g_free(self);
}

/* How browsers write what would end a quoted name: %22, %0D, %0A, and nothing else. */
static char *
unescape(char *text)
{
	static const struct {
		const char *code;
		char letter;
	} codes[] = {{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}};
	char *to = text;
	for (const char *c = text; *c; c++) {
		char letter = *c;
		for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
			if (!g_ascii_strncasecmp(c, codes[i].code, 3)) {
				letter = codes[i].letter;
				c += 2;
				break;
			}
		*to++ = letter;
	}
	*to = '\0';
	return text;
}

/* UTF-8'en'na%C3%AFve.txt (RFC 8187). NULL: not like that. */
static char *
decode_extended(const char *text)
{
	const char *language = strchr(text, '\''), *value = language ? strchr(language + 1, '\'') : NULL;
	if (!value)
		return NULL;
	g_autofree char *charset = g_strndup(text, (gsize)(language - text));
	g_autoptr(GString) octets = g_string_new(NULL);
	for (const char *c = value + 1; *c; c++)
		if (*c == '%' && g_ascii_isxdigit(c[1]) && g_ascii_isxdigit(c[2])) {
			g_string_append_c(octets, (char)(g_ascii_xdigit_value(c[1]) << 4 | g_ascii_xdigit_value(c[2])));
			c += 2;
		} else {
			g_string_append_c(octets, *c);
		}
	if (g_ascii_strcasecmp(charset, "ISO-8859-1"))
		return g_utf8_make_valid(octets->str, -1);
	return g_convert(octets->str, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

static char *
find_name(const char *disposition, const char *name)
{
	g_autofree char *star = g_strconcat(name, "*", NULL), *extended = find_parameter(disposition, star);
	char *decoded = extended ? decode_extended(extended) : NULL;
	g_autofree char *plain = decoded ? NULL : find_parameter(disposition, name);
	return decoded || !plain ? decoded : g_utf8_make_valid(unescape(plain), -1);
}

/* The value of header NAME among LINES. NULL: it is not there. */
static const char *
find_header(char **lines, const char *name)
{
	size_t length = strlen(name);
	for (; *lines; lines++)
		if (!g_ascii_strncasecmp(*lines, name, length) && (*lines)[length] == ':')
			return *lines + length + 1 + strspn(*lines + length + 1, " \t");
	return NULL;
}

static bool
begin_part(multipart *self, const char *header)
{
	g_auto(GStrv) lines = g_strsplit(header, "\r\n", -1);
	const char *disposition = find_header(lines, "Content-Disposition"), *type = find_header(lines, "Content-Type");
	if (!disposition || g_ascii_strncasecmp(disposition, "form-data", 9) || ++self->parts > MULTIPART_PARTS_MAX)
		return false;
	g_autofree char *name = find_name(disposition, "name"), *filename = find_name(disposition, "filename");
	g_autofree char *valid = g_utf8_make_valid(type ? type : "", -1);
	struct multipart_part part = {name, filename, valid};
	return name && self->events->on_part(&part, self->data);
}

static void
drop(multipart *self, size_t size)
{
	g_byte_array_remove_range(self->pending, 0, (guint)size);
}

/* Octets of a part that cannot belong to a boundary go out. TRUE: there is more to do with what is pending. */
static bool
step_body(multipart *self)
{
	const GByteArray *pending = self->pending;
	const guint8 *found = memmem(pending->data, pending->len, self->delimiter->str, self->delimiter->len);
	size_t sure = found ? (size_t)(found - pending->data) : pending->len >= self->delimiter->len ? pending->len - self->delimiter->len + 1 : 0;
	bool is_part = self->state == BODY;
	if (is_part && sure && !self->events->on_octets(pending->data, sure, self->data)) {
		self->state = BROKEN;
		return false;
	}
	drop(self, sure + (found ? self->delimiter->len : 0));
	if (!found)
		return false;
	self->state = is_part && !self->events->on_end(self->data) ? BROKEN : TAIL;
	return true;
}

/* "--", or blanks and a line's end. */
static bool
step_tail(multipart *self)
{
	const guint8 *octets = self->pending->data;
	guint length = self->pending->len, blanks = 0;
	if (length >= 2 && octets[0] == '-' && octets[1] == '-') {
		self->state = OVER;
		return false;
	}
	while (blanks < length && (octets[blanks] == ' ' || octets[blanks] == '\t'))
		blanks++;
	if (length < blanks + 2 && blanks <= BOUNDARY_MAX)
		return false;
	if (blanks > BOUNDARY_MAX || octets[blanks] != '\r' || octets[blanks + 1] != '\n') {
		self->state = BROKEN;
		return false;
	}
	drop(self, blanks); /* CR LF stays: an empty header ends by it */
	self->state = HEADER;
	return true;
}

static bool
step_header(multipart *self)
{
	const GByteArray *pending = self->pending;
	const guint8 *end = memmem(pending->data, pending->len, "\r\n\r\n", 4);
	size_t size = end ? (size_t)(end - pending->data) : pending->len;
	if (size > MULTIPART_HEADER_MAX || memchr(pending->data, '\0', size)) {
		self->state = BROKEN;
		return false;
	}
	if (!end)
		return false;
	g_autofree char *header = g_strndup((const char *)pending->data, size);
	self->state = begin_part(self, header) ? BODY : BROKEN;
	drop(self, size + 4);
	return self->state == BODY;
}

bool
multipart_add(multipart *self, const void *octets, size_t size)
{
	static bool (*const steps[])(multipart *) = {[PREAMBLE] = step_body, [TAIL] = step_tail, [HEADER] = step_header, [BODY] = step_body};
	if (self->state == OVER)
		return true;
	g_byte_array_append(self->pending, octets, (guint)size);
	while (self->state < OVER && steps[self->state](self))
		;
	return self->state != BROKEN;
}

bool
multipart_is_whole(const multipart *self)
{
	return self->state == OVER;
}
