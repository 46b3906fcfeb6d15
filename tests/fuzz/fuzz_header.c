/* The value of a header field, read as each kind of field: the first octet says which. What comes out is one line of text. */
#include <stdbool.h>
#include <string.h>

#include "milter/read/mime.h"
#include "milter/read/mime_address.h"
#include "milter/read/mime_date.h"
#include "milter/read/mime_id.h"
#include "milter/read/mime_param.h"
#include "milter/read/mime_word.h"
#include "store/guise.h"
#include "tests/fuzz/fuzz.h"

#define HINT "iso-2022-jp"
#define YEAR_9999 G_GINT64_CONSTANT(253402300799999) /* ms: the last one that can be written in four digits */

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	mime_init();
	return 0;
}

static void
check_line(const char *line)
{
	g_assert_true(line && g_utf8_validate(line, -1, NULL));
	for (; *line; line++)
		g_assert_true((guchar)*line >= ' ');
}

static void
read_words(const char *value, size_t length)
{
	g_autofree char *line = word_decode(value, length, HINT), *charset = word_charset(value, length);
	check_line(line);
	g_autofree char *plain = guise_plain(line), *skeleton = guise_skeleton(line), *address = guise_address_in(line);
	check_line(plain);
	g_assert_true(g_utf8_validate(skeleton, -1, NULL));
	g_assert_false(guise_is_reversed(plain));
	g_assert_true(!address || strchr(address, '@'));
}

static void
read_addresses(const char *value, size_t length)
{
	g_autoptr(GPtrArray) list = mime_addresses_read(value, length, HINT);
	g_assert_cmpuint(list->len, <=, MIME_ADDRESSES_MAX);
	for (guint i = 0; i < list->len; i++) {
		const struct mime_address *address = list->pdata[i];
		check_line(address->name);
		check_line(address->address);
		g_assert_nonnull(strchr(address->address, '@'));
	}
}

static void
read_parameters(const char *value, size_t length)
{
	static const char *const names[] = {"name", "filename", "charset", "boundary"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *parameter = mime_param_read(value, length, names[i], HINT);
		check_line(parameter);
	}
}

static void
read_ids(const char *value, size_t length)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	mime_ids_read(value, length, ids);
	g_assert_cmpuint(ids->len, <=, MIME_IDS_MAX);
	for (guint i = 0; i < ids->len; i++) {
		check_line(ids->pdata[i]);
		g_assert_null(strchr(ids->pdata[i], ' '));
	}
}

static void
read_date(const char *value, size_t length)
{
	g_autofree char *line = word_decode(value, length, NULL);
	bool is_whole;
	gint64 date = mime_date_read(line, &is_whole);
	g_assert_cmpint(ABS(date), <=, YEAR_9999);
	g_assert_true(date || !is_whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *, size_t) = {read_words, read_addresses, read_parameters, read_ids, read_date};
	if (!size)
		return 0;
	g_autofree char *value = g_memdup2(data + 1, size - 1); /* no string: a field is a stretch of the mail */
	readers[data[0] % G_N_ELEMENTS(readers)](value ? value : "", size - 1);
	return 0;
}
