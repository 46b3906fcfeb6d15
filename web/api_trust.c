#include "web/api_trust.h"

#include <string.h>

#include "store/trust.h"
#include "web/json.h"

#define ADDRESS_MAX 320

static bool
write_address(const char *address, void *data)
{
	out_text(data, NULL, address);
	return true;
}

void
api_trust_list(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	out_array(json, "addresses");
	if (!trust_each(call->desk, call->who->id, write_address, json, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

struct job {
	gint64 employee;
	const char *address;
	int found;
};

static bool
add(db *desk, void *data, GError **error)
{
	const struct job *job = data;
	return trust_add(desk, job->employee, job->address, error);
}

static bool
drop(db *desk, void *data, GError **error)
{
	struct job *job = data;
	job->found = trust_drop(desk, job->employee, job->address, error);
	return job->found >= 0;
}

static bool
is_address(const char *text)
{
	return text && strchr(text, '@') && strlen(text) <= ADDRESS_MAX;
}

void
api_trust_add(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	struct job job = {call->who->id, in ? json_get_text(in, "address") : NULL, 0};
	if (in && !is_address(job.address))
		reply_refuse(call->reply, "address", "email", 0, "The email address is invalid.");
	else if (in && call_write(call, add, &job))
		api_trust_list(call);
}

void
api_trust_drop(struct call *call)
{
	struct job job = {call->who->id, request_argument(call->request, "address"), 0};
	if (!job.address)
		reply_problem(call->reply, 400, "address is needed.");
	else if (call_write(call, drop, &job)) {
		if (job.found)
			call->reply->status = 204;
		else
			call_not_found(call);
	}
}
