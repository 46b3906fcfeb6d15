/* Which thread a mail belongs to: the rules of SPEC 2.6 and 2.9 as a table. */
#include <glib.h>

#include "milter/join.h"

#define DAY (G_GINT64_CONSTANT(24) * 3600 * 1000)

struct join_case {
	const char *name;
	struct filing_thread signed_thread;
	struct filing_candidate parents[3], children[3]; /* up to a thread of 0 */
	gint64 closed_long[3];                            /* threads closed longer ago than the window */
	bool is_quiet, new_sender_apart;
	gint64 sibling;
	gint64 thread;
	bool is_new_sender;
	const char *related, *merge;
};

static const struct join_case cases[] = {
	{"nothing known", .related = "", .merge = ""},
	{"signed", {.id = 5, .takes_part = true}, .thread = 5, .related = "", .merge = ""},
	{"signed, new sender joins with a mark", {.id = 5}, .thread = 5, .is_new_sender = true, .related = "", .merge = ""},
	{"signed, new sender apart", {.id = 5}, .new_sender_apart = true, .related = "5", .merge = ""},
	{"signed, closed within the window", {.id = 5, .takes_part = true, .is_closed = true, .status_changed = 70 * DAY}, .thread = 5, .related = "",
		.merge = ""},
	{"signed, closed long ago", {.id = 5, .takes_part = true, .is_closed = true, .status_changed = 60 * DAY}, .related = "5", .merge = ""},
	{"signed, closed long ago, a bounce", {.id = 5, .takes_part = true, .is_closed = true, .status_changed = 60 * DAY}, .is_quiet = true,
		.thread = 5, .related = "", .merge = ""},
	{"signature before reference", {.id = 5, .takes_part = true}, .parents = {{4, true}}, .thread = 5, .related = "", .merge = ""},
	{"parent whose people know the sender", .parents = {{4, true}}, .thread = 4, .related = "", .merge = ""},
	{"parent of strangers", .parents = {{4, false}}, .related = "4", .merge = ""},
	{"nearest parent first, the others linked", .parents = {{7, true}, {4, true}}, .thread = 7, .related = "4", .merge = ""},
	{"stranger's parent, then a known one", .parents = {{7, false}, {4, true}}, .thread = 4, .related = "7", .merge = ""},
	{"parent closed long ago", .parents = {{4, true}}, .closed_long = {4}, .related = "4", .merge = ""},
	{"late parent joins its child", .children = {{8, true}}, .thread = 8, .related = "", .merge = ""},
	{"late parent of strangers' child", .children = {{8, false}}, .related = "8", .merge = ""},
	{"late parent joins two threads", .children = {{6, true}, {8, true}}, .thread = 6, .related = "", .merge = "8"},
	{"child older than the parent's thread", .parents = {{9, true}}, .children = {{3, true}}, .thread = 3, .related = "", .merge = "9"},
	{"late parent of a child closed long ago", .children = {{6, true}, {8, true}}, .closed_long = {6}, .thread = 8, .related = "6", .merge = ""},
	{"nobody has what it refers to, but the sender did so before", .sibling = 3, .related = "3", .merge = ""},
	{"it has a parent, so that counts no more", .parents = {{4, true}}, .sibling = 3, .thread = 4, .related = "", .merge = ""},
	{"a further parent is where its child takes it", .parents = {{9, true}, {3, true}}, .children = {{3, true}}, .thread = 3, .related = "", .merge = "9"},
	{"a further parent that moves with its child", .parents = {{3, true}, {9, true}}, .children = {{9, true}}, .thread = 3, .related = "", .merge = "9"},
	{"child of the same thread", .parents = {{9, true}}, .children = {{9, true}}, .thread = 9, .related = "", .merge = ""},
};

static GArray *
candidates(const struct filing_candidate *list)
{
	GArray *made = g_array_new(FALSE, FALSE, sizeof *list);
	for (int i = 0; i < 3 && list[i].thread; i++)
		g_array_append_val(made, list[i]);
	return made;
}

static bool
is_closed_long(gint64 thread, void *data)
{
	const struct join_case *c = data;
	return thread == c->closed_long[0] || thread == c->closed_long[1];
}

static char *
list_of(GArray *ids)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < ids->len; i++)
		g_string_append_printf(list, "%s%d", i ? " " : "", (int)g_array_index(ids, gint64, i));
	g_array_unref(ids);
	return g_string_free(list, FALSE);
}

static void
rules(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct join_case *c = &cases[i];
		g_autoptr(GArray) parents = candidates(c->parents), children = candidates(c->children);
		struct join_facts facts = {.signed_thread = c->signed_thread, .parents = parents, .children = children, .sibling = c->sibling, .now = 100 * DAY,
			.reopen_ms = 30 * DAY, .is_quiet = c->is_quiet, .new_sender_apart = c->new_sender_apart};
		struct join_verdict verdict = join_decide(&facts, is_closed_long, (void *)c);
		g_autofree char *related = list_of(verdict.related), *merge = list_of(verdict.merge);
		g_test_message("%s", c->name);
		g_assert_cmpint(verdict.thread, ==, c->thread);
		g_assert_cmpint(verdict.is_new_sender, ==, c->is_new_sender);
		g_assert_cmpstr(related, ==, c->related);
		g_assert_cmpstr(merge, ==, c->merge);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/join/rules", rules);
	return g_test_run();
}
