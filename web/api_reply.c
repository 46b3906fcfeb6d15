#include "web/api_reply.h"

#include <string.h>

#include "store/draft.h"
#include "store/message.h"
#include "store/outbox.h"
#include "store/reply.h"
#include "store/secret.h"
#include "store/thread.h"
#include "web/letter_read.h"
#include "web/message_json.h"
#include "web/receive.h"
#include "web/reply_parts.h"
#include "web/thread_json.h"

#define KEY_MAX 200   /* characters of an Idempotency-Key */
#define NEWER_MAX 50  /* messages shown of a thread that has moved */

struct job {
	const struct call *call;
	struct signer signer;
	struct reply_new reply;
	enum reply_result result;
	struct reply_done done;
};

static bool
run_send(db *desk, void *data, GError **error)
{
	struct job *job = data;
	job->result = reply_send(desk, job->call->who, &job->signer, &job->reply, job->call->now, &job->done, error);
	return job->result != REPLY_ERROR;
}

/* FALSE with the reply set. *KEY NULL: the request has none. */
static bool
read_key(struct call *call, const char **key)
{
	*key = request_header(call->request, "idempotency-key");
	if (!*key)
		return true;
	bool is_good = **key && strlen(*key) <= KEY_MAX;
	for (const char *c = *key; is_good && *c; c++)
		is_good = g_ascii_isgraph(*c);
	if (!is_good)
		reply_problem(call->reply, 400, "Idempotency-Key must have 1 to %d visible ASCII characters, without blanks.", KEY_MAX);
	return is_good;
}

static bool
is_multipart(const struct call *call)
{
	const char *type = request_header(call->request, "content-type");
	return type && !g_ascii_strncasecmp(type, "multipart/form-data", 19);
}

bool
api_reply_admit(struct call *call)
{
	if (is_multipart(call))
		return api_draft_admit_thread(call);
	if (call->length <= DRAFT_BODY_MAX)
		return api_draft_admit(call);
	reply_problem(call->reply, 413, "A message may have %d KB.", DRAFT_BODY_MAX / 1024);
	return false;
}

/* Of what is asked for. */
static GBytes *
digest_of(const struct call *call, GBytes *body)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof digest;
	g_checksum_update(sum, (const guchar *)"POST ", 5);
	g_checksum_update(sum, (const guchar *)call->request->path, (gssize)strlen(call->request->path) + 1);
	g_checksum_update(sum, g_bytes_get_data(body, NULL), (gssize)g_bytes_get_size(body));
	g_checksum_get_digest(sum, digest, &size);
	g_checksum_free(sum);
	return g_bytes_new(digest, size);
}

struct newer {
	out *json;
	const struct message_scope *scope;
	gint64 seen;
	GError *error;
};

static bool
write_newer(const struct message_row *row, void *data)
{
	struct newer *newer = data;
	bool counts = row->id > newer->seen && strcmp(row->kind, "note") && row->employee_id != newer->scope->viewer;
	return !counts || message_json_write(newer->json, newer->scope, row, &newer->error);
}

