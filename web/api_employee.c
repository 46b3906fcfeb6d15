#include "web/api_employee.h"

#include "web/auth.h"
#include "web/employee_json.h"

#define LIMIT_MAX 1000

static bool
write_row(const employee *person, void *data)
{
	employee_json(data, NULL, person);
	return true;
}

/* FALSE with the reply set. */
static bool
read_filter(struct call *call, struct employee_filter *filter, gint64 *page)
{
	const char *active = request_argument(call->request, "active"), *sort = request_argument(call->request, "sort");
	*filter = (struct employee_filter){.name = request_argument(call->request, "name"), .email = request_argument(call->request, "email"),
		.role = request_argument(call->request, "role"), .active = -1, .sort = sort && *sort ? sort : "id"};
	if (active && *active)
		filter->active = !g_strcmp0(active, "yes");
	if (!call_number(call, "page", 1, G_MAXINT32, 1, page) || !call_number(call, "limit", 1, LIMIT_MAX, 20, &filter->limit))
		return false;
	filter->offset = (*page - 1) * filter->limit;
	return true;
}

static const char *
unless_empty(const char *text)
{
	return text && *text ? text : NULL;
}

void
api_employee_list(struct call *call)
{
	struct employee_filter filter;
	gint64 page, total = 0;
	if (!read_filter(call, &filter, &page))
		return;
	filter.name = unless_empty(filter.name);
	filter.email = unless_empty(filter.email);
	filter.role = unless_empty(filter.role);
	g_autoptr(GError) error = NULL;
	g_autoptr(out) rows = out_new();
	out_array(rows, NULL);
	if (!employee_list(call->desk, &filter, &total, write_row, rows, &error)) {
		if (error)
			call_failed(call, g_steal_pointer(&error));
		else
			reply_problem(call->reply, 400, "The list cannot be sorted by %s.", filter.sort);
		return;
	}
	out_end(rows);
	g_autofree char *written = out_done_text(g_steal_pointer(&rows));
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "total", total);
	out_int(json, "page", page);
	out_int(json, "limit", filter.limit);
	out_stored(json, "employees", written);
	out_end(json);
	call_json(call, 200, json);
}

/* The employee of the path; NULL with the reply set. Owner: caller. */
static employee *
find(struct call *call, gint64 id)
{
	g_autoptr(GError) error = NULL;
	employee *person = employee_get(call->desk, id, &error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!person)
		call_not_found(call);
	return person;
}

static void
answer_with(struct call *call, int status, gint64 id)
{
	g_autoptr(employee) person = find(call, id);
	if (!person)
		return;
	out *json = out_new();
	employee_json(json, NULL, person);
	call_tag(call, person->version);
	call_json(call, status, json);
}

void
api_employee_get(struct call *call)
{
	answer_with(call, 200, call->ids[0]);
}

/* What is wrong with an edit or a deletion, for people and for the catalogs. */
struct refusal {
	const char *field, *code, *sentence;
};
static const struct refusal refusals[] = {
	[STAFF_TAKEN] = {"email", "email_taken", "Another employee has this email address."},
	[STAFF_LOGIN_TAKEN] = {"mail_login", "taken", "Another employee has this log-in or email address."},
	[STAFF_NO_CONTACT] = {"contacts", "contact_gone", "One of these contacts does not exist any more."},
	[STAFF_LAST_ADMIN] = {"role", "last_admin", "This is the last active admin who can log in: make somebody else admin first."},
	[STAFF_HAS_WRITTEN] = {"id", "has_written",
		"This employee has written messages, which would lose their author. Deactivate the account instead."},
};

/* FALSE with the reply set. */
static bool
is_done(struct call *call, enum staff_answer answer)
{
	if (answer == STAFF_MISSING)
		call_not_found(call);
	else if (answer == STAFF_STALE)
		call_outdated(call);
	else if (answer != STAFF_DONE)
		reply_refuse(call->reply, refusals[answer].field, refusals[answer].code, 0, "%s", refusals[answer].sentence);
	return answer == STAFF_DONE;
}

