#include "milter/sorting_parts.h"

#include "store/out.h"

/* "" where nothing is known. Owner: caller. */
static char *
facts_json(const GPtrArray *facts)
{
	if (!facts->len)
		return g_strdup("");
	out *json = out_new();
	out_object(json, NULL);
	for (guint i = 0; i < facts->len; i++) {
		const struct mime_fact *fact = facts->pdata[i];
		out_text(json, fact->name, fact->value);
	}
	out_end(json);
	return out_done_text(json);
}

static struct part_inner
inner_of(const struct mime_part *part)
{
	return (struct part_inner){part->has_inner, part->inner.offset, part->inner.length, (enum part_encoding)part->inner.encoding};
}

struct part_row *
sorting_parts(const mime_message *message)
{
	struct part_row *rows = g_new0(struct part_row, message->parts->len + 1);
	for (guint i = 0; i < message->parts->len; i++) {
		const struct mime_part *part = message->parts->pdata[i];
		rows[i] = (struct part_row){.position = (int)i + 1, .name = part->name, .type = part->type, .charset = part->charset,
			.content_id = part->content_id, .is_inline = part->is_inline, .start = part->offset, .length = part->length,
			.size = part->size, .encoding = (enum part_encoding)part->encoding, .inner = inner_of(part),
			.role = part->role, .reading = facts_json(part->facts)};
	}
	return rows;
}

void
sorting_parts_free(struct part_row *rows)
{
	for (struct part_row *row = rows; row->name; row++)
		g_free((char *)row->reading);
	g_free(rows);
}
