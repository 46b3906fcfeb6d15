/* The rules of which thread a mail joins, over any facts: nobody gets into a thread they take no part in but by a signature of ours, nothing joins what was
 * closed long ago but what is quiet, threads move into older ones only, and each other thread is named once. */
#include "milter/join.h"
#include "tests/fuzz/fuzz.h"

#define THREADS 16 /* few, so that they meet */
#define NOW 1000000
#define REOPEN 1000

struct facts {
	const uint8_t *data;
	size_t size;
	guint closed, known; /* a bit for each thread: closed long ago; the sender takes part */
	struct join_facts facts;
	GArray *parents, *children;
};

static guint
octet_take(struct facts *self)
{
	return self->size ? self->size--, *self->data++ : 0;
}

static bool
has_bit(guint bits, gint64 thread)
{
	return thread && bits >> (thread - 1) & 1;
}

static guint
bits_take(struct facts *self)
{
	guint low = octet_take(self);
	return low | octet_take(self) << 8;
}

static void
candidates_take(struct facts *self, GArray *to)
{
	for (guint count = octet_take(self) % 8; count; count--) {
		gint64 thread = octet_take(self) % THREADS + 1;
		const struct filing_candidate one = {.thread = thread, .takes_part = has_bit(self->known, thread)};
		g_array_append_val(to, one);
	}
}

static bool
is_closed_long(gint64 thread, void *data)
{
	const struct facts *self = data;
	return has_bit(self->closed, thread);
}

static void
facts_take(struct facts *self)
{
	guint flags = octet_take(self);
	gint64 signed_thread = octet_take(self) % (THREADS + 1);
	self->closed = bits_take(self);
	self->known = bits_take(self);
	candidates_take(self, self->parents);
	candidates_take(self, self->children);
	const struct filing_thread named = {.id = signed_thread, .takes_part = has_bit(self->known, signed_thread),
		.is_closed = has_bit(self->closed, signed_thread), .status_changed = NOW - REOPEN - 1};
	self->facts = (struct join_facts){.signed_thread = named, .parents = self->parents, .children = self->children, .sibling = flags & 8 ? 3 : 0,
		.now = NOW, .reopen_ms = REOPEN, .is_quiet = flags & 1, .new_sender_apart = flags & 2};
}

static bool
has(const GArray *ids, gint64 id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, gint64, i) == id)
			return true;
	return false;
}

/* It is one of CANDIDATES, whose sender takes part. */
static bool
is_known_of(const GArray *candidates, gint64 thread)
{
	for (guint i = 0; i < candidates->len; i++) {
		const struct filing_candidate *one = &g_array_index(candidates, struct filing_candidate, i);
		if (one->thread == thread && one->takes_part)
			return true;
	}
	return false;
}

static bool
is_known(const struct facts *self, gint64 thread)
{
	return is_known_of(self->parents, thread) || is_known_of(self->children, thread);
}

static void
check_once(const GArray *ids, gint64 not_this)
{
	for (guint i = 0; i < ids->len; i++) {
		gint64 id = g_array_index(ids, gint64, i);
		g_assert_cmpint(id, !=, not_this);
		for (guint k = 0; k < i; k++)
			g_assert_cmpint(g_array_index(ids, gint64, k), !=, id);
	}
}

static void
check(struct facts *self, const struct join_verdict *verdict)
{
	const struct filing_thread *named = &self->facts.signed_thread;
	bool is_signed = named->id && verdict->thread == named->id && (named->takes_part || !self->facts.new_sender_apart);
	g_assert_true(!verdict->thread || is_signed || is_known(self, verdict->thread));
	g_assert_true(!verdict->thread || self->facts.is_quiet || !is_closed_long(verdict->thread, self));
	g_assert_true(!verdict->is_new_sender || named->id);
	check_once(verdict->related, verdict->thread);
	check_once(verdict->merge, verdict->thread);
	for (guint i = 0; i < verdict->merge->len; i++) {
		gint64 younger = g_array_index(verdict->merge, gint64, i);
		g_assert_cmpint(younger, >, verdict->thread);
		g_assert_false(has(verdict->related, younger));
		g_assert_true(younger == named->id || is_known(self, younger));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GArray) parents = g_array_new(FALSE, FALSE, sizeof(struct filing_candidate)), children = g_array_new(FALSE, FALSE, sizeof(struct filing_candidate));
	struct facts self = {.data = data, .size = size, .parents = parents, .children = children};
	facts_take(&self);
	struct join_verdict verdict = join_decide(&self.facts, is_closed_long, &self);
	check(&self, &verdict);
	g_array_unref(verdict.related);
	g_array_unref(verdict.merge);
	return 0;
}
