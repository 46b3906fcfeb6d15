#include "web/api_forward.h"

#include <string.h>

#include "store/forward.h"
#include "web/json.h"
#include "web/message_json.h"

#define COMMENT_MAX 10000 /* characters */
#define EMAIL_MAX 320     /* octets */

struct job {
	const struct call *call;
	struct signer signer;
	struct forward_new forward;
	gint64 note;
	enum forward_result result;
};

static bool
run_forward(db *desk, void *data, GError **error)
{
	struct job *job = data;
	job->result = forward_thread(desk, job->call->who, &job->signer, &job->forward, job->call->now, &job->note, error);
	return job->result != FORWARD_ERROR;
}

static void
refuse_address(struct call *call)
{
	reply_refuse(call->reply, "email", "email", 0, "The email address is invalid.");
}

/* To an employee, or to an address: one of both. */
static void
read_target(struct call *call, const json_in *in, struct forward_new *forward)
{
	bool has_employee = json_has(in, "employee") && !json_has_null(in, "employee");
	forward->email = json_get_text(in, "email");
	if (has_employee && (!json_get_int(in, "employee", &forward->employee) || forward->employee < 1))
		reply_refuse(call->reply, "employee", "employee", 0, "employee must be the number of an employee.");
	else if (!has_employee && !forward->email)
		reply_refuse(call->reply, "employee", "choose", 0, "Choose an employee, or give an email address.");
	else if (!has_employee && strlen(forward->email) > EMAIL_MAX)
		refuse_address(call);
}

static void
read_comment(struct call *call, const json_in *in, struct forward_new *forward)
{
	forward->comment = json_get_text(in, "comment");
	if (!forward->comment && json_has(in, "comment") && !json_has_null(in, "comment"))
		reply_refuse(call->reply, "comment", "text", 0, "comment must be a text.");
	else if (forward->comment && g_utf8_strlen(forward->comment, -1) > COMMENT_MAX)
		reply_refuse(call->reply, "comment", "too_long", COMMENT_MAX, "This value is too long. It should have %d characters or less.", COMMENT_MAX);
}

static void
answer(struct call *call, const struct job *job)
{
	switch (job->result) {
	case FORWARD_DONE:
		message_json_answer(call, 201, job->note);
		break;
	case FORWARD_NOT_ASSIGNABLE:
		reply_refuse(call->reply, "employee", "not_assignable", 0, "This is no active employee who may see the thread.");
		break;
	case FORWARD_BAD_ADDRESS:
		refuse_address(call);
		break;
	case FORWARD_NO_SENDER:
		reply_problem(call->reply, 409, "No contact of this shop has an address to send from.");
		break;
	default:
		call_not_found(call);
	}
}

void
api_forward(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	struct job job = {.call = call, .signer = call_signer(call), .forward = {.thread = call->ids[0], .desk = call->web->origin}};
	read_target(call, in, &job.forward);
	read_comment(call, in, &job.forward);
	if (call->reply->wrong)
		return;
	g_autofree char *comment = g_strstrip(g_strdup(job.forward.comment ? job.forward.comment : ""));
	job.forward.comment = comment;
	if (!call_write(call, run_forward, &job))
		return;
	call_wake_courier(call);
	answer(call, &job);
}