struct edit_job {
	gint64 id, version, now;
	struct staff_edit edit;
	enum staff_answer answer;
};

static bool
add(db *desk, void *data, GError **error)
{
	struct edit_job *job = data;
	return staff_add(desk, &job->edit, job->now, &job->id, &job->answer, error);
}

void
api_employee_add(struct call *call)
{
	struct edit_job job = {.now = call->now};
	g_autoptr(json_in) in = call_read_json(call);
	if (in && employee_json_read(call, in, NULL, &job.edit) && call_write(call, add, &job) && is_done(call, job.answer))
		answer_with(call, 201, job.id);
	employee_json_clear(&job.edit);
}

static bool
change(db *desk, void *data, GError **error)
{
	struct edit_job *job = data;
	return staff_change(desk, job->id, job->version, &job->edit, &job->answer, error);
}

/* Their open pages come back with what they may see now, or not at all. */
static void
write_change(struct call *call, struct edit_job *job)
{
	if (!call_write(call, change, job) || !is_done(call, job->answer))
		return;
	hub_end_employee(call->web->hub, job->id, NULL);
	answer_with(call, 200, job->id);
}

void
api_employee_change(struct call *call)
{
	struct edit_job job = {.id = call->ids[0]};
	g_autoptr(json_in) in = call_version(call, &job.version) ? call_read_json(call) : NULL;
	g_autoptr(employee) person = in ? find(call, job.id) : NULL;
	if (person && person->version != job.version)
		call_outdated(call);
	else if (person && employee_json_read(call, in, person, &job.edit))
		write_change(call, &job);
	employee_json_clear(&job.edit);
}

static bool
remove_one(db *desk, void *data, GError **error)
{
	struct edit_job *job = data;
	return staff_remove(desk, job->id, &job->answer, error);
}

void
api_employee_remove(struct call *call)
{
	struct edit_job job = {.id = call->ids[0]};
	if (!call_write(call, remove_one, &job) || !is_done(call, job.answer))
		return;
	hub_end_employee(call->web->hub, job.id, NULL);
	call->reply->status = 204;
}

struct removals {
	const GArray *ids;
	enum staff_answer *answers; /* one each */
};

static bool
remove_each(db *desk, void *data, GError **error)
{
	const struct removals *all = data;
	for (guint i = 0; i < all->ids->len; i++)
		if (!staff_remove(desk, g_array_index(all->ids, gint64, i), &all->answers[i], error))
			return false;
	return true;
}

static void
write_removed(out *json, const struct removals *all)
{
	out_array(json, "deleted");
	for (guint i = 0; i < all->ids->len; i++)
		if (all->answers[i] == STAFF_DONE)
			out_int(json, NULL, g_array_index(all->ids, gint64, i));
	out_end(json);
}

/* Who is not there any more is neither deleted nor refused. */
static void
write_refused(out *json, const struct removals *all)
{
	out_array(json, "refused");
	for (guint i = 0; i < all->ids->len; i++) {
		if (all->answers[i] == STAFF_DONE || all->answers[i] == STAFF_MISSING)
			continue;
		const struct refusal *refusal = &refusals[all->answers[i]];
		out_object(json, NULL);
		out_int(json, "id", g_array_index(all->ids, gint64, i));
		out_text(json, "code", refusal->code);
		out_text(json, "detail", refusal->sentence);
		out_end(json);
	}
	out_end(json);
}

/* Those who can be deleted are; of the others it is told why they cannot. */
void
api_employee_remove_all(struct call *call)
{
	g_autoptr(GArray) ids = call_ids(call);
	g_autofree enum staff_answer *answers = ids ? g_new0(enum staff_answer, ids->len) : NULL;
	struct removals all = {ids, answers};
	if (!ids || !call_write(call, remove_each, &all))
		return;
	for (guint i = 0; i < ids->len; i++)
		if (answers[i] == STAFF_DONE)
			hub_end_employee(call->web->hub, g_array_index(ids, gint64, i), NULL);
	out *json = out_new();
	out_object(json, NULL);
	write_removed(json, &all);
	write_refused(json, &all);
	out_end(json);
	call_json(call, 200, json);
}
