/* What programs put into parts of a mail: the first octet says whether it is read as a winmail.dat, a signed mail, or a calendar. */
#include <string.h>

#include "milter/read/calendar.h"
#include "milter/read/charset.h"
#include "milter/read/mime.h"
#include "milter/read/mime_facts.h"
#include "milter/read/smime.h"
#include "milter/read/tnef.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *count, G_GNUC_UNUSED char ***arguments)
{
	mime_init();
	return 0;
}

static void
check_span(struct tnef_span span, size_t size)
{
	g_assert_cmpuint(span.offset, <=, size);
	g_assert_cmpuint(span.length, <=, size - span.offset);
}

static void
read_winmail(const uint8_t *data, size_t size)
{
	struct tnef tnef;
	if (!tnef_read(&tnef, data, size))
		return;
	check_span(tnef.text, size);
	check_span(tnef.html, size);
	check_span(tnef.rtf, size);
	g_assert_cmpuint(tnef.files->len, <=, TNEF_FILES_MAX);
	for (guint i = 0; i < tnef.files->len; i++) {
		const struct tnef_file *file = &g_array_index(tnef.files, struct tnef_file, i);
		check_span(file->data, size);
		g_assert_true(g_utf8_validate(file->name, -1, NULL) && g_utf8_validate(file->type, -1, NULL));
	}
	tnef_clear(&tnef);
}

static void
read_signed(const uint8_t *data, size_t size)
{
	struct smime smime;
	if (!smime_read(&smime, data, size))
		return;
	check_span((struct tnef_span){smime.offset, smime.length}, size);
	g_assert_true(!smime.pieces || g_bytes_get_size(smime.pieces) <= size);
	g_clear_pointer(&smime.pieces, g_bytes_unref);
}

static void
read_calendar(const uint8_t *data, size_t size)
{
	g_autofree char *text = charset_clean_text(charset_decode("utf-8", data, size));
	g_autoptr(GPtrArray) facts = calendar_read(text);
	for (guint i = 0; facts && i < facts->len; i++) {
		const struct mime_fact *fact = facts->pdata[i];
		g_assert_true(g_utf8_validate(fact->value, -1, NULL));
		g_assert_cmpuint(strlen(fact->value), <=, MIME_FACT_BYTES);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const uint8_t *, size_t) = {read_winmail, read_signed, read_calendar};
	if (!size)
		return 0;
	g_autofree uint8_t *octets = g_memdup2(data + 1, size - 1);
	readers[data[0] % G_N_ELEMENTS(readers)](octets ? octets : (const uint8_t *)"", size - 1);
	return 0;
}
