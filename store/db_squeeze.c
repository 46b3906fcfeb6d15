#include "store/db_squeeze.h"

#include "store/squeeze.h"

static void
on_squeeze(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	const unsigned char *text = sqlite3_value_text(values[0]);
	if (!text)
		return;
	g_autoptr(GBytes) frame = squeeze_pack_text(text, (size_t)sqlite3_value_bytes(values[0]));
	sqlite3_result_blob64(context, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), SQLITE_TRANSIENT);
}

static void
on_unsqueeze(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	g_autoptr(GError) error = NULL;
	const void *frame = sqlite3_value_blob(values[0]);
	if (!frame)
		return;
	g_autoptr(GBytes) text = squeeze_unpack_text(frame, (size_t)sqlite3_value_bytes(values[0]), &error);
	if (text)
		sqlite3_result_text64(context, g_bytes_get_data(text, NULL), g_bytes_get_size(text), SQLITE_TRANSIENT, SQLITE_UTF8);
	else
		sqlite3_result_error(context, error->message, -1);
}

bool
db_squeeze_add(sqlite3 *handle)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
	return sqlite3_create_function(handle, "squeeze", 1, flags, NULL, on_squeeze, NULL, NULL) == SQLITE_OK &&
		sqlite3_create_function(handle, "unsqueeze", 1, flags, NULL, on_unsqueeze, NULL, NULL) == SQLITE_OK;
}
