/* What pages say at the bell, in pieces and in a piece; and what none of ours says. */
#include "web/bell_said.h"

#include <string.h>

static void
reads(void)
{
	static const struct {
		const char *text;
		bool is_ours;
		struct bell_said said;
	} cases[] = {
		{"{\"kind\":\"view\",\"thread\":12}", true, {.thread = 12}},
		{"{\"kind\":\"write\",\"thread\":9223372036854775807}", true, {.thread = G_MAXINT64, .is_writing = true}},
		{"{\"kind\":\"list\"}", true, {.is_listing = true}},
		{"{\"kind\":\"leave\",\"thread\":5}", true, {0}},
		{"{\"kind\":\"view\"}", false, {0}},
		{"{\"kind\":\"view\",\"thread\":0}", false, {0}},
		{"{\"kind\":\"write\",\"thread\":-1}", false, {0}},
		{"{\"kind\":\"view\",\"thread\":1.0}", false, {0}},
		{"{\"kind\":\"view\",\"thread\":\"1\"}", false, {0}},
		{"{\"kind\":\"views\",\"thread\":1}", false, {0}},
		{"{\"kind\":null}", false, {0}},
		{"[]", false, {0}},
		{"", false, {0}},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bell_said said = {0};
		g_autoptr(GBytes) text = g_bytes_new_static(cases[i].text, strlen(cases[i].text));
		g_assert_cmpint(bell_said_read(text, &said), ==, cases[i].is_ours);
		if (!cases[i].is_ours)
			continue;
		g_assert_cmpint(said.thread, ==, cases[i].said.thread);
		g_assert_cmpint(said.is_writing, ==, cases[i].said.is_writing);
		g_assert_cmpint(said.is_listing, ==, cases[i].said.is_listing);
	}
}

static void
bounds_pieces(void)
{
	g_autoptr(GByteArray) said = NULL;
	static const char octets[BELL_SAID_MAX + 1];
	g_assert_true(bell_said_add(&said, octets, BELL_SAID_MAX - 1));
	g_assert_true(bell_said_add(&said, octets, 1));
	g_assert_true(bell_said_add(&said, octets, 0));
	g_assert_false(bell_said_add(&said, octets, 1));
	g_assert_false(bell_said_add(&said, octets, G_MAXSIZE));
	g_assert_cmpuint(said->len, ==, BELL_SAID_MAX);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bell-said/reads", reads);
	g_test_add_func("/bell-said/bounds-pieces", bounds_pieces);
	return g_test_run();
}
