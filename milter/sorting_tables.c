/* sorting_tables: what sorting knows of the house, as it stood at one moment. */
#include "milter/sorting.h"

void
sorting_clear(struct sorting *sorting)
{
	contact_book_unref(sorting->book);
	spam_table_free(sorting->spam);
	blocked_list_unref(sorting->blocked);
	namesakes_free(sorting->names);
	sorting->book = NULL;
	sorting->spam = NULL;
	sorting->blocked = NULL;
	sorting->names = NULL;
}

bool
sorting_refresh(struct sorting *sorting, GError **error)
{
	struct sorting fresh = {.desk = sorting->desk, .conf = sorting->conf, .keys = sorting->keys};
	bool is_whole = (fresh.book = contact_book_load(fresh.desk, error)) && (fresh.spam = spam_table_load(fresh.desk, error)) &&
		(fresh.blocked = blocked_list_load(fresh.desk, sorting->blocked, error)) && (fresh.names = namesakes_load(fresh.desk, error));
	sorting_clear(is_whole ? sorting : &fresh);
	if (is_whole)
		*sorting = fresh;
	return is_whole;
}
