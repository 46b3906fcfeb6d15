/* db_squeeze: SQL's way to keep long texts packed (store/squeeze). */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>

/* Gives HANDLE squeeze(text), a blob, and unsqueeze(blob), that text; NULL of NULL. FALSE: the reason is sqlite3_errmsg's. */
bool db_squeeze_add(sqlite3 *handle);
