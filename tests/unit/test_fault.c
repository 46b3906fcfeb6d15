/* fault: what the log and /health are told of the store's errors. */
#include "web/fault.h"

#include "store/db.h"

static void
note(struct fault *fault, int code, const char *message)
{
	g_autoptr(GError) error = g_error_new_literal(DB_ERROR, code, message);
	fault_note(fault, "/path", error);
}

static void
test_damaged(void)
{
	struct fault fault = {0};
	g_assert_null(fault_damaged(&fault));
	note(&fault, DB_LOCKED, "/store/raw.db: locked");
	g_assert_null(fault_damaged(&fault));
	note(&fault, DB_DAMAGED, "/store/desk.db: malformed");
	g_assert_cmpstr(fault_damaged(&fault), ==, "desk.db");
	note(&fault, DB_SPOILED, "raw.db: a frame of mail is damaged");
	note(&fault, DB_LOCKED, "/store/desk.db: locked");
	g_assert_cmpstr(fault_damaged(&fault), ==, "raw.db");
	fault_clear(&fault);
}

/* However many texts there are, not all of them are remembered. */
static void
test_many(void)
{
	struct fault fault = {0};
	for (int i = 0; i < 40; i++) {
		g_autofree char *text = g_strdup_printf("fault %d", i);
		note(&fault, DB_FAILED, text);
		g_assert_cmpuint(g_hash_table_size(fault.said), <=, 32);
	}
	fault_clear(&fault);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault/damaged", test_damaged);
	g_test_add_func("/fault/many", test_many);
	return g_test_run();
}
