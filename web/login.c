#include <string.h>

#include "store/employee.h"
#include "store/secret.h"
#include "web/auth.h"
#include "web/factor.h"

static bool
may_try(struct call *call, throttle *table, const char *key)
{
	int wait = throttle_try(table, key, call->now);
	if (!wait)
		return true;
	g_autofree char *seconds = g_strdup_printf("%d", wait);
	reply_header(call->reply, "Retry-After", seconds);
	reply_problem(call->reply, 429, "Too many failed log-ins. Please try again in %d seconds.", wait);
	return false;
}

/* As long for an email that nobody has as for a wrong password. */
static bool
is_right(const struct web *web, const employee *person, const char *password)
{
	bool can_log_in = person && person->is_active && *person->password;
	bool is_password = secret_is_password(can_log_in ? person->password : web->decoy_hash, password);
	return can_log_in && is_password;
}

/* Whose EMAIL and PASSWORD are right; NULL with the reply set. Owner: caller. */
static employee *
find_person(struct call *call, const char *email, const char *password)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_by_email(call->desk, email, &error);
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return NULL;
	}
	if (is_right(call->web, person, password))
		return g_steal_pointer(&person);
	reply_problem(call->reply, 401, "The email address or the password is wrong.");
	return NULL;
}

/* Who knows the password and is only asked for a code has not failed; but what failed before is not forgiven: else codes could be
 * tried without end. */
static bool
is_code_right(struct call *call, const employee *person, const char *key, const char *address, const char *code)
{
	if (!person->has_totp)
		return true;
	if (code && *code)
		return factor_admit(call, person->id, code);
	throttle_take_back(call->web->addresses, address);
	throttle_take_back(call->web->emails, key);
	reply_problem(call->reply, 401, "A code is needed too (totp): the six digits of the authenticator app, or a recovery code.");
	return false;
}

gint64
auth_log_in(struct call *call, const char *email, const char *password, const char *code)
{
	g_autofree char *key = g_utf8_strdown(email, -1);
	g_autofree char *address = auth_address_key(call->request->peer);
	if (!may_try(call, call->web->addresses, address) || !may_try(call, call->web->emails, key))
		return 0;
	g_autoptr(employee) person = find_person(call, email, password);
	if (!person || !is_code_right(call, person, key, address, code))
		return 0;
	throttle_take_back(call->web->addresses, address);
	throttle_forgive(call->web->emails, key);
	return person->id;
}

/* Counted by itself: whoever sits at an open page must not be able to lock its owner out. */
bool
auth_confirm(struct call *call, const char *field, const char *password)
{
	g_autofree char *key = g_strdup_printf("confirm %" G_GINT64_FORMAT, call->who->id);
	if (!may_try(call, call->web->emails, key))
		return false;
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_get(call->desk, call->who->id, &error);
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return false;
	}
	if (!password || strlen(password) > EMPLOYEE_PASSWORD_MAX || !is_right(call->web, person, password)) {
		reply_refuse(call->reply, field, "password_wrong", 0, "This is not your password.");
		return false;
	}
	throttle_forgive(call->web->emails, key);
	return true;
}
