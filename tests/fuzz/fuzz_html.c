/* HTML to text: text comes out, without controls and bounded, whatever the HTML. */
#include <string.h>

#include "milter/read/html_tags.h"
#include "milter/read/html_text.h"
#include "tests/fuzz/fuzz.h"

#define MOST 4000
#define LEEWAY 4096 /* the last thing written goes on to its end, a link's address for one */

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	html_init();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *octets = fuzz_text(data, size), *html = g_utf8_make_valid(octets, -1);
	g_autofree char *text = html_text(html, MOST), *charset = html_charset(data, size);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_cmpuint(strlen(text), <=, MOST + LEEWAY);
	for (const char *p = text; *p; p++)
		g_assert_true((guchar)*p >= ' ' || *p == '\n' || *p == '\t');
	html_is_begun(data, size);
	return 0;
}
