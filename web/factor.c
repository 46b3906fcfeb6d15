#include "web/factor.h"

#include <string.h>

#include "store/factor.h"
#include "store/secret.h"
#include "store/totp.h"

#define CODE_LETTERS 16 /* 80 bits */

char *
factor_new_code(void)
{
	g_autofree char *token = secret_token();
	return g_strdup_printf("%.4s-%.4s-%.4s-%.4s", token, token + 4, token + 8, token + 12);
}

GBytes *
factor_code_hash(const char *typed)
{
	char code[CODE_LETTERS + 1] = "";
	size_t length = 0;
	for (; *typed && length < CODE_LETTERS; typed++)
		if (g_ascii_isalnum(*typed))
			code[length++] = g_ascii_tolower(*typed);
	return secret_token_hash(code);
}

struct attempt {
	gint64 employee, step; /* step 0: no code of the app */
	GBytes *recovery;
	bool is_in;
};

/* In one write, so that two at once do not both get in. */
static bool
use_up(db *desk, void *data, GError **error)
{
	struct attempt *attempt = data;
	if (attempt->step)
		return factor_take_step(desk, attempt->employee, attempt->step, &attempt->is_in, error);
	return factor_take_recovery(desk, attempt->employee, attempt->recovery, &attempt->is_in, error);
}

/* -1: ERROR; 0: none. */
static gint64
find_step(struct call *call, gint64 employee, const char *code, GError **error)
{
	gint64 used = 0;
	g_autofree char *sealed = factor_secret(call->desk, employee, &used, error);
	g_autofree char *secret = sealed ? secret_open(call->web->keys, sealed) : NULL;
	g_autoptr(GBytes) key = secret ? totp_key(secret) : NULL;
	if (!sealed)
		return -1;
	return key ? totp_find(key, code, call->now, used) : 0;
}

bool
factor_admit(struct call *call, gint64 employee, const char *code)
{
	g_autoptr(GError) error = NULL;
	gint64 step = find_step(call, employee, code, &error);
	if (step < 0 && error) {
		call_failed(call, g_steal_pointer(&error));
		return false;
	}
	g_autoptr(GBytes) recovery = factor_code_hash(code);
	struct attempt attempt = {.employee = employee, .step = MAX(step, 0), .recovery = recovery};
	if (!call_write(call, use_up, &attempt))
		return false;
	if (!attempt.is_in)
		reply_problem(call->reply, 401, "This code (totp) is not right, or was used before.");
	return attempt.is_in;
}
