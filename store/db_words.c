#include "store/db_words.h"

#include <glib.h>
#include <string.h>

#include "store/words.h"

/* What matches() looks for, kept for the rows of a statement as long as it is the same in all of them. NULL: nothing. */
static const words_wanted *
find_wanted(sqlite3_context *context, sqlite3_value *words)
{
	if (!sqlite3_get_auxdata(context, 1) && sqlite3_value_text(words))
		sqlite3_set_auxdata(context, 1, words_wanted_new((const char *)sqlite3_value_text(words)), words_wanted_free);
	return sqlite3_get_auxdata(context, 1);
}

static void
on_matches(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	const char *text = (const char *)sqlite3_value_text(values[0]);
	const words_wanted *wanted = text ? find_wanted(context, values[1]) : NULL;
	sqlite3_result_int(context, wanted && words_wanted_in(wanted, text));
}

/* There is one tokenizer, and it keeps nothing. */
static int
on_create(void *data, const char **arguments, int count, Fts5Tokenizer **tokenizer)
{
	(void)arguments, (void)count;
	*tokenizer = data;
	return SQLITE_OK;
}

static void
on_delete(Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

struct tokens {
	void *data;
	int (*take)(void *, int, const char *, int, int, int);
	int code, size; /* size: of the text, in octets */
};

/* Where a word stood is for SQLite's own snippets, which nobody asks for. */
static bool
take_word(const char *word, size_t length, void *data)
{
	struct tokens *tokens = data;
	tokens->code = tokens->take(tokens->data, 0, word, (int)length, 0, tokens->size);
	return tokens->code == SQLITE_OK;
}

static int
on_tokenize(Fts5Tokenizer *tokenizer, void *data, int flags, const char *text, int size, int (*take)(void *, int, const char *, int, int, int))
{
	(void)tokenizer, (void)flags;
	struct tokens tokens = {data, take, SQLITE_OK, size};
	g_autofree char *whole = g_strndup(text ? text : "", (gsize)size);
	words_each(whole, take_word, &tokens);
	return tokens.code;
}

static fts5_api *
find_api(sqlite3 *handle)
{
	fts5_api *api = NULL;
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(handle, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return api;
}

bool
db_words_add(sqlite3 *handle)
{
	static fts5_tokenizer tokenizer = {on_create, on_delete, on_tokenize};
	fts5_api *api = find_api(handle);
	return api && api->xCreateTokenizer(api, "words", &tokenizer, &tokenizer, NULL) == SQLITE_OK &&
		sqlite3_create_function(handle, "matches", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, on_matches, NULL, NULL) == SQLITE_OK;
}
