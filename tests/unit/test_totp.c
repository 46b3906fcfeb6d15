/* Time-based codes: the vectors of RFC 6238, keys as people type them, drift, and no step twice. */
#include "store/totp.h"

static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; /* "12345678901234567890" */

static void
test_vectors(void)
{
	static const struct {
		gint64 seconds;
		int code;
	} cases[] = { /* RFC 6238 appendix B, SHA-1, the last six of its eight digits */
		{59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130},
	};
	g_autoptr(GBytes) key = totp_key(secret);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(totp_code(key, cases[i].seconds / TOTP_SECONDS), ==, cases[i].code);
}

static void
test_keys(void)
{
	static const struct {
		const char *text, *octets; /* NULL: none */
	} cases[] = {
		{secret, "12345678901234567890"}, {"gezd gnbv gy3t qojq", "1234567890"}, {"MZXW6===", "foo"}, {"MZXW6YQ=", "foob"}, {"", NULL}, {" =", NULL}, {"GEZDGNB1", NULL},
		{"M", NULL}, {"GÉZD", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) key = totp_key(cases[i].text);
		g_autofree char *text = key ? g_strndup(g_bytes_get_data(key, NULL), g_bytes_get_size(key)) : NULL;
		g_assert_cmpstr(text, ==, cases[i].octets);
	}
	g_autofree char *long_text = g_strnfill(10000, 'A');
	g_assert_null(totp_key(long_text));
}

static void
test_find(void)
{
	const gint64 now = G_GINT64_CONSTANT(1111111111) * 1000, step = 1111111111 / TOTP_SECONDS;
	static const struct {
		const char *code;
		gint64 used, step; /* relative to that of now; found: 99 = none */
	} cases[] = {
		{"050471", -9, 0}, {"050 471", -9, 0}, {" 050471 ", -9, 0}, {"081804", -9, -1}, {"050471", -1, 0}, {"050471", 0, 99}, {"081804", -1, 99},
		{"50471", -9, 99}, {"0050471", -9, 99}, {"05047x", -9, 99}, {"", -9, 99}, {"287082", -9, 99},
	};
	g_autoptr(GBytes) key = totp_key(secret);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 expected = cases[i].step == 99 ? 0 : step + cases[i].step;
		g_assert_cmpint(totp_find(key, cases[i].code, now, step + cases[i].used), ==, expected);
	}
	g_assert_cmpint(totp_find(key, "050471", now + 30000, 0), ==, step);  /* a clock that is slow */
	g_assert_cmpint(totp_find(key, "050471", now - 30000, 0), ==, step);  /* or fast */
	g_assert_cmpint(totp_find(key, "050471", now + 90000, 0), ==, 0);
}

static void
test_uri(void)
{
	g_autofree char *uri = totp_uri("ABC", "ann+x@desk.example");
	g_assert_cmpstr(uri, ==, "otpauth://totp/Belfry:ann%2Bx%40desk.example?secret=ABC&issuer=Belfry");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/totp/vectors", test_vectors);
	g_test_add_func("/totp/keys", test_keys);
	g_test_add_func("/totp/find", test_find);
	g_test_add_func("/totp/uri", test_uri);
	return g_test_run();
}
