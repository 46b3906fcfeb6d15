#include "store/terms.h"

#include <string.h>

#include "store/words.h"

#define TERMS_MAX 64 /* words that begin with one word */

/* What stands behind all words that begin with BEGINNING. */
static char *
behind_all(const char *beginning)
{
	return g_strconcat(beginning, "\xf4\x8f\xbf\xbf", NULL); /* no letter stands behind that */
}

/* Appends the words of the vocabulary that begin with BEGINNING, a seek each. Their number, TERMS_MAX + 1: there are more; -1: ERROR. */
static int
append_terms(db *desk, const struct terms_scope *scope, const char *beginning, GString *terms, GError **error)
{
	int got = 1, count = 0;
	g_autofree char *from = g_strdup(beginning), *sql = g_strdup_printf("SELECT term FROM %s_word WHERE term >= :from LIMIT 1", scope->index);
	g_autoptr(query) next = db_query(desk, sql, error);
	while (next && got > 0 && count <= TERMS_MAX) {
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
	return !next || got < 0 ? -1 : count;
}

void
terms_append(const struct terms *terms, const struct terms_scope *scope, GString *sql)
{
	if (terms->query)
		g_string_append_printf(sql, "f.%s MATCH :terms", scope->index);
	else
		g_string_append(sql, "f.term >= :from_word AND f.term < :to_word");
	if (!terms->query && scope->column)
		g_string_append_printf(sql, " AND f.col = '%s'", scope->column);
}

void
terms_bind(const struct terms *terms, query *rows)
{
	if (terms->query)
		query_set_text(rows, ":terms", terms->query);
	else {
		query_set_text(rows, ":from_word", terms->from);
		query_set_text(rows, ":to_word", terms->to);
	}
}

gint64
terms_count(const struct terms *terms, db *desk, const struct terms_scope *scope, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	g_string_printf(sql, "SELECT count(*) FROM (SELECT 1 FROM %s%s f WHERE ", scope->index, terms->query ? "" : "_word");
	terms_append(terms, scope, sql);
	g_string_append(sql, " LIMIT :most)");
	g_autoptr(query) row = db_query(desk, sql->str, error);
	if (!row)
		return -1;
	terms_bind(terms, row);
	query_set_int(row, ":most", scope->few + 1);
	return query_next(row, error) > 0 ? query_int(row, 0) : -1;
}

/* Whether few texts, in whatever column, have words that begin with BEGINNING, as often as they have them; -1: ERROR. */
static int
are_few(db *desk, const struct terms_scope *scope, const char *beginning, GError **error)
{
	const struct terms_scope anywhere = {scope->index, NULL, scope->few};
	g_autofree char *from = g_strdup(beginning), *to = behind_all(beginning);
	gint64 count = terms_count(&(struct terms){.from = from, .to = to}, desk, &anywhere, error);
	return count < 0 ? -1 : count <= scope->few;
}

/* Appends to CLAUSES that one of ANY is to be there, too. */
static void
add_clause(char **clauses, const char *any)
{
	g_autofree char *before = *clauses;
	*clauses = before ? g_strdup_printf("%s AND (%s)", before, any) : g_strdup_printf("(%s)", any);
}

/* A word that too many begin with, in too many texts, is left out: the other words find enough, or its stretch of the vocabulary is walked along. Those of them
 * that are named find some. */
static void
leave_out(const char *word, const char *named, struct terms *terms)
{
	terms->is_exact = terms->is_exact && !terms->from && !terms->query;
	g_free(terms->from);
	terms->from = g_strdup(word);
	add_clause(&terms->certain, named);
}

static void
take_in(const char *any, struct terms *terms)
{
	terms->is_exact = terms->is_exact && !terms->from;
	add_clause(&terms->query, any);
	add_clause(&terms->certain, any);
}

static bool
add_word(db *desk, const struct terms_scope *scope, const char *word, struct terms *terms, GError **error)
{
	g_autoptr(GString) any = g_string_new(NULL);
	int count = append_terms(desk, scope, word, any, error), few = count > TERMS_MAX ? are_few(desk, scope, word, error) : 1;
	if (count < 0 || few < 0)
		return false;
	if (!count || (count > TERMS_MAX && few))
		g_string_printf(any, "\"%s\"%s", word, count ? "*" : ""); /* none finds nothing, either */
	if (few)
		take_in(any->str, terms);
	else
		leave_out(word, any->str, terms);
	return true;
}

static void
keep_to(char **clauses, const char *column)
{
	g_autofree char *everywhere = *clauses;
	if (everywhere)
		*clauses = g_strdup_printf("{%s} : (%s)", column, everywhere);
}

/* What was gathered of all words: a query where one is left, else a stretch. */
static void
settle(struct terms *terms, const char *column)
{
	if (!terms->from)
		g_clear_pointer(&terms->certain, g_free);
	if (terms->query)
		g_clear_pointer(&terms->from, g_free);
	if (terms->from)
		terms->to = behind_all(terms->from);
	if (column) {
		keep_to(&terms->query, column);
		keep_to(&terms->certain, column);
	}
}

bool
terms_make(struct terms *terms, db *desk, const struct terms_scope *scope, const char *words, GError **error)
{
	*terms = (struct terms){.is_exact = true};
	g_auto(GStrv) list = words_list(words);
	for (char **word = list; *word; word++)
		if (!add_word(desk, scope, *word, terms, error))
			return false;
	settle(terms, scope->column);
	return true;
}

void
terms_begin(struct terms *terms, const struct terms_scope *scope, const char *words)
{
	*terms = (struct terms){.is_exact = true};
	g_auto(GStrv) list = words_list(words);
	for (char **word = list; *word; word++) {
		g_autofree char *itself = g_strdup_printf("\"%s\"", *word);
		add_clause(&terms->certain, itself);
	}
	if (scope->column)
		keep_to(&terms->certain, scope->column);
}

bool
terms_narrow(const struct terms *terms, struct terms *narrow)
{
	*narrow = (struct terms){.query = terms->certain, .is_exact = true};
	return narrow->query;
}

void
terms_clear(struct terms *terms)
{
	g_clear_pointer(&terms->query, g_free);
	g_clear_pointer(&terms->from, g_free);
	g_clear_pointer(&terms->to, g_free);
	g_clear_pointer(&terms->certain, g_free);
}
