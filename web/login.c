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

/* What a try counts against. Who guesses from one network keeps the owner of the email out of no other; who guesses from many is slowed down
 * all the same. */
typedef struct {
	char *network, *pair, *email; /* pair: the email as tried from that network */
} try_keys;

static void
try_keys_clear(try_keys *keys)
{
	g_free(keys->network);
	g_free(keys->pair);
	g_free(keys->email);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(try_keys, try_keys_clear)

static try_keys
try_keys_of(const struct call *call, const char *email)
{
	try_keys keys = {.network = auth_address_key(call->request->peer), .email = g_utf8_strdown(email, -1)};
	keys.pair = g_strdup_printf("%s %s", keys.network, keys.email);
	return keys;
}

static bool
may_log_in(struct call *call, const try_keys *keys)
{
	const struct web *web = call->web;
	return may_try(call, web->addresses, keys->network) && may_try(call, web->emails, keys->pair) && may_try(call, web->accounts, keys->email);
}

void
auth_forgive(struct call *call, const char *email)
{
	g_auto(try_keys) keys = try_keys_of(call, email);
	throttle_forgive(call->web->emails, keys.pair);
	throttle_forgive(call->web->accounts, keys.email);
}

/* Who knows the password and is only asked for a code has not failed; but what failed before is not forgiven: else codes could be
 * tried without end. */
static bool
is_code_right(struct call *call, const employee *person, const try_keys *keys, const char *code)
{
	if (!person->has_totp)
		return true;
	if (code && *code)
		return factor_admit(call, person->id, code);
	throttle_take_back(call->web->addresses, keys->network);
	throttle_take_back(call->web->emails, keys->pair);
	throttle_take_back(call->web->accounts, keys->email);
	reply_problem(call->reply, 401, "A code is needed too (totp): the six digits of the authenticator app, or a recovery code.");
	return false;
}

gint64
auth_log_in(struct call *call, const char *email, const char *password, const char *code)
{
	g_auto(try_keys) keys = try_keys_of(call, email);
	if (!may_log_in(call, &keys))
		return 0;
	g_autoptr(employee) person = find_person(call, email, password);
	if (!person || !is_code_right(call, person, &keys, code))
		return 0;
	throttle_take_back(call->web->addresses, keys.network);
	auth_forgive(call, email);
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
