/* trouble: every error of the store has a reason that a person understands, and an advice unless the log knows better. */
#include "store/trouble.h"

#include <string.h>

#include "store/db.h"

static void
test_reasons(void)
{
	static const struct {
		int code;
		const char *reason, *advice; /* parts of them */
	} cases[] = {
		{DB_FULL, "full", "Make room"},
		{DB_DAMAGED, "damaged", "belfry restore"},
		{DB_SPOILED, "damaged", "belfry restore"},
		{DB_GONE, "not in its place", "Put it back"},
		{DB_LIMIT, "slow", "iotop"},
		{DB_LOCKED, "locked", "fuser"},
		{DB_READ_ONLY, "read-only", "mount"},
		{DB_DENIED, "account", "belfry check"},
		{DB_DISK, "errors", "kernel's log"},
		{DB_FAILED, "does not answer", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = g_error_new_literal(DB_ERROR, cases[i].code, "what the log gets");
		g_assert_nonnull(strstr(trouble_reason(error), cases[i].reason));
		g_assert_nonnull(strstr(trouble_advice(error), cases[i].advice));
	}
	g_autoptr(GError) full = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOSPC, "");
	g_assert_nonnull(strstr(trouble_reason(full), "full"));
	g_assert_nonnull(strstr(trouble_reason(NULL), "does not answer"));
}

static void
test_explain(void)
{
	g_autoptr(GError) locked = g_error_new_literal(DB_ERROR, DB_LOCKED, "desk.db: locked"), failed = g_error_new_literal(DB_ERROR, DB_FAILED, "odd");
	trouble_explain(NULL);
	trouble_explain(failed);
	g_assert_cmpstr(failed->message, ==, "odd");
	trouble_explain(locked);
	g_assert_true(g_str_has_prefix(locked->message, "desk.db: locked. fuser "));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trouble/reasons", test_reasons);
	g_test_add_func("/trouble/explain", test_explain);
	return g_test_run();
}
