#include "milter/join.h"

struct decision {
	const struct join_facts *facts;
	bool (*is_closed_long)(gint64 thread, void *data);
	void *data;
	struct join_verdict verdict;
};

static void
add_once(GArray *ids, gint64 id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, gint64, i) == id)
			return;
	g_array_append_val(ids, id);
}

static void
drop(GArray *ids, gint64 id)
{
	for (guint i = ids->len; i > 0; i--)
		if (g_array_index(ids, gint64, i - 1) == id)
			g_array_remove_index(ids, i - 1);
}

/* Joins THREAD, or when it was closed long ago only links with it. */
static void
join_or_link(struct decision *decision, gint64 thread, bool is_closed_long)
{
	if (is_closed_long && !decision->facts->is_quiet)
		add_once(decision->verdict.related, thread);
	else
		decision->verdict.thread = thread;
}

/* Rule a: our signature. It says that the sender holds what we sent, so a new address joins, marked. */
static bool
join_signed(struct decision *decision)
{
	const struct join_facts *facts = decision->facts;
	const struct filing_thread *thread = &facts->signed_thread;
	if (!thread->id)
		return false;
	if (!thread->takes_part && facts->new_sender_apart) {
		add_once(decision->verdict.related, thread->id);
		return true;
	}
	join_or_link(decision, thread->id, thread->is_closed && facts->now - thread->status_changed > facts->reopen_ms);
	decision->verdict.is_new_sender = decision->verdict.thread && !thread->takes_part;
	return true;
}

/* Rule b: a message we hold, and the sender is one of its thread's people. What else it refers to, a stranger's thread too, is only linked. */
static void
join_parent(struct decision *decision)
{
	const GArray *parents = decision->facts->parents;
	struct join_verdict *verdict = &decision->verdict;
	for (guint i = 0; i < parents->len && !verdict->thread; i++) {
		const struct filing_candidate *parent = &g_array_index(parents, struct filing_candidate, i);
		if (parent->takes_part)
			join_or_link(decision, parent->thread, decision->is_closed_long(parent->thread, decision->data));
	}
	for (guint i = 0; i < parents->len; i++)
		if (g_array_index(parents, struct filing_candidate, i).thread != verdict->thread)
			add_once(verdict->related, g_array_index(parents, struct filing_candidate, i).thread);
}

/* A parent that comes late: the older thread takes in the younger one. */
static void
join_child(struct decision *decision, const struct filing_candidate *child)
{
	struct join_verdict *verdict = &decision->verdict;
	if (child->thread == verdict->thread)
		return;
	if (!child->takes_part || decision->is_closed_long(child->thread, decision->data))
		add_once(verdict->related, child->thread);
	else if (!verdict->thread)
		verdict->thread = child->thread;
	else if (child->thread < verdict->thread) {
		add_once(verdict->merge, verdict->thread);
		verdict->thread = child->thread;
	} else
		add_once(verdict->merge, child->thread);
}

/* What is one thread in the end is not linked with itself. */
static void
unlink_joined(struct join_verdict *verdict)
{
	drop(verdict->related, verdict->thread);
	for (guint i = 0; i < verdict->merge->len; i++)
		drop(verdict->related, g_array_index(verdict->merge, gint64, i));
}

struct join_verdict
join_decide(const struct join_facts *facts, bool (*is_closed_long)(gint64 thread, void *data), void *data)
{
	struct decision decision = {.facts = facts, .is_closed_long = is_closed_long, .data = data,
		.verdict = {.related = g_array_new(FALSE, FALSE, sizeof(gint64)), .merge = g_array_new(FALSE, FALSE, sizeof(gint64))}};
	if (!join_signed(&decision))
		join_parent(&decision);
	for (guint i = 0; i < facts->children->len; i++)
		join_child(&decision, &g_array_index(facts->children, struct filing_candidate, i));
	if (!decision.verdict.thread && !decision.verdict.related->len && facts->sibling)
		add_once(decision.verdict.related, facts->sibling);
	unlink_joined(&decision.verdict);
	return decision.verdict;
}
