#include "web/api_token.h"

#include <string.h>

#include "store/employee.h"
#include "store/machine.h"
#include "store/secret.h"
#include "web/auth.h"
#include "web/employee_json.h"

/* So that scanners for secrets know it. */
#define PREFIX "belfry_"

static void
write_fields(out *json, const struct machine *token)
{
	out_int(json, "id", token->id);
	out_text(json, "name", token->name);
	out_text(json, "role", token->role);
	out_object(json, "employee");
	out_int(json, "id", token->employee_id);
	out_text(json, "firstname", token->firstname);
	out_text(json, "lastname", token->lastname);
	out_end(json);
	out_time(json, "created", token->created);
	out_time(json, "used", token->used);
}

static bool
write_token(const struct machine *token, void *data)
{
	out *json = data;
	out_object(json, NULL);
	write_fields(json, token);
	out_end(json);
	return true;
}

void
api_token_list(struct call *call)
{
	bool is_everyone = !g_strcmp0(request_argument(call->request, "everyone"), "1") && call->who->role == ROLE_ADMIN;
	g_autoptr(GError) error = NULL;
	g_autoptr(out) json = out_new();
	out_object(json, NULL);
	out_array(json, "tokens");
	if (!machine_each(call->desk, is_everyone ? 0 : call->who->id, write_token, json, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out_end(json);
	out_end(json);
	call_json(call, 200, g_steal_pointer(&json));
}

struct add_job {
	struct machine_new token;
	gint64 id;
};

static bool
add(db *desk, void *data, GError **error)
{
	struct add_job *job = data;
	return machine_add(desk, &job->token, &job->id, error);
}

/* FALSE with the reply set. */
static bool
is_role_allowed(struct call *call, const char *role)
{
	if (!role || !employee_is_role(role))
		reply_wrong_field(call->reply, "role", "The role must be admin, agent or viewer.");
	else if (viewer_role(role) > call->who->role)
		reply_refuse(call->reply, "role", "token_role", 0, "A token cannot do more than you can.");
	else
		return true;
	return false;
}

static void
answer_added(struct call *call, const struct add_job *job, const char *token)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_get(call->desk, call->who->id, &error);
	if (!person) {
		call_not_found(call);
		return;
	}
	struct machine row = {.id = job->id, .employee_id = person->id, .created = call->now, .name = job->token.name, .role = job->token.role,
		.firstname = person->firstname, .lastname = person->lastname};
	out *json = out_new();
	out_object(json, NULL);
	write_fields(json, &row);
	out_text(json, "token", token);
	out_end(json);
	call_json(call, 201, json);
}

void
api_token_add(struct call *call)
{
	g_autoptr(json_in) in = auth_needs_person(call) ? call_read_json(call) : NULL;
	if (!in)
		return;
	const char *name = json_get_text(in, "name"), *role = json_get_text(in, "role");
	bool is_name = employee_json_is_name(call, "name", name ? name : "");
	if (!is_role_allowed(call, role) || !is_name)
		return;
	g_autofree char *random = secret_token(), *token = g_strconcat(PREFIX, random, NULL);
	g_autoptr(GBytes) hash = secret_token_hash(token);
	struct add_job job = {.token = {.name = name, .role = role, .token_hash = hash, .employee_id = call->who->id, .now = call->now}};
	if (call_write(call, add, &job))
		answer_added(call, &job, token);
}

struct revoke_job {
	gint64 id, employee;
	GBytes *hash;
};

static bool
revoke_token(db *desk, void *data, GError **error)
{
	struct revoke_job *job = data;
	return machine_revoke(desk, job->id, job->employee, &job->hash, error);
}

void
api_token_revoke(struct call *call)
{
	struct revoke_job job = {.id = call->ids[0], .employee = call->who->role == ROLE_ADMIN ? 0 : call->who->id};
	if (!call_write(call, revoke_token, &job))
		return;
	g_autoptr(GBytes) hash = job.hash;
	if (!hash) {
		call_not_found(call);
		return;
	}
	hub_end_session(call->web->hub, hash);
	call->reply->status = 204;
}
