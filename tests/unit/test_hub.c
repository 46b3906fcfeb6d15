/* Who hears what of the bell, from where, and in which order. */
#include <string.h>

#include "web/event_json.h"
#include "web/hub.h"

static void
count_wake(void *data)
{
	++*(int *)data;
}

static viewer *
viewer_of(gint64 id, gint64 contact)
{
	viewer *who = g_new0(viewer, 1);
	*who = (viewer){.id = id, .has_all = !contact, .language = g_strdup("en"),
		.contacts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
	if (contact)
		g_hash_table_add(who->contacts, g_memdup2(&contact, sizeof contact));
	return who;
}

static guint64
listen_to(hub *bells, gint64 employee, gint64 contact, gint64 since)
{
	static char nothing;
	return hub_add(bells, (struct hub_listener){.who = viewer_of(employee, contact), .firstname = g_strdup("Ann"),
		.lastname = g_strdup("Lee"), .token_hash = g_bytes_new(&employee, sizeof employee), .since = since, .data = &nothing});
}

static void
publish(hub *bells, gint64 first, gint64 last, gint64 contact, gint64 target)
{
	for (gint64 event = first; event <= last; event++) {
		g_autofree char *text = g_strdup_printf("{\"event\":%" G_GINT64_FORMAT, event);
		struct frame_new frame = {.event = event, .contact = contact, .target = target, .text = text, .kind = "message"};
		hub_publish(bells, &frame, 1);
	}
}

/* The next frame, "" for none, "over"; owner: caller. */
static char *
next(hub *bells, guint64 id)
{
	g_autoptr(GBytes) frame = NULL;
	switch (hub_next(bells, id, &frame)) {
	case HUB_OVER:
		return g_strdup("over");
	case HUB_NOTHING:
		return g_strdup("");
	default:
		return g_strndup(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
	}
}

static void
assert_next(hub *bells, guint64 id, const char *expected)
{
	g_autofree char *text = next(bells, id);
	g_assert_cmpstr(text, ==, expected);
}

static void
test_replay(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	publish(bells, 1, 3, 7, -1);
	guint64 late = listen_to(bells, 1, 0, 1), fresh = listen_to(bells, 2, 0, -1);
	assert_next(bells, late, "{\"epoch\":\"e\",\"kind\":\"hello\",\"event\":3}");
	assert_next(bells, late, "{\"event\":2,\"ring\":false}");
	assert_next(bells, late, "{\"event\":3,\"ring\":false}");
	assert_next(bells, late, "");
	assert_next(bells, fresh, "{\"epoch\":\"e\",\"kind\":\"hello\",\"event\":3}");
	assert_next(bells, fresh, "");
	publish(bells, 3, 4, 7, 0); /* 3 is known already */
	assert_next(bells, late, "{\"event\":4,\"ring\":true}");
	assert_next(bells, fresh, "{\"event\":4,\"ring\":true}");
	assert_next(bells, fresh, "");
	g_assert_cmpint(wakes, >, 0);
	g_assert_cmpint(hub_last(bells), ==, 4);
}

static void
test_rights(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	guint64 all = listen_to(bells, 1, 0, 0), some = listen_to(bells, 2, 7, 0);
	publish(bells, 1, 1, 8, -1);
	publish(bells, 2, 2, 7, 2);
	publish(bells, 3, 3, 0, -1); /* of no contact: for who sees all */
	g_free(next(bells, all));
	g_free(next(bells, some));
	assert_next(bells, all, "{\"event\":1,\"ring\":false}");
	assert_next(bells, all, "{\"event\":2,\"ring\":false}");
	assert_next(bells, all, "{\"event\":3,\"ring\":false}");
	assert_next(bells, some, "{\"event\":2,\"ring\":true}");
	assert_next(bells, some, "");
	hub_set_viewer(bells, some, viewer_of(2, 8));
	publish(bells, 4, 4, 7, -1);
	publish(bells, 5, 5, 8, -1);
	assert_next(bells, some, "{\"event\":5,\"ring\":false}");
	struct frame_new moved = {.event = 6, .contact = 7, .former = 8, .target = -1, .text = "{\"event\":6", .kind = "contact"};
	hub_publish(bells, &moved, 1); /* it leaves the contact that they see: they are told once more */
	assert_next(bells, some, "{\"event\":6,\"ring\":false}");
	hub_set_viewer(bells, some, NULL);
	assert_next(bells, some, "over");
}

/* Who is too far behind is told to reload; who stops reading is let go. */
static void
test_laggards(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 100);
	guint64 slow = listen_to(bells, 1, 0, 100);
	publish(bells, 101, 100 + BACKLOG_MAX, 7, -1);
	guint64 just = listen_to(bells, 2, 0, 100), old = listen_to(bells, 3, 0, 99);
	g_free(next(bells, just));
	assert_next(bells, just, "{\"event\":101,\"ring\":false}");
	assert_next(bells, old, "{\"epoch\":\"e\",\"kind\":\"hello\",\"event\":5100,\"reload\":true}");
	assert_next(bells, old, "");
	publish(bells, 5101, 5101, 7, -1);
	assert_next(bells, slow, "over");
	assert_next(bells, just, "{\"event\":102,\"ring\":false}");
	assert_next(bells, old, "{\"event\":5101,\"ring\":false}");
}

static void
test_restart(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "one", 0);
	publish(bells, 1, 5, 7, -1);
	guint64 before = listen_to(bells, 1, 0, 5);
	hub_restart(bells, "two", 2);
	assert_next(bells, before, "over");
	guint64 after = listen_to(bells, 1, 0, 5);
	assert_next(bells, after, "{\"epoch\":\"two\",\"kind\":\"hello\",\"event\":2}");
	publish(bells, 3, 3, 7, -1);
	assert_next(bells, after, "{\"event\":3,\"ring\":false}");
}

