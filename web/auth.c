#include "web/auth.h"

#include <arpa/inet.h>
#include <string.h>

#include "store/employee.h"
#include "store/secret.h"
#include "store/session.h"

#define TOUCH_MS 60000

static const char *
cookie_name(const struct web *web)
{
	return web->is_secure ? "__Host-belfry" : "belfry";
}

static void
set_cookie(struct call *call, const char *token, gint64 seconds)
{
	g_autofree char *cookie = g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%" G_GINT64_FORMAT "%s",
		cookie_name(call->web), token, seconds, call->web->is_secure ? "; Secure" : "");
	reply_header(call->reply, "Set-Cookie", cookie);
}

gint64
auth_session(const struct web *web, db *desk, const struct request *request, gint64 now, GBytes **token_hash, gint64 *used, GError **error)
{
	g_autofree char *token = request_cookie(request, cookie_name(web));
	*token_hash = NULL;
	if (!token || !*token)
		return 0;
	g_autoptr(GBytes) hash = secret_token_hash(token);
	gint64 person = session_find(desk, hash, now, used, error);
	if (person > 0)
		*token_hash = g_steal_pointer(&hash);
	return person;
}

struct session_job {
	GBytes *token_hash;
	gint64 now;
};

static bool
touch(db *desk, void *data, GError **error)
{
	const struct session_job *job = data;
	return session_touch(desk, job->token_hash, job->now, error);
}

/* 401 for who is not logged in, -1 with the reply set when the store failed, 0: call->who is there. */
static int
find_viewer(struct call *call)
{
	g_autoptr(GError) error = NULL;
	gint64 used = 0;
	gint64 person = auth_session(call->web, call->desk, call->request, call->now, &call->token_hash, &used, &error);
	if (person > 0)
		call->who = viewer_load(call->desk, person, &error);
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return -1;
	}
	if (!call->who)
		return 401;
	struct session_job job = {call->token_hash, call->now};
	return call->now - used <= TOUCH_MS || call_write(call, touch, &job) ? 0 : -1;
}

bool
auth_admit(struct call *call, enum who who)
{
	static const enum who rank[] = {[ROLE_VIEWER] = WHO_VIEWER, [ROLE_AGENT] = WHO_AGENT, [ROLE_ADMIN] = WHO_ADMIN};
	if (who == WHO_NOBODY)
		return true;
	int refusal = find_viewer(call);
	if (refusal == 401 && who == WHO_ANYBODY)
		return true;
	if (refusal == 401)
		reply_problem(call->reply, 401, "Please log in.");
	if (refusal)
		return false;
	if (rank[call->who->role] >= who)
		return true;
	reply_problem(call->reply, 403, "Your role does not allow this.");
	return false;
}

bool
auth_is_own_origin(const struct web *web, const struct request *request)
{
	const char *origin = request_header(request, "origin");
	return origin && !g_ascii_strcasecmp(origin, web->origin);
}

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

gint64
auth_log_in(struct call *call, const char *email, const char *password)
{
	g_autofree char *key = g_utf8_strdown(email, -1);
	g_autofree char *address = auth_address_key(call->request->peer);
	if (!may_try(call, call->web->addresses, address) || !may_try(call, call->web->emails, key))
		return 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(employee) person = employee_by_email(call->desk, email, &error);
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return 0;
	}
	if (!is_right(call->web, person, password)) {
		reply_problem(call->reply, 401, "The email address or the password is wrong.");
		return 0;
	}
	throttle_take_back(call->web->addresses, address);
	throttle_forgive(call->web->emails, key);
	return person->id;
}

static bool
add_session(db *desk, void *data, GError **error)
{
	const struct session_new *session = data;
	return session_sweep(desk, session->now, error) && session_add(desk, session, error);
}

bool
auth_begin(struct call *call, gint64 person)
{
	const char *agent = request_header(call->request, "user-agent");
	g_autofree char *token = secret_token();
	g_autofree char *valid = g_utf8_make_valid(agent ? agent : "", -1);
	g_autofree char *cut = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), 200));
	g_autoptr(GBytes) hash = secret_token_hash(token);
	struct session_new session = {.token_hash = hash, .employee_id = person, .now = call->now, .address = call->request->peer, .agent = cut};
	if (!call_write(call, add_session, &session))
		return false;
	set_cookie(call, token, SESSION_MAX_MS / 1000);
	return true;
}

static bool
end_session(db *desk, void *data, GError **error)
{
	const struct session_job *job = data;
	return session_end(desk, job->token_hash, error);
}

bool
auth_end(struct call *call)
{
	g_autofree char *token = request_cookie(call->request, cookie_name(call->web));
	set_cookie(call, "", 0);
	if (!token || !*token)
		return true;
	g_autoptr(GBytes) hash = secret_token_hash(token);
	struct session_job job = {hash, call->now};
	if (!call_write(call, end_session, &job))
		return false;
	hub_end_session(call->web->hub, hash);
	return true;
}

char *
auth_origin(const char *url)
{
	g_autoptr(GUri) parsed = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *scheme = parsed ? g_uri_get_scheme(parsed) : NULL;
	const char *host = parsed ? g_uri_get_host(parsed) : NULL;
	if (!scheme || !host || !*host || (strcmp(scheme, "http") && strcmp(scheme, "https")))
		return NULL;
	int port = g_uri_get_port(parsed), usual = strcmp(scheme, "https") ? 80 : 443;
	bool is_v6 = strchr(host, ':') != NULL;
	g_autofree char *lower = g_ascii_strdown(host, -1);
	g_autofree char *place = g_strdup_printf(is_v6 ? "[%s]" : "%s", lower);
	if (port == -1 || port == usual)
		return g_strdup_printf("%s://%s", scheme, place);
	return g_strdup_printf("%s://%s:%d", scheme, place, port);
}

char *
auth_address_key(const char *address)
{
	struct in6_addr parsed;
	char text[INET6_ADDRSTRLEN];
	if (!address || inet_pton(AF_INET6, address, &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed))
		return g_strdup(address ? address : "");
	memset(parsed.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &parsed, text, sizeof text);
	return g_strdup(text);
}
