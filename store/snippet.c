#include "store/snippet.h"

#include <stdbool.h>
#include <string.h>

#include "store/words.h"

#define WORDS_MAX 20  /* of a search that count */
#define MARKS_MAX 200 /* in one text; the rest is not looked at */
#define SPAN 110      /* octets from the first mark on */
#define BEFORE 30     /* octets before it */

struct mark {
	const char *start;
	size_t length;
	guint32 word; /* one bit: which of the search */
};

/* The words of a search, as they are compared. */
static char **
fold_words(const char *words)
{
	g_autofree char *folded = words_fold(words);
	GPtrArray *list = g_ptr_array_new();
	const char *rest = folded, *word;
	size_t length;
	while (list->len < WORDS_MAX && (word = words_next(&rest, &length)))
		g_ptr_array_add(list, g_strndup(word, length));
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

static bool
is_plain(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isprint(word[i]))
			return false;
	return true;
}

static bool
begins(const char *word, size_t length, const char *beginning)
{
	size_t wanted = strlen(beginning);
	if (is_plain(word, length))
		return length >= wanted && !g_ascii_strncasecmp(word, beginning, wanted);
	g_autofree char *whole = g_strndup(word, length);
	g_autofree char *folded = words_fold(whole);
	return g_str_has_prefix(folded, beginning);
}

static GArray *
find_marks(const char *text, const char *words)
{
	g_auto(GStrv) wanted = fold_words(words);
	GArray *marks = g_array_new(FALSE, FALSE, sizeof(struct mark));
	const char *word;
	size_t length;
	while (marks->len < MARKS_MAX && (word = words_next(&text, &length)))
		for (guint i = 0; wanted[i]; i++)
			if (begins(word, length, wanted[i])) {
				struct mark mark = {word, length, 1U << i};
				g_array_append_val(marks, mark);
				break;
			}
	return marks;
}

static int
count_bits(guint32 bits)
{
	int count = 0;
	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* Different words among the marks of one span that begins with mark FIRST. */
static int
count_from(const GArray *marks, guint first)
{
	const struct mark *start = &g_array_index(marks, struct mark, first);
	guint32 seen = 0;
	for (guint i = first; i < marks->len; i++) {
		const struct mark *mark = &g_array_index(marks, struct mark, i);
		if (mark->start + mark->length > start->start + SPAN && i > first)
			break;
		seen |= mark->word;
	}
	return count_bits(seen);
}

static guint
find_best(const GArray *marks)
{
	guint best = 0;
	int most = 0;
	for (guint i = 0; i < marks->len; i++) {
		int count = count_from(marks, i);
		if (count > most) {
			best = i;
			most = count;
		}
	}
	return best;
}

/* START to END with white space as single blanks. */
static char *
tidy(const char *start, const char *end, const char *before, const char *after)
{
	GString *text = g_string_new(before);
	for (const char *c = start; c < end; c = g_utf8_next_char(c)) {
		if (!g_unichar_isspace(g_utf8_get_char(c)))
			g_string_append_len(text, c, g_utf8_next_char(c) - c);
		else if (!text->len || text->str[text->len - 1] != ' ')
			g_string_append_c(text, ' ');
	}
	g_string_append(text, after);
	return g_string_free(text, FALSE);
}

/* A little before FROM, not in the middle of a word. */
static const char *
step_back(const char *text, const char *from)
{
	const char *start = from - text > BEFORE ? from - BEFORE : text;
	if (start == text)
		return text;
	for (const char *c = start; c < from; c++)
		if (*c == ' ' || *c == '\n')
			return c + 1;
	return from;
}

/* SPAN on from FROM, or a little less: not in the middle of a word where that can be helped. */
static const char *
step_on(const char *from)
{
	size_t left = strlen(from);
	if (left <= SPAN)
		return from + left;
	const char *end = from + SPAN;
	while (end > from && *end != ' ' && *end != '\n')
		end--;
	return end > from ? end : g_utf8_find_next_char(from + SPAN - 4, NULL);
}

char **
snippet_make(const char *text, const char *words)
{
	g_autoptr(GArray) marks = find_marks(text, words);
	if (!marks->len)
		return NULL;
	guint first = find_best(marks);
	const struct mark *mark = &g_array_index(marks, struct mark, first);
	const char *at = step_back(text, mark->start), *end = step_on(mark->start);
	const char *before = at > text ? "…" : "";
	GPtrArray *parts = g_ptr_array_new();
	end = MAX(end, mark->start + mark->length);
	for (guint i = first; i < marks->len && mark[i - first].start + mark[i - first].length <= end; i++) {
		const struct mark *next = &mark[i - first];
		g_ptr_array_add(parts, tidy(at, next->start, before, ""));
		g_ptr_array_add(parts, g_strndup(next->start, next->length));
		at = next->start + next->length;
		before = "";
	}
	g_ptr_array_add(parts, tidy(at, end, "", *end ? "…" : ""));
	g_ptr_array_add(parts, NULL);
	return (char **)g_ptr_array_free(parts, FALSE);
}

int
snippet_count(const char *text, const char *words)
{
	g_autoptr(GArray) marks = find_marks(text, words);
	guint32 seen = 0;
	for (guint i = 0; i < marks->len; i++)
		seen |= g_array_index(marks, struct mark, i).word;
	return count_bits(seen);
}
