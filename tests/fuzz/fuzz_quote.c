/* A text: what its writer wrote is a part of it, found by looking at each line a few times; so are the files written into it. */
#include <string.h>

#include "milter/read/charset.h"
#include "milter/read/file_block.h"
#include "milter/read/flowed.h"
#include "milter/read/language.h"
#include "milter/read/quote.h"
#include "tests/fuzz/fuzz.h"

#define LOOKS_PER_LINE 60

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	charset_init();
	language_init();
	return 0;
}

static gsize
lines_of(const char *text)
{
	gsize count = 1;
	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static void
strip(const char *text)
{
	gsize looks = 0;
	g_autofree char *reply = quote_strip_counted(text, &looks);
	g_assert_true(g_utf8_validate(reply, -1, NULL));
	g_assert_cmpuint(strlen(reply), <=, strlen(text));
	g_assert_cmpuint(looks, <=, LOOKS_PER_LINE * lines_of(text));
	g_assert_true(*reply || !text[strspn(text, " \t\n")]);
}

static void
find_files(const char *text)
{
	g_autoptr(file_search) search = file_search_new(text, strlen(text));
	struct file_block block;
	for (gsize behind = 0; file_search_next(search, &block); behind = block.end) {
		g_assert_cmpuint(block.start, >=, behind);
		g_assert_cmpuint(block.start, <=, block.data);
		g_assert_cmpuint(block.data, <=, block.end);
		g_assert_cmpuint(block.end, <=, strlen(text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *octets = fuzz_text(data, size);
	g_autofree char *text = charset_clean_text(g_utf8_make_valid(octets, -1));
	g_autofree char *words = file_block_cut(text);
	g_assert_cmpuint(strlen(words), <=, strlen(text));
	find_files(text);
	strip(text);
	strip(words);
	g_assert_nonnull(language_guess(text));
	g_autofree char *flowed = flowed_join(g_strdup(text), size & 1);
	g_assert_true(g_utf8_validate(flowed, -1, NULL));
	return 0;
}
