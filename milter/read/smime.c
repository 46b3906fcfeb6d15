#include "milter/read/smime.h"

#include <string.h>

enum tag {TAG_INTEGER = 0x02, TAG_OCTETS = 0x04, TAG_OCTETS_IN_PIECES = 0x24, TAG_OBJECT = 0x06, TAG_SEQUENCE = 0x30, TAG_SET = 0x31, TAG_CONTENT = 0xa0};

struct cursor {
	const guint8 *octets;
	gsize at, end;
};

struct element {
	guint tag;
	gsize start, length; /* of its content */
	bool is_open; /* of indefinite length: it goes on to the end of what is around it */
};

/* X.690 section 8.1. The content may not be longer than what is left. */
static bool
element_take(struct cursor *cursor, struct element *element)
{
	if (cursor->end - cursor->at < 2)
		return false;
	element->tag = cursor->octets[cursor->at++];
	guint first = cursor->octets[cursor->at++], count = first & 0x7f;
	element->is_open = first == 0x80;
	guint64 length = first & 0x80 ? 0 : first;
	if (first & 0x80 && (count > 8 || cursor->end - cursor->at < count))
		return false;
	for (guint i = 0; first & 0x80 && i < count; i++)
		length = length << 8 | cursor->octets[cursor->at++];
	element->start = cursor->at;
	element->length = element->is_open ? cursor->end - cursor->at : length;
	return length <= cursor->end - cursor->at;
}

/* Goes into the next element, which must be TAG. */
static bool
enter(struct cursor *cursor, guint tag)
{
	struct element element;
	if (!element_take(cursor, &element) || element.tag != tag)
		return false;
	cursor->end = element.start + element.length;
	return true;
}

/* Passes over the next element, which must be TAG. */
static bool
pass(struct cursor *cursor, guint tag)
{
	struct element element;
	if (!element_take(cursor, &element) || element.tag != tag || element.is_open)
		return false;
	cursor->at = element.start + element.length;
	return true;
}

static bool
kind_take(struct cursor *cursor, enum smime_kind *kind)
{
	static const struct {const char *object; gsize length; enum smime_kind kind;} kinds[] = {
		{"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 9, SMIME_SIGNED},
		{"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 9, SMIME_ENCRYPTED},
		{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", 11, SMIME_ENCRYPTED}, /* authenticated as well (RFC 5083) */
	};
	struct element object;
	if (!element_take(cursor, &object) || object.tag != TAG_OBJECT || object.is_open)
		return false;
	*kind = SMIME_OTHER;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (object.length == kinds[i].length && memcmp(cursor->octets + object.start, kinds[i].object, object.length) == 0)
			*kind = kinds[i].kind;
	cursor->at = object.start + object.length;
	return true;
}

/* Octet strings in an octet string, until something else stands there. If there is but one, the content lies there. */
static void
pieces_join(struct cursor *cursor, struct smime *smime)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	struct element piece;
	guint count = 0;
	for (; element_take(cursor, &piece) && piece.tag == TAG_OCTETS && !piece.is_open; count++) {
		g_byte_array_append(all, cursor->octets + piece.start, (guint)piece.length);
		cursor->at = piece.start + piece.length;
		smime->offset = piece.start;
		smime->length = piece.length;
	}
	if (count > 1)
		smime->pieces = g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

/* SignedData: a version, algorithms, and what is signed (RFC 5652 section 5.1). */
static void
content_find(struct cursor *cursor, struct smime *smime)
{
	struct element content;
	bool is_there = enter(cursor, TAG_CONTENT) && enter(cursor, TAG_SEQUENCE) && pass(cursor, TAG_INTEGER) && pass(cursor, TAG_SET) &&
		enter(cursor, TAG_SEQUENCE) && pass(cursor, TAG_OBJECT) && enter(cursor, TAG_CONTENT) && element_take(cursor, &content);
	if (is_there && content.tag == TAG_OCTETS && !content.is_open) {
		smime->offset = content.start;
		smime->length = content.length;
	}
	if (is_there && content.tag == TAG_OCTETS_IN_PIECES) {
		struct cursor inside = {cursor->octets, content.start, content.start + content.length};
		pieces_join(&inside, smime);
	}
}

bool
smime_read(struct smime *smime, const guint8 *octets, gsize length)
{
	struct cursor cursor = {octets, 0, length};
	*smime = (struct smime){.kind = SMIME_OTHER};
	if (!enter(&cursor, TAG_SEQUENCE) || !kind_take(&cursor, &smime->kind))
		return false;
	if (smime->kind == SMIME_SIGNED)
		content_find(&cursor, smime);
	return true;
}