static void
test_seen(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	guint64 mine = listen_to(bells, 1, 0, 0), also_mine = listen_to(bells, 1, 0, 0), other = listen_to(bells, 2, 0, 0);
	g_free(next(bells, mine));
	g_free(next(bells, also_mine));
	g_free(next(bells, other));
	hub_seen(bells, 1);
	hub_seen(bells, 1);
	assert_next(bells, mine, "{\"epoch\":\"e\",\"kind\":\"seen\"}");
	assert_next(bells, mine, "");
	assert_next(bells, also_mine, "{\"epoch\":\"e\",\"kind\":\"seen\"}");
	assert_next(bells, other, "");
}

/* Kinds that somebody's bell leaves out do not ring there, and ring on everywhere else. */
static void
test_switched_off(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	guint64 mine = listen_to(bells, 1, 0, 0), other = listen_to(bells, 2, 0, 0);
	g_free(next(bells, mine));
	g_free(next(bells, other));
	hub_set_bell(bells, 1, "message undelivered");
	publish(bells, 1, 1, 7, 0);
	assert_next(bells, mine, "{\"event\":1,\"ring\":false}");
	assert_next(bells, mine, "{\"epoch\":\"e\",\"kind\":\"seen\"}");
	assert_next(bells, other, "{\"event\":1,\"ring\":true}");
	assert_next(bells, other, "");
	struct frame_new assigned = {.event = 2, .contact = 7, .target = 1, .text = "{\"event\":2", .kind = "assigned"};
	hub_publish(bells, &assigned, 1);
	assert_next(bells, mine, "{\"event\":2,\"ring\":true}");
	hub_set_bell(bells, 1, "");
	publish(bells, 3, 3, 7, 0);
	assert_next(bells, mine, "{\"event\":3,\"ring\":true}");
}

static void
count_viewer(G_GNUC_UNUSED const struct hub_person *person, void *data)
{
	++*(int *)data;
}

static void
test_presence(void)
{
	int wakes = 0, viewers = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	guint64 one = listen_to(bells, 1, 0, 0), two = listen_to(bells, 2, 0, 0), two_again = listen_to(bells, 2, 0, 0);
	g_free(next(bells, one));
	g_free(next(bells, two));
	g_free(next(bells, two_again));
	hub_view(bells, one, 9, 7);
	assert_next(bells, one, "{\"epoch\":\"e\",\"kind\":\"presence\",\"thread\":9,\"viewers\":[]}");
	hub_view(bells, two, 9, 7);
	hub_view(bells, two_again, 9, 7);
	assert_next(bells, one,
		"{\"epoch\":\"e\",\"kind\":\"presence\",\"thread\":9,\"viewers\":[{\"id\":2,\"firstname\":\"Ann\",\"lastname\":\"Lee\",\"writing\":false}]}");
	hub_each_viewer(bells, 9, 3, count_viewer, &viewers);
	g_assert_cmpint(viewers, ==, 2);
	hub_view(bells, two, 0, 0);
	hub_remove(bells, two_again);
	assert_next(bells, one, "{\"epoch\":\"e\",\"kind\":\"presence\",\"thread\":9,\"viewers\":[]}");
	g_assert_cmpuint(hub_count(bells), ==, 2);
}

#define NOBODY "{\"epoch\":\"e\",\"kind\":\"presence\",\"thread\":9,\"viewers\":[]}"
#define LOOKS "{\"epoch\":\"e\",\"kind\":\"presence\",\"thread\":9,\"viewers\":[{\"id\":2,\"firstname\":\"Ann\",\"lastname\":\"Lee\",\"writing\":false}]}"
#define WRITES "{\"epoch\":\"e\",\"kind\":\"presence\",\"thread\":9,\"viewers\":[{\"id\":2,\"firstname\":\"Ann\",\"lastname\":\"Lee\",\"writing\":true}]}"

