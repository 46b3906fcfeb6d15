#include "web/api_profile.h"

#include <string.h>

#include "store/employee.h"
#include "store/factor.h"
#include "store/secret.h"
#include "web/api_session.h"
#include "web/auth.h"
#include "web/employee_json.h"
#include "web/notify_json.h"
#include "web/session_json.h"

#define SIGNATURE_MAX 4000 /* characters */

void
api_profile_get(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_get(call->desk, call->who->id, &error);
	gint64 left = person ? factor_recovery_left(call->desk, person->id, &error) : -1;
	if (left < 0) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "id", person->id);
	out_text(json, "firstname", person->firstname);
	out_text(json, "lastname", person->lastname);
	out_text(json, "email", person->email);
	out_text(json, "role", person->role);
	out_text(json, "language", person->language);
	out_text(json, "theme", person->theme);
	out_text(json, "signature", person->signature);
	out_text(json, "mail_login", person->mail_login);
	out_bool(json, "totp", person->has_totp);
	out_int(json, "recovery_left", left);
	notify_json(json, "notify", person->notify);
	out_int(json, "version", person->version);
	out_end(json);
	call_tag(call, person->version);
	call_json(call, 200, json);
}

struct profile_job {
	gint64 employee, version;
	struct employee_profile profile;
	bool is_stale, is_taken;
};

static bool
set_profile(db *desk, void *data, GError **error)
{
	struct profile_job *job = data;
	g_autoptr(employee) person = employee_get(desk, job->employee, error);
	job->is_stale = person && person->version != job->version;
	const char *login = job->profile.mail_login;
	int taken = person && login && *login ? employee_has_login(desk, login, job->employee, error) : 0;
	job->is_taken = taken > 0;
	return person && taken >= 0 && (job->is_stale || job->is_taken || employee_set_profile(desk, job->employee, &job->profile, error));
}

static bool
is_theme(struct call *call, const char *theme)
{
	static const char *const themes[] = {"auto", "light", "dark", NULL};
	if (!theme || g_strv_contains(themes, theme))
		return true;
	reply_wrong_field(call->reply, "theme", "The theme must be auto, light or dark.");
	return false;
}

static bool
is_signature(struct call *call, const char *signature)
{
	if (!signature || g_utf8_strlen(signature, -1) <= SIGNATURE_MAX)
		return true;
	reply_refuse(call->reply, "signature", "too_long", SIGNATURE_MAX, "The signature can have %d characters at most.", SIGNATURE_MAX);
	return false;
}

/* As the mail server says it: without blanks. */
static bool
is_right(struct call *call, const struct employee_profile *profile)
{
	bool ok = employee_json_is_name(call, "firstname", profile->firstname);
	ok &= employee_json_is_name(call, "lastname", profile->lastname);
	ok &= employee_json_is_language(call, profile->language);
	ok &= is_theme(call, profile->theme);
	ok &= is_signature(call, profile->signature);
	ok &= employee_json_is_login(call, profile->mail_login);
	return ok;
}

static void
write_profile(struct call *call, struct profile_job *job)
{
	if (!call_write(call, set_profile, job))
		return;
	if (job->is_stale) {
		call_outdated(call);
		return;
	}
	if (job->is_taken) {
		reply_refuse(call->reply, "mail_login", "taken", 0, "Another employee has this log-in or email address.");
		return;
	}
	if (job->profile.bell_off)
		hub_set_bell(call->web->hub, job->employee, job->profile.bell_off);
	api_session_get(call);
}

void
api_profile_change(struct call *call)
{
	struct profile_job job = {.employee = call->who->id};
	g_autofree char *notify = NULL, *bell_off = NULL;
	if (!auth_needs_person(call) || !call_version(call, &job.version))
		return;
	g_autoptr(json_in) in = call_read_json(call);
	if (!in || !notify_json_read(call, in, &notify, &bell_off))
		return;
	job.profile = (struct employee_profile){.firstname = json_get_text(in, "firstname"), .lastname = json_get_text(in, "lastname"),
		.language = json_get_text(in, "language"), .theme = json_get_text(in, "theme"), .signature = json_get_text(in, "signature"),
		.mail_login = json_get_text(in, "mail_login"),
		.notify = notify, .bell_off = bell_off};
	if (is_right(call, &job.profile))
		write_profile(call, &job);
}

struct password_job {
	gint64 employee;
	const char *hash;
	GBytes *session;
};

static bool
set_password(db *desk, void *data, GError **error)
{
	const struct password_job *job = data;
	return employee_set_password(desk, job->employee, job->hash, job->session, error);
}

void
api_profile_password(struct call *call)
{
	g_autoptr(json_in) in = auth_needs_person(call) ? call_read_json(call) : NULL;
	const char *password = in ? json_get_text(in, "password") : NULL;
	if (!in || !employee_json_is_password(call, "password", password ? password : "") || !auth_confirm(call, "old", json_get_text(in, "old")))
		return;
	g_autofree char *hash = secret_hash_password(password);
	struct password_job job = {call->who->id, hash, call->token_hash};
	if (!hash) {
		reply_problem(call->reply, 503, "Memory is short. Please try again in a moment.");
	} else if (call_write(call, set_password, &job)) {
		hub_end_employee(call->web->hub, job.employee, call->token_hash);
		call->reply->status = 204;
	}
}

void
api_profile_sessions(struct call *call)
{
	session_json_list(call, call->who->id);
}

void
api_profile_end(struct call *call)
{
	if (auth_needs_person(call))
		session_json_end(call, call->who->id, call->ids[0]);
}

void
api_profile_end_others(struct call *call)
{
	if (auth_needs_person(call))
		session_json_end_all(call, call->who->id, call->token_hash);
}
