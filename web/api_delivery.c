#include "web/api_delivery.h"

#include "store/resend.h"
#include "web/json.h"
#include "web/message_json.h"

struct job {
	const struct call *call;
	const struct resend_to *to; /* NULL: as before */
	bool is_settling, has_arrived;
	enum resend_result result;
};

static bool
run_job(db *desk, void *data, GError **error)
{
	struct job *job = data;
	const struct call *call = job->call;
	job->result = job->is_settling ? resend_settle(desk, call->who, call->ids[0], job->has_arrived, call->now, error)
		: resend_message(desk, call->who, call->ids[0], job->to, call->now, error);
	return job->result != RESEND_ERROR;
}

static void
run(struct call *call, struct job job)
{
	job.call = call;
	if (!call_write(call, run_job, &job))
		return;
	switch (job.result) {
	case RESEND_DONE:
		call_wake_courier(call);
		message_json_answer(call, 200, call->ids[0]);
		break;
	case RESEND_NOT_WAITING:
		reply_problem(call->reply, 409, job.is_settling ? "There is no doubt about this message." : "This message need not be sent again.");
		break;
	case RESEND_BAD_ADDRESS:
		reply_refuse(call->reply, "address", "email", 0, "The email address is invalid.");
		break;
	case RESEND_SEVERAL:
		reply_refuse(call->reply, "address", "several", 0, "Several recipients have not got this message: one address cannot stand for all.");
		break;
	default:
		call_not_found(call);
	}
}

void
api_delivery_resend(struct call *call)
{
	g_autoptr(json_in) in = call_read_json(call);
	if (!in)
		return;
	bool is_given = json_has(in, "address") && !json_has_null(in, "address");
	const struct resend_to to = {json_get_text(in, "address"), *call->web->conf->milter.recipient_delimiter};
	if (is_given && !to.address)
		reply_refuse(call->reply, "address", "text", 0, "address must be a text.");
	else
		run(call, (struct job){.to = is_given ? &to : NULL});
}

void
api_delivery_settle(struct call *call)
{
	bool has_arrived;
	g_autoptr(json_in) in = call_read_json(call);
	if (in && !json_get_bool(in, "sent", &has_arrived))
		reply_refuse(call->reply, "sent", "switch", 0, "sent must be true or false.");
	else if (in)
		run(call, (struct job){.is_settling = true, .has_arrived = has_arrived});
}
