#include "web/thread_change.h"

#include "store/status.h"
#include "store/thread.h"
#include "web/json.h"

enum {CHOICE_CONTACT, CHOICE_ORDER, CHOICE_EMPLOYEE};

/* What may be chosen by its number, or null. */
static const struct choice {
	const char *name;
	int (*run)(db *desk, const viewer *who, gint64 thread, gint64 value, gint64 now, GError **error);
	const char *refusal;
} choices[] = {
	[CHOICE_CONTACT] = {"contact", status_set_contact, "This contact is not one you may see, or it does not serve the thread's shop."},
	[CHOICE_ORDER] = {"order", status_set_order, "This is no order of the thread's customer."},
	[CHOICE_EMPLOYEE] = {"employee", status_assign, "This is no active employee who may answer the thread."},
};

struct change {
	const struct call *call;
	const char *status; /* NULL: stays */
	bool is_asked[G_N_ELEMENTS(choices)];
	gint64 values[G_N_ELEMENTS(choices)]; /* 0: none */
	bool has_spam, is_spam;
	bool is_missing;             /* out: it is not there, or not theirs */
	const struct choice *refused; /* out: what may not be chosen */
};

/* FALSE: nothing is to be done. */
static bool
note(struct change *change, int got, const struct choice *choice)
{
	change->is_missing = !got;
	if (got == 3)
		change->refused = choice;
	return got == 1 || got == 2;
}

static bool
run_all(db *desk, struct change *change, GError **error)
{
	const struct call *call = change->call;
	gint64 id = call->ids[0];
	if (change->status && !note(change, status_set(desk, call->who, id, change->status, call->now, error), NULL))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
		if (change->is_asked[i] &&
			!note(change, choices[i].run(desk, call->who, id, change->values[i], call->now, error), &choices[i]))
			return false;
	return !change->has_spam || note(change, status_spam(desk, call->who, id, change->is_spam, call->now, error), NULL);
}

static bool
run_change(db *desk, void *data, GError **error)
{
	struct change *change = data;
	bool is_done = run_all(desk, change, error);
	if (change->is_missing || change->refused) /* an error undoes what was done before it */
		g_set_error_literal(error, DB_ERROR, DB_FAILED, "refused");
	return is_done;
}

/* FALSE with the reply set. */
static bool
read_choices(struct call *call, const json_in *in, struct change *change)
{
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
		const char *name = choices[i].name;
		change->is_asked[i] = json_has(in, name);
		if (!change->is_asked[i] || json_has_null(in, name))
			continue;
		if (!json_get_int(in, name, &change->values[i]) || change->values[i] < 1)
			return reply_wrong_field(call->reply, name, "%s must be a number, or null.", name), false;
	}
	return true;
}

static bool
read_change(struct call *call, const json_in *in, struct change *change)
{
	if (json_has(in, "status")) {
		change->status = json_get_text(in, "status");
		if (!change->status || !g_strv_contains(thread_statuses, change->status))
			return reply_wrong_field(call->reply, "status", "The status must be open, closed, pending1 or pending2."), false;
	}
	change->has_spam = json_has(in, "spam");
	if (change->has_spam && !json_get_bool(in, "spam", &change->is_spam))
		return reply_wrong_field(call->reply, "spam", "spam must be true or false."), false;
	return read_choices(call, in, change);
}

static bool
is_empty(const struct change *change)
{
	bool is_asked = change->status || change->has_spam;
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
		is_asked |= change->is_asked[i];
	return !is_asked;
}

bool
thread_change_do(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_in) in = call_read_json(call);
	struct change change = {.call = call};
	if (!in || !read_change(call, in, &change))
		return false;
	if (is_empty(&change)) {
		reply_problem(call->reply, 422, "status, contact, order, employee or spam is needed.");
		return false;
	}
	if (writer_submit(call->web->desk, run_change, &change, &error))
		return true;
	if (change.refused)
		reply_wrong_field(call->reply, change.refused->name, "%s", change.refused->refusal);
	else if (change.is_missing)
		call_not_found(call);
	else
		call_failed(call, g_steal_pointer(&error));
	return false;
}

struct bulk {
	struct change change;
	GArray *ids, *done; /* of gint64; done: those that changed */
};

/* -1: ERROR, or the employee is refused; 1: changed. A thread that is not theirs is passed over. */
static int
run_one(db *desk, struct bulk *bulk, gint64 id, GError **error)
{
	struct change *change = &bulk->change;
	const struct call *call = change->call;
	const struct choice *choice = &choices[CHOICE_EMPLOYEE];
	int status = change->status ? status_set(desk, call->who, id, change->status, call->now, error) : 0;
	int charge = status >= 0 && change->is_asked[CHOICE_EMPLOYEE] ? choice->run(desk, call->who, id, change->values[CHOICE_EMPLOYEE], call->now, error) : 0;
	if (charge == 3) { /* the error undoes the others */
		change->refused = choice;
		g_set_error_literal(error, DB_ERROR, DB_FAILED, "refused");
	}
	return status < 0 || charge < 0 || charge == 3 ? -1 : status == 1 || charge == 1;
}

static bool
run_bulk(db *desk, void *data, GError **error)
{
	struct bulk *bulk = data;
	for (guint i = 0; i < bulk->ids->len; i++) {
		gint64 id = g_array_index(bulk->ids, gint64, i);
		int got = run_one(desk, bulk, id, error);
		if (got < 0)
			return false;
		if (got)
			g_array_append_val(bulk->done, id);
	}
	return true;
}

static void
answer_bulk(struct call *call, const GArray *done)
{
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, "changed");
	for (guint i = 0; i < done->len; i++)
		out_int(json, NULL, g_array_index(done, gint64, i));
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}

/* FALSE with the reply set. */
static bool
read_bulk(struct call *call, const json_in *in, struct bulk *bulk)
{
	bulk->ids = json_get_ints(in, "ids");
	if (!bulk->ids)
		reply_problem(call->reply, 422, "ids must be a list of at most %d thread numbers.", JSON_IN_LIST_MAX);
	else if (!json_has(in, "status") && !json_has(in, "employee"))
		reply_problem(call->reply, 422, "status or employee is needed.");
	else
		return read_change(call, in, &bulk->change);
	return false;
}

void
thread_change_all(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_in) in = call_read_json(call);
	struct bulk bulk = {.change.call = call, .done = g_array_new(FALSE, FALSE, sizeof(gint64))};
	if (!in || !read_bulk(call, in, &bulk))
		;
	else if (writer_submit(call->web->desk, run_bulk, &bulk, &error))
		answer_bulk(call, bulk.done);
	else if (bulk.change.refused)
		reply_wrong_field(call->reply, "employee", "%s", bulk.change.refused->refusal);
	else
		call_failed(call, g_steal_pointer(&error));
	g_clear_pointer(&bulk.ids, g_array_unref);
	g_array_unref(bulk.done);
}