/* Who writes is told once; of one with two pages it is enough that one is written in. */
static void
test_writing(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	guint64 one = listen_to(bells, 1, 0, 0), two = listen_to(bells, 2, 0, 0), two_again = listen_to(bells, 2, 0, 0);
	g_free(next(bells, one));
	hub_view(bells, one, 9, 7);
	hub_view(bells, two, 9, 7);
	hub_view(bells, two_again, 9, 7);
	assert_next(bells, one, LOOKS);
	hub_write(bells, two_again, 8); /* not where it looks */
	assert_next(bells, one, "");
	hub_write(bells, two_again, 9);
	hub_write(bells, two_again, 9);
	assert_next(bells, one, WRITES);
	hub_write(bells, two_again, 9);
	hub_tick(bells);
	assert_next(bells, one, "");
	hub_view(bells, two_again, 0, 0);
	assert_next(bells, one, LOOKS);
}

/* A list hears of what it may see, from the beginning; a page that shows a thread is no list any more. */
static void
test_lists(void)
{
	int wakes = 0;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	hub_restart(bells, "e", 0);
	guint64 all = listen_to(bells, 1, 0, 0), some = listen_to(bells, 3, 8, 0), two = listen_to(bells, 2, 0, 0);
	g_free(next(bells, all));
	g_free(next(bells, some));
	hub_view(bells, two, 9, 7);
	assert_next(bells, all, "");
	hub_list(bells, all);
	hub_list(bells, some);
	assert_next(bells, all, LOOKS);
	assert_next(bells, some, ""); /* contact 7 is none of theirs */
	hub_write(bells, two, 9);
	assert_next(bells, all, WRITES);
	g_autoptr(GHashTable) viewed = hub_viewed(bells);
	g_assert_true(g_hash_table_contains(viewed, &(gint64){9}));
	g_assert_cmpuint(g_hash_table_size(viewed), ==, 1);
	hub_remove(bells, two);
	assert_next(bells, all, NOBODY);
	assert_next(bells, some, "");
	hub_view(bells, all, 5, 7);
	g_free(next(bells, all));
	guint64 again = listen_to(bells, 2, 0, 0);
	hub_view(bells, again, 9, 7);
	assert_next(bells, all, "");
}

static void
test_sessions(void)
{
	int wakes = 0;
	gint64 employee = 2;
	g_autoptr(hub) bells = hub_new(count_wake, &wakes);
	g_autoptr(GBytes) hash = g_bytes_new(&employee, sizeof employee);
	hub_restart(bells, "e", 0);
	guint64 stays = listen_to(bells, 1, 0, 0), goes = listen_to(bells, 2, 0, 0);
	g_autoptr(GArray) sessions = hub_sessions(bells);
	g_assert_cmpuint(sessions->len, ==, 2);
	hub_end_session(bells, hash);
	assert_next(bells, goes, "over");
	g_autofree char *hello = next(bells, stays);
	g_assert_nonnull(strstr(hello, "hello"));
}

static void
test_frames(void)
{
	struct event event = {.id = 5, .created = 1714989600000, .kind = "status", .shop_id = 1, .thread_id = 9, .employee_id = 3,
		.data = "{\"from\":\"open\",\"to\":\"closed\",\"secret\":1}"};
	g_autofree char *text = event_json_frame("e", &event);
	g_assert_cmpstr(text, ==, "{\"epoch\":\"e\",\"event\":5,\"kind\":\"status\",\"thread\":9,\"contact\":null,\"shop\":1,\"employee\":3,"
		"\"when\":\"2024-05-06T10:00:00.000Z\",\"status\":\"closed\"");
	g_assert_cmpint(event_json_target(&event), ==, -1);
	event = (struct event){.id = 6, .created = 1, .kind = "message", .thread_id = 9, .contact_id = 2, .message_id = 4, .is_ringing = true, .data = ""};
	g_assert_cmpint(event_json_target(&event), ==, 0);
	g_autofree char *broken = event_json_frame("e", &event);
	g_assert_nonnull(strstr(broken, "\"message\":4,\"contact\":2"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hub/replay", test_replay);
	g_test_add_func("/hub/rights", test_rights);
	g_test_add_func("/hub/laggards", test_laggards);
	g_test_add_func("/hub/restart", test_restart);
	g_test_add_func("/hub/seen", test_seen);
	g_test_add_func("/hub/switched-off", test_switched_off);
	g_test_add_func("/hub/presence", test_presence);
	g_test_add_func("/hub/writing", test_writing);
	g_test_add_func("/hub/lists", test_lists);
	g_test_add_func("/hub/sessions", test_sessions);
	g_test_add_func("/hub/frames", test_frames);
	return g_test_run();
}
