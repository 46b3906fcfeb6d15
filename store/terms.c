#include "store/terms.h"

#include <string.h>

#include "store/words.h"

#define TERMS_MAX 64 /* words that begin with one word */

/* Appends the words of the vocabulary that begin with BEGINNING, a seek each. Their number, TERMS_MAX + 1: there are more; -1: ERROR. */
static int
append_terms(query *next, const char *beginning, GString *terms, GError **error)
{
	int got = 1, count = 0;
	g_autofree char *from = g_strdup(beginning);
	while (got > 0 && count <= TERMS_MAX) {
		query_set_text(next, ":from", from);
		got = query_next(next, error);
		const char *term = got > 0 ? query_text(next, 0) : "";
		g_autofree char *behind = g_strconcat(term, "\001", NULL);
		got = got > 0 ? g_str_has_prefix(term, beginning) : got;
		if (got > 0 && ++count <= TERMS_MAX)
			g_string_append_printf(terms, "%s\"%s\"", count > 1 ? " OR " : "", term);
		query_again(next);
		g_free(g_steal_pointer(&from));
		from = g_steal_pointer(&behind);
	}
	return got < 0 ? -1 : count;
}

/* A word that too many begin with is left out: the other words find enough, or its stretch of the vocabulary is walked along. */
static bool
add_word(query *next, const char *word, struct terms *terms, GError **error)
{
	g_autoptr(GString) any = g_string_new(NULL);
	int count = append_terms(next, word, any, error);
	if (count > TERMS_MAX) {
		terms->is_exact = terms->is_exact && !terms->from && !terms->query;
		g_free(terms->from);
		terms->from = g_strdup(word);
		return true;
	}
	if (!count)
		g_string_append_printf(any, "\"%s\"", word); /* finds nothing, either */
	g_autofree char *before = terms->query;
	terms->query = g_strdup_printf("%s%s(%s)", before ? before : "", before ? " AND " : "", any->str);
	terms->is_exact = terms->is_exact && !terms->from;
	return count >= 0;
}

bool
terms_make(struct terms *terms, db *desk, const char *index, const char *words, GError **error)
{
	*terms = (struct terms){.is_exact = true};
	g_auto(GStrv) list = words_list(words);
	g_autofree char *sql = g_strdup_printf("SELECT term FROM %s_word WHERE term >= :from LIMIT 1", index);
	g_autoptr(query) next = db_query(desk, sql, error);
	for (char **word = list; next && *word; word++)
		if (!add_word(next, *word, terms, error))
			return false;
	if (terms->query)
		g_clear_pointer(&terms->from, g_free);
	if (terms->from)
		terms->to = g_strconcat(terms->from, "\xf4\x8f\xbf\xbf", NULL); /* no letter stands behind that */
	return next;
}

void
terms_clear(struct terms *terms)
{
	g_clear_pointer(&terms->query, g_free);
	g_clear_pointer(&terms->from, g_free);
	g_clear_pointer(&terms->to, g_free);
}