/* What came since, so that it can be shown above the draft. */
static void
answer_moved(struct call *call, const struct job *job)
{
	const struct message_scope scope = {call->desk, call->raw, call->who->id, 0};
	struct newer newer = {out_new(), &scope, job->reply.seen, NULL};
	g_autoptr(GError) error = NULL;
	out_object(newer.json, NULL);
	out_text(newer.json, "type", "about:blank");
	out_text(newer.json, "title", http_reason(409));
	out_int(newer.json, "status", 409);
	out_text(newer.json, "detail", "The discussion has gone on since you began to write.");
	out_array(newer.json, "newer");
	bool ok = message_each(call->desk, call->ids[0], 0, NEWER_MAX, write_newer, &newer, &error);
	if (newer.error)
		g_propagate_error(&error, newer.error);
	if (!ok || error) {
		out_free(newer.json);
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(newer.json);
	out_end(newer.json);
	call_json(call, 409, newer.json);
	reply_header(call->reply, "Content-Type", "application/problem+json");
}

static bool
has_address(const GPtrArray *addresses, const char *address)
{
	return addresses && g_ptr_array_find_with_equal_func((GPtrArray *)addresses, address, g_str_equal, NULL);
}

static void
refuse_recipient(struct call *call, const struct job *job)
{
	const char *field = has_address(job->reply.to, job->done.culprit) ? "to" : "cc";
	reply_refuse(call->reply, field, "not_among", 0, "%s does not take part in this discussion.", job->done.culprit);
}

static void
answer(struct call *call, const struct job *job)
{
	switch (job->result) {
	case REPLY_DONE:
	case REPLY_BEFORE:
		message_json_answer(call, job->result == REPLY_DONE ? 201 : 200, job->done.message);
		break;
	case REPLY_OTHER_KEY:
		reply_problem(call->reply, 422, "This Idempotency-Key was used for another request.");
		break;
	case REPLY_AWAY:
		reply_problem(call->reply, 409, "This thread lies in the bin or in spam. Restore it first.");
		break;
	case REPLY_MOVED:
		answer_moved(call, job);
		break;
	case REPLY_NO_SENDER:
		reply_problem(call->reply, 409, "No contact of this shop has an address to send from.");
		break;
	case REPLY_NO_RECIPIENT:
		reply_refuse(call->reply, "to", "nobody", 0, "There is nobody to write to.");
		break;
	case REPLY_NOT_AMONG:
		refuse_recipient(call, job);
		break;
	case REPLY_NO_UPLOAD:
		reply_refuse(call->reply, "uploads", "upload_gone", 0, "One of the attachments is not there any more.");
		break;
	case REPLY_NOT_ASSIGNABLE:
		reply_refuse(call->reply, "employee", "not_assignable", 0, "This is no active employee who may answer the thread.");
		break;
	default:
		call_not_found(call);
	}
}

/* TRUE: LETTER was sent now. */
static bool
send(struct call *call, const struct letter_in *letter, const char *key, GBytes *digest)
{
	g_autofree char *draft = letter_in_draft(letter);
	int usual = call->is_machine ? 0 : OUTBOX_UNDO_MS / 1000;
	struct job job = {.call = call, .signer = call_signer(call), .reply = {.thread = call->ids[0], .text = letter->text, .html = letter->html,
		.is_private = letter->is_private, .status = letter->status, .employee = letter->employee, .to = letter->to, .cc = letter->cc,
		.uploads = letter->uploads, .seen = letter->seen, .undo_ms = (letter->undo < 0 ? usual : letter->undo) * 1000, .draft = draft, .key = key,
		.digest = digest}};
	if (!call_write(call, run_send, &job))
		return false;
	if (job.result == REPLY_DONE)
		call_wake_courier(call);
	answer(call, &job);
	g_free(job.done.culprit);
	return job.result == REPLY_DONE;
}

static void
send_parts(struct call *call, const char *key)
{
	struct letter_in letter = {0};
	struct reply_parts parts;
	if (reply_parts_read(call, &parts)) {
		bool is_sent = false;
		if (letter_read(call, parts.in, LETTER_WHOLE, &letter)) {
			if (!letter.uploads)
				letter.uploads = g_array_new(FALSE, FALSE, sizeof(gint64));
			g_array_append_vals(letter.uploads, parts.uploads->data, parts.uploads->len);
			is_sent = send(call, &letter, key, parts.digest);
		}
		if (!is_sent)
			receive_drop(call, parts.uploads);
	}
	letter_in_clear(&letter);
	reply_parts_clear(&parts);
}

static void
send_json(struct call *call, const char *key)
{
	struct letter_in letter = {0};
	g_autoptr(GBytes) body = call_body(call);
	g_autoptr(json_in) in = body ? call_parse_json(call, body) : NULL;
	if (in && letter_read(call, in, LETTER_WHOLE, &letter)) {
		g_autoptr(GBytes) digest = digest_of(call, body);
		send(call, &letter, key, digest);
	}
	letter_in_clear(&letter);
}

void
api_reply_send(struct call *call)
{
	const char *key;
	if (!read_key(call, &key))
		return;
	if (is_multipart(call))
		send_parts(call, key);
	else
		send_json(call, key);
}

struct undoing {
	const struct call *call;
	gint64 thread;
	enum reply_result result;
};

static bool
run_undo(db *desk, void *data, GError **error)
{
	struct undoing *undoing = data;
	const struct call *call = undoing->call;
	undoing->result = reply_undo(desk, call->who, call->ids[0], call->now, &undoing->thread, error);
	return undoing->result != REPLY_ERROR;
}

static bool
write_thread(const struct thread_row *row, void *data)
{
	out_object(data, "thread");
	thread_json_row(data, row);
	out_end(data);
	return true;
}

static void
answer_undone(struct call *call, gint64 thread)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	int got = thread_get(call->desk, call->who, thread, write_thread, json, &error);
	g_autofree char *draft = got > 0 ? draft_get(call->desk, call->who, thread, &error) : NULL;
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	if (!got)
		out_null(json, "thread");
	out_stored(json, "draft", draft ? draft : "");
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

void
api_reply_undo(struct call *call)
{
	struct undoing undoing = {.call = call};
	if (!call_write(call, run_undo, &undoing))
		return;
	if (undoing.result == REPLY_DONE)
		answer_undone(call, undoing.thread);
	else if (undoing.result == REPLY_LEFT)
		reply_problem(call->reply, 409, "The message has left already.");
	else
		call_not_found(call);
}
