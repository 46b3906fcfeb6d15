#include "web/api_access.h"

#include <string.h>

#include "store/employee.h"
#include "store/factor.h"
#include "store/reset.h"
#include "store/reset_mail.h"
#include "store/secret.h"
#include "web/auth.h"
#include "web/employee_json.h"
#include "web/session_json.h"

#define TOKEN_MAX 100

/* The employee of the path or of a link; NULL with the reply set. Owner: caller. */
static employee *
find(struct call *call, gint64 id)
{
	g_autoptr(GError) error = NULL;
	employee *person = id > 0 ? employee_get(call->desk, id, &error) : NULL;
	if (error)
		call_failed(call, g_steal_pointer(&error));
	else if (!person)
		call_not_found(call);
	return person;
}

void
api_access_sessions(struct call *call)
{
	g_autoptr(employee) person = find(call, call->ids[0]);
	if (person)
		session_json_list(call, person->id);
}

void
api_access_end(struct call *call)
{
	session_json_end(call, call->ids[0], call->ids[1]);
}

void
api_access_end_all(struct call *call)
{
	g_autoptr(employee) person = find(call, call->ids[0]);
	if (person)
		session_json_end_all(call, person->id, call->token_hash);
}

struct link_job {
	struct reset_link link;
	gint64 now;
	GBytes *hash;
	int mailed;
};

static bool
add_link(db *desk, void *data, GError **error)
{
	struct link_job *job = data;
	if (!reset_add(desk, job->hash, job->link.employee, job->link.expires, error))
		return false;
	job->mailed = reset_mail(desk, &job->link, job->now, error);
	return job->mailed >= 0;
}

static void
answer_link(struct call *call, const struct link_job *job)
{
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "url", job->link.url);
	out_time(json, "expires", job->link.expires);
	out_bool(json, "mailed", job->mailed);
	out_end(json);
	call_json(call, 201, json);
}

void
api_access_link(struct call *call)
{
	g_autoptr(employee) person = find(call, call->ids[0]);
	if (person && !person->is_active) {
		reply_refuse(call->reply, "active", "inactive", 0, "This account is not active.");
		return;
	}
	g_autofree char *token = secret_token();
	g_autoptr(GBytes) hash = secret_token_hash(token);
	g_autofree char *url = g_strdup_printf("%s/reset/%s", call->web->origin, token);
	struct link_job job = {.link = {call->ids[0], call->now + RESET_MS, url, *call->web->conf->milter.recipient_delimiter}, .now = call->now,
		.hash = hash};
	if (!person || !call_write(call, add_link, &job))
		return;
	call_wake_courier(call);
	answer_link(call, &job);
}

static bool
drop_factor(db *desk, void *data, GError **error)
{
	return factor_set(desk, *(const gint64 *)data, "", 0, error);
}

void
api_access_drop_factor(struct call *call)
{
	g_autoptr(employee) person = find(call, call->ids[0]);
	if (person && call_write(call, drop_factor, &person->id))
		call->reply->status = 204;
}

/* Whose link it is; NULL with the reply set. Owner: caller. */
static employee *
find_by_link(struct call *call, const json_in *in, GBytes **hash)
{
	g_autoptr(GError) error = NULL;
	const char *token = json_get_text(in, "token");
	*hash = secret_token_hash(token && strlen(token) <= TOKEN_MAX ? token : "");
	gint64 id = reset_find(call->desk, *hash, call->now, &error);
	if (id < 0) {
		call_failed(call, g_steal_pointer(&error));
		return NULL;
	}
	if (id)
		return find(call, id);
	reply_problem(call->reply, 404, "This link is too old, or was used already. Ask an admin for a new one.");
	return NULL;
}

void
api_access_look(struct call *call)
{
	g_autoptr(GBytes) hash = NULL;
	g_autoptr(json_in) in = call_read_json(call);
	g_autoptr(employee) person = in ? find_by_link(call, in, &hash) : NULL;
	if (!person)
		return;
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "email", person->email);
	out_text(json, "firstname", person->firstname);
	out_text(json, "lastname", person->lastname);
	out_end(json);
	call_json(call, 200, json);
}

struct reset_job {
	gint64 employee, now;
	GBytes *hash;
	const char *password;
	bool is_done;
};

/* Looks once more, as another may have used the link meanwhile. */
static bool
reset(db *desk, void *data, GError **error)
{
	struct reset_job *job = data;
	gint64 id = reset_find(desk, job->hash, job->now, error);
	job->is_done = id == job->employee;
	return id >= 0 && (!job->is_done || (employee_set_password(desk, id, job->password, NULL, error) && reset_drop(desk, id, error)));
}

void
api_access_reset(struct call *call)
{
	g_autoptr(GBytes) hash = NULL;
	g_autoptr(json_in) in = call_read_json(call);
	g_autoptr(employee) person = in ? find_by_link(call, in, &hash) : NULL;
	const char *password = person ? json_get_text(in, "password") : NULL;
	if (!person || !employee_json_is_password(call, "password", password ? password : ""))
		return;
	g_autofree char *hashed = secret_hash_password(password);
	struct reset_job job = {.employee = person->id, .now = call->now, .hash = hash, .password = hashed ? hashed : ""};
	if (!call_write(call, reset, &job))
		return;
	if (!job.is_done) {
		reply_problem(call->reply, 404, "This link was used already.");
		return;
	}
	hub_end_employee(call->web->hub, person->id, NULL);
	auth_forgive(call, person->email);
	call->reply->status = 204;
}
