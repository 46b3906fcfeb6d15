/* prose: dice, and what looks like written language: five languages of 20,000 words each, as frequent as words are (Zipf). The same seed gives the
 * same throws; the words are the same for every seed. */
#pragma once

#include <glib.h>

#define PROSE_LANGUAGES 5

typedef struct prose prose;

prose *prose_new(guint64 seed);
void prose_free(prose *self);

guint64 prose_roll(prose *self);
guint prose_below(prose *self, guint limit);
/* A size whose logarithm is spread evenly between those of two others. */
size_t prose_size(prose *self, double least, double most);

/* A word of LANGUAGE; borrowed. */
const char *prose_word(prose *self, guint language);
/* LETTERS with a capital. */
void prose_add_capital(GString *text, const char *letters);
/* Paragraphs of SIZE octets together or a little more, each one line (char *). Owner: caller. */
GPtrArray *prose_paragraphs(prose *self, guint language, size_t size);
/* PARAGRAPH in lines of 72 letters at most. */
void prose_add_wrapped(GString *text, const char *paragraph);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(prose, prose_free)
