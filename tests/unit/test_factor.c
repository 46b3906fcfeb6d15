/* The second factor in the store: no step twice, recovery codes once, off takes all along. */
#include "store/factor.h"
#include "store/secret.h"
#include "tests/unit/desk.h"
#include "web/factor.h"

static bool
take_step(struct desk *desk, gint64 step)
{
	bool is_taken = false;
	g_autoptr(GError) error = NULL;
	g_assert_true(factor_take_step(desk->db, desk->admin->id, step, &is_taken, &error));
	g_assert_no_error(error);
	return is_taken;
}

static bool
take_code(struct desk *desk, gint64 whose, const char *typed)
{
	bool is_taken = false;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) hash = factor_code_hash(typed);
	g_assert_true(factor_take_recovery(desk->db, whose, hash, &is_taken, &error));
	g_assert_no_error(error);
	return is_taken;
}

static void
set_up(struct desk *desk, const char *const *codes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (; *codes; codes++)
		g_ptr_array_add(hashes, factor_code_hash(*codes));
	g_assert_true(db_begin(desk->db, &error) && factor_set(desk->db, desk->admin->id, "sealed", 100, &error) &&
		factor_set_recovery(desk->db, desk->admin->id, hashes, &error) && db_commit(desk->db, &error));
	g_assert_no_error(error);
}

static void
test_steps(void)
{
	struct desk desk;
	desk_setup(&desk);
	set_up(&desk, (const char *const[]){NULL});
	g_assert_true(db_begin(desk.db, NULL));
	g_assert_false(take_step(&desk, 100)); /* the one it was set up with */
	g_assert_true(take_step(&desk, 101));
	g_assert_false(take_step(&desk, 101));
	g_assert_false(take_step(&desk, 99));
	g_assert_true(take_step(&desk, 103));
	db_rollback(desk.db);
	desk_teardown(&desk);
}

static void
test_recovery(void)
{
	struct desk desk;
	desk_setup(&desk);
	set_up(&desk, (const char *const[]){"abcd-efgh-ijkl-mnop", "2345-6723-4567-2345", NULL});
	g_assert_cmpint(factor_recovery_left(desk.db, desk.admin->id, NULL), ==, 2);
	g_assert_true(db_begin(desk.db, NULL));
	g_assert_false(take_code(&desk, desk.admin->id, "abcd-efgh-ijkl-mnoq"));
	g_assert_false(take_code(&desk, desk.admin->id, ""));
	g_assert_false(take_code(&desk, 99, "abcd-efgh-ijkl-mnop")); /* another's */
	g_assert_true(take_code(&desk, desk.admin->id, " ABCD efgh IJKLmnop"));
	g_assert_false(take_code(&desk, desk.admin->id, "abcd-efgh-ijkl-mnop"));
	g_assert_cmpint(factor_recovery_left(desk.db, desk.admin->id, NULL), ==, 1);
	g_assert_true(factor_set(desk.db, desk.admin->id, "", 0, NULL));
	g_assert_cmpint(factor_recovery_left(desk.db, desk.admin->id, NULL), ==, 0);
	db_rollback(desk.db);
	desk_teardown(&desk);
}

static void
test_codes_are_hashed(void)
{
	struct desk desk;
	desk_setup(&desk);
	set_up(&desk, (const char *const[]){"abcd-efgh-ijkl-mnop", NULL});
	g_assert_cmpint(desk_number(&desk, "SELECT count(*) FROM recovery_code WHERE length(code_hash) = 32 AND NOT instr(code_hash, 'abcd')"), ==, 1);
	desk_teardown(&desk);
	g_autofree char *code = factor_new_code(), *other = factor_new_code();
	g_assert_true(g_regex_match_simple("^[a-z2-7]{4}(-[a-z2-7]{4}){3}$", code, 0, 0));
	g_assert_cmpstr(code, !=, other);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/factor/steps", test_steps);
	g_test_add_func("/factor/recovery", test_recovery);
	g_test_add_func("/factor/codes-are-hashed", test_codes_are_hashed);
	return g_test_run();
}
