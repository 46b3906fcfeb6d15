/* Who must go when there is no room for one more. */
#include <string.h>

#include "web/guests.h"

/* A guest is known by a letter; who was sent away stands in GONE. */
struct one {
	char letter;
	guest *guest;
};

static struct one *ones['z' + 1];
static GString *gone;

static void
send_away(void *data)
{
	struct one *one = data;
	g_string_append_c(gone, one->letter);
	ones[(int)one->letter] = NULL;
	guest_leave(one->guest);
	g_free(one);
}

static guests *
open_house(guint all, guint network, guint bodies)
{
	gone = g_string_new(NULL);
	return guests_new((struct guests_limits){.all = all, .network = network, .bodies = bodies, .send_away = send_away});
}

static void
close_house(guests *house)
{
	guests_free(house);
	g_string_free(gone, TRUE);
}

static gboolean
enter(guests *house, char letter, const char *network)
{
	struct one *one = g_new0(struct one, 1);
	one->letter = letter;
	one->guest = guest_enter(house, network, one, letter);
	if (!one->guest) {
		g_free(one);
		return FALSE;
	}
	ones[(int)letter] = one;
	return TRUE;
}

static void
be(char letter, enum guest_state state, gint64 now)
{
	guest_be(ones[(int)letter]->guest, state, now);
}

static void
test_longest_goes(void)
{
	guests *house = open_house(3, 3, 3);
	g_assert_true(enter(house, 'a', "one") && enter(house, 'b', "two") && enter(house, 'c', "three"));
	be('a', GUEST_BUSY, 1);
	be('a', GUEST_HEAD, 200); /* waits anew */
	g_assert_true(enter(house, 'd', "four"));
	g_assert_cmpstr(gone->str, ==, "b");
	be('c', GUEST_BUSY, 201);
	be('d', GUEST_BUSY, 201);
	g_assert_true(enter(house, 'e', "five"));
	g_assert_cmpstr(gone->str, ==, "ba");
	be('e', GUEST_BODY, 202);
	g_assert_true(enter(house, 'f', "six"));
	g_assert_cmpstr(gone->str, ==, "bae");
	be('f', GUEST_BUSY, 203);
	g_assert_false(enter(house, 'g', "seven")); /* all are at work */
	g_assert_cmpuint(guests_count(house), ==, 3);
	close_house(house);
}

static void
test_network(void)
{
	guests *house = open_house(100, 2, 3);
	g_assert_true(enter(house, 'a', "one") && enter(house, 'b', "two") && enter(house, 'c', "two"));
	g_assert_true(enter(house, 'd', "two"));
	g_assert_cmpstr(gone->str, ==, "b");
	be('c', GUEST_BUSY, 1);
	be('d', GUEST_BUSY, 1);
	g_assert_false(enter(house, 'e', "two"));
	g_assert_true(enter(house, 'f', "one"));
	for (char letter = 'g'; letter < 'm'; letter++)
		g_assert_true(enter(house, letter, "")); /* of whom none is counted */
	g_assert_cmpstr(gone->str, ==, "b");
	close_house(house);
}

static void
test_bodies(void)
{
	guests *house = open_house(100, 100, 2);
	for (char letter = 'a'; letter < 'd'; letter++) {
		enter(house, letter, "");
		be(letter, GUEST_BODY, letter);
	}
	g_assert_cmpstr(gone->str, ==, "a");
	be('b', GUEST_BUSY, 'e');
	enter(house, 'd', "");
	be('d', GUEST_BODY, 'f');
	g_assert_cmpstr(gone->str, ==, "a");
	close_house(house);
}

static void
test_late(void)
{
	guests *house = open_house(100, 100, 100);
	for (char letter = 'a'; letter < 'f'; letter++)
		enter(house, letter, "one");
	be('b', GUEST_BUSY, 'b');
	guests_each_late(house, GUEST_HEAD, 'd', send_away);
	g_assert_cmpstr(gone->str, ==, "ac");
	guests_each_late(house, GUEST_BUSY, 'b', send_away);
	g_assert_cmpstr(gone->str, ==, "ac");
	close_house(house);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guests/longest", test_longest_goes);
	g_test_add_func("/guests/network", test_network);
	g_test_add_func("/guests/bodies", test_bodies);
	g_test_add_func("/guests/late", test_late);
	return g_test_run();
}
