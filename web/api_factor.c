#include "web/api_factor.h"

#include <string.h>

#include "store/employee.h"
#include "store/factor.h"
#include "store/secret.h"
#include "store/totp.h"
#include "web/auth.h"
#include "web/factor.h"
#include "web/json.h"

#define TICKET_MS (15 * 60 * 1000) /* to set an app up */
#define TICKET_MAX 1000

/* Who asks has logged in and knows the password, or the reply is set. */
static bool
is_confirmed(struct call *call)
{
	g_autoptr(json_in) in = auth_needs_person(call) ? call_read_json(call) : NULL;
	return in && auth_confirm(call, "password", json_get_text(in, "password"));
}

/* Nothing is stored until a code has shown that the app has it: the secret goes out sealed, and comes back with the code. */
static char *
new_ticket(struct call *call, const char *secret)
{
	g_autofree char *text = g_strdup_printf("totp %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", call->who->id, call->now + TICKET_MS, secret);
	return secret_seal(call->web->keys, text);
}

/* NULL: not ours, another's, or too old. Owner: caller. */
static char *
read_ticket(struct call *call, const char *ticket)
{
	g_autofree char *text = ticket && strlen(ticket) <= TICKET_MAX ? secret_open(call->web->keys, ticket) : NULL;
	g_auto(GStrv) words = g_strsplit(text ? text : "", " ", 4);
	bool is_ours = g_strv_length(words) == 4 && !strcmp(words[0], "totp") && g_ascii_strtoll(words[1], NULL, 10) == call->who->id &&
		g_ascii_strtoll(words[2], NULL, 10) > call->now;
	return is_ours ? g_strdup(words[3]) : NULL;
}

void
api_factor_begin(struct call *call)
{
	if (!is_confirmed(call))
		return;
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_get(call->desk, call->who->id, &error);
	if (!person) {
		call_not_found(call);
		return;
	}
	g_autofree char *token = secret_token(), *secret = g_ascii_strup(token, -1);
	g_autofree char *uri = totp_uri(secret, person->email), *ticket = new_ticket(call, secret);
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "secret", secret);
	out_text(json, "uri", uri);
	out_text(json, "ticket", ticket);
	out_end(json);
	call_json(call, 200, json);
}

struct factor_job {
	gint64 employee, step;
	const char *sealed; /* NULL: only new recovery codes */
	GPtrArray *hashes;
};

static bool
set_factor(db *desk, void *data, GError **error)
{
	const struct factor_job *job = data;
	return (!job->sealed || factor_set(desk, job->employee, job->sealed, job->step, error)) &&
		factor_set_recovery(desk, job->employee, job->hashes, error);
}

/* Runs JOB with new recovery codes and answers with them. */
static void
write_with_codes(struct call *call, struct factor_job *job)
{
	g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	out_array(json, "recovery");
	for (int i = 0; i < FACTOR_RECOVERY_CODES; i++) {
		g_autofree char *code = factor_new_code();
		g_ptr_array_add(hashes, factor_code_hash(code));
		out_text(json, NULL, code);
	}
	out_end(json);
	out_end(json);
	job->hashes = hashes;
	if (call_write(call, set_factor, job))
		call_json(call, 200, g_steal_pointer(&json));
}

void
api_factor_confirm(struct call *call)
{
	g_autoptr(json_in) in = auth_needs_person(call) ? call_read_json(call) : NULL;
	if (!in)
		return;
	g_autofree char *secret = read_ticket(call, json_get_text(in, "ticket"));
	if (!secret) {
		reply_refuse(call->reply, "ticket", "ticket", 0, "This took too long. Please begin again.");
		return;
	}
	const char *code = json_get_text(in, "code");
	g_autoptr(GBytes) key = totp_key(secret);
	gint64 step = key && code ? totp_find(key, code, call->now, 0) : 0;
	if (!step) {
		reply_refuse(call->reply, "code", "totp", 0, "This code is not the one that the app shows now.");
		return;
	}
	g_autofree char *sealed = secret_seal(call->web->keys, secret);
	struct factor_job job = {.employee = call->who->id, .step = step, .sealed = sealed};
	write_with_codes(call, &job);
}

void
api_factor_renew(struct call *call)
{
	struct factor_job job = {.employee = call->who->id};
	gint64 used;
	if (!is_confirmed(call))
		return;
	g_autoptr(GError) error = NULL;
	g_autofree char *sealed = factor_secret(call->desk, job.employee, &used, &error);
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!sealed || !*sealed)
		call_not_found(call);
	else
		write_with_codes(call, &job);
}

static bool
end_factor(db *desk, void *data, GError **error)
{
	return factor_set(desk, *(const gint64 *)data, "", 0, error);
}

void
api_factor_end(struct call *call)
{
	if (is_confirmed(call) && call_write(call, end_factor, &call->who->id))
		call->reply->status = 204;
}
