/* JSON in: one object or an error; what its members give is what it says. And out again: whatever text goes out can be read back. */
#include <string.h>

#include "store/out.h"
#include "tests/fuzz/fuzz.h"
#include "web/amount.h"
#include "web/json.h"

static void
check_text(const char *text)
{
	g_assert_true(!text || g_utf8_validate(text, -1, NULL));
}

static void
check_amount(const char *text)
{
	gint64 amount, again;
	if (!text || !amount_parse(text, &amount))
		return;
	g_autofree char *written = amount_text(amount);
	g_assert_true(amount_parse(written, &again) && again == amount);
}

static void
check_lists(const json_in *in, const char *name)
{
	g_autoptr(GPtrArray) texts = json_get_texts(in, name), objects = json_get_objects(in, name);
	g_autoptr(GArray) numbers = json_get_ints(in, name);
	g_assert_true(!texts || texts->len <= JSON_IN_LIST_MAX);
	for (guint i = 0; texts && i < texts->len; i++)
		check_text(texts->pdata[i]);
	for (guint i = 0; objects && i < objects->len; i++)
		check_text(json_get_text(objects->pdata[i], name));
	g_assert_true(!numbers || numbers->len <= JSON_IN_LIST_MAX);
}

static void
check_member(const json_in *in, const char *name)
{
	gint64 number, ms;
	bool flag;
	g_autofree char *decimal = json_get_decimal(in, name);
	int kinds = (json_get_text(in, name) != NULL) + json_get_int(in, name, &number) + json_get_bool(in, name, &flag) + json_has_null(in, name) +
		(json_get_object(in, name) != NULL);
	g_assert_true(kinds <= (int)json_has(in, name));
	if (json_get_time(in, name, &ms))
		g_assert_nonnull(json_get_text(in, name));
	check_text(json_get_text(in, name));
	check_amount(decimal);
	check_lists(in, name);
}

/* As any text of a mail would go out. */
static void
check_out(const char *text)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "text", text);
	out_end(json);
	g_autoptr(GBytes) written = out_done(json);
	g_autoptr(json_in) in = json_read(written, NULL);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_assert_nonnull(in);
	g_assert_cmpstr(json_get_text(in, "text"), ==, valid);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"text", "number", "list", "kind", "thread"};
	g_autoptr(GBytes) octets = g_bytes_new(data, size);
	g_autofree char *text = fuzz_text(data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_in) in = json_read(octets, &error);
	g_assert_true(!in == !!error);
	for (size_t i = 0; in && i < G_N_ELEMENTS(names); i++)
		check_member(in, names[i]);
	g_autofree char *member = json_member(text, "list");
	check_text(member);
	check_out(text);
	return 0;
}
