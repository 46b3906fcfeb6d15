#include "milter/read/word_list.h"

#include <string.h>

/* Text ends with NUL, so there is a second byte wherever there is a first. */
static guint
pair_of(const char *text)
{
	return ((guint8)text[0] * 37u + (guint8)text[1]) % WORD_LIST_PAIRS;
}

static void
mark_pair(struct word_list *self, const char *pair)
{
	self->pairs[pair_of(pair) / 64] |= G_GUINT64_CONSTANT(1) << pair_of(pair) % 64;
}

/* A word of one byte begins with every pair that has it. */
static void
mark_pairs(struct word_list *self, const char *word)
{
	if (word[1])
		mark_pair(self, word);
	for (guint second = 0; !word[1] && second < 256; second++)
		mark_pair(self, (const char[]){word[0], (char)second});
}

static void
make(struct word_list *self)
{
	guint16 to[257] = {0};
	self->by_byte = g_new(const char *, self->count);
	for (gsize i = 0; i < self->count; i++) {
		mark_pairs(self, self->words[i]);
		to[(guint8)*self->words[i] + 1]++;
	}
	for (guint byte = 0; byte < 256; byte++)
		to[byte + 1] += to[byte];
	memcpy(self->from, to, sizeof to);
	for (gsize i = 0; i < self->count; i++)
		self->by_byte[to[(guint8)*self->words[i]]++] = self->words[i];
}

static inline void
make_once(struct word_list *self)
{
	if (g_once_init_enter(&self->is_made)) {
		make(self);
		g_once_init_leave(&self->is_made, 1);
	}
}

static inline bool
may_begin(const struct word_list *self, const char *text)
{
	guint pair = pair_of(text);
	return self->pairs[pair / 64] >> pair % 64 & 1;
}

static bool
begins_with(const char *text, const char *word)
{
	while (*word && *text == *word)
		text++, word++;
	return !*word;
}

const char *
word_list_next(struct word_list *self, const char *text, guint *at)
{
	make_once(self);
	if (!*text || !may_begin(self, text))
		return NULL;
	const guint16 *from = &self->from[(guint8)*text];
	for (guint i = from[0] + *at; i < from[1]; i++)
		if (begins_with(text, self->by_byte[i])) {
			*at = i + 1 - from[0];
			return self->by_byte[i];
		}
	return NULL;
}

bool
word_list_begins(struct word_list *self, const char *text)
{
	guint at = 0;
	return word_list_next(self, text, &at);
}

bool
word_list_is_within(struct word_list *self, const char *text)
{
	make_once(self);
	for (const char *p = text; *p; p++)
		if (may_begin(self, p) && word_list_begins(self, p))
			return true;
	return false;
}
