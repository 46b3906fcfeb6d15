/* db_words: SQL's ways to look for words in texts, so that a filter and the full-text index find the same. */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>

/* Gives HANDLE matches(text, words) and, for full-text indexes, the tokenizer "words". FALSE: the reason is sqlite3_errmsg's. */
bool db_words_add(sqlite3 *handle);
