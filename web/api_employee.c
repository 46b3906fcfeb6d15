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

/* FALSE with the reply set. */
static bool
is_done(struct call *call, enum staff_answer answer)
{
	switch (answer) {
	case STAFF_DONE:
		return true;
	case STAFF_MISSING:
		call_not_found(call);
		break;
	case STAFF_STALE:
		call_outdated(call);
		break;
	case STAFF_TAKEN:
		reply_refuse(call->reply, "email", "email_taken", 0, "Another employee has this email address.");
		break;
	case STAFF_NO_CONTACT:
		reply_refuse(call->reply, "contacts", "contact_gone", 0, "One of these contacts does not exist any more.");
		break;
	case STAFF_LAST_ADMIN:
		reply_refuse(call->reply, "role", "last_admin", 0, "This is the last active admin who can log in: make somebody else admin first.");
		break;
	case STAFF_HAS_WRITTEN:
		reply_refuse(call->reply, "id", "has_written", 0,
			"This employee has written messages, which would lose their author. Deactivate the account instead.");
		break;
	}
	return false;
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

/* FALSE with the reply set. */
static bool
remove_employee(struct call *call, gint64 id)
{
	struct edit_job job = {.id = id};
	if (!call_write(call, remove_one, &job) || !is_done(call, job.answer))
		return false;
	hub_end_employee(call->web->hub, id, NULL);
	return true;
}

void
api_employee_remove(struct call *call)
{
	if (remove_employee(call, call->ids[0]))
		call->reply->status = 204;
}

/* Each for itself: the first that cannot be removed is told; those before it are gone. */
void
api_employee_remove_all(struct call *call)
{
	g_autoptr(GArray) ids = call_ids(call);
	for (guint i = 0; ids && i < ids->len; i++)
		if (!remove_employee(call, g_array_index(ids, gint64, i)))
			return;
	if (!ids)
		return;
	out *json = out_new();
	out_object(json, NULL);
	out_array(json, "deleted");
	for (guint i = 0; i < ids->len; i++)
		out_int(json, NULL, g_array_index(ids, gint64, i));
	out_end(json);
	out_end(json);
	call_json(call, 200, json);
}
