#include "web/api_draft.h"

#include <string.h>

#include "store/draft.h"
#include "store/upload.h"
#include "web/letter_read.h"

bool
api_draft_admit_thread(struct call *call)
{
	g_autoptr(GError) error = NULL;
	enum upload_result result = upload_check(call->desk, call->who, call->ids[0], 0, &error);
	if (result == UPLOAD_ERROR)
		call_failed(call, g_steal_pointer(&error));
	else if (result == UPLOAD_NOT_THERE)
		call_not_found(call);
	return result == UPLOAD_DONE || result == UPLOAD_TOO_MUCH;
}

bool
api_draft_admit(struct call *call)
{
	if (call_is_json(call))
		return api_draft_admit_thread(call);
	reply_problem(call->reply, 415, "Send application/json.");
	return false;
}

struct saving {
	const struct call *call;
	const char *content;
	int got;
};

static bool
run_save(db *desk, void *data, GError **error)
{
	struct saving *saving = data;
	const struct call *call = saving->call;
	saving->got = draft_save(desk, call->who, call->ids[0], saving->content, call->now, error);
	return saving->got >= 0;
}

static void
save(struct call *call, const char *content)
{
	struct saving saving = {.call = call, .content = content};
	if (strlen(content) > DRAFT_MAX) {
		reply_refuse(call->reply, "text", "letter_long", 0, "The message is too long to be kept.");
		return;
	}
	if (!call_write(call, run_save, &saving))
		return;
	if (!saving.got) {
		call_not_found(call);
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_time(json, "updated", call->now);
	out_end(json);
	call_json(call, 200, json);
}

void
api_draft_save(struct call *call)
{
	struct letter_in letter = {0};
	g_autoptr(json_in) in = call_read_json(call);
	if (in && letter_read(call, in, LETTER_DRAFT, &letter)) {
		g_autofree char *content = letter_in_draft(&letter);
		save(call, content);
	}
	letter_in_clear(&letter);
}

static bool
run_drop(db *desk, void *data, GError **error)
{
	struct saving *saving = data;
	saving->got = draft_drop(desk, saving->call->who, saving->call->ids[0], error);
	return saving->got >= 0;
}

void
api_draft_drop(struct call *call)
{
	struct saving saving = {.call = call};
	if (!call_write(call, run_drop, &saving))
		return;
	if (saving.got)
		call->reply->status = 204;
	else
		call_not_found(call);
}
