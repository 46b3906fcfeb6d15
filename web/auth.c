#include "web/auth.h"

#include <arpa/inet.h>
#include <string.h>

#include "store/machine.h"
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

/* Of the session's token in the cookie of REQUEST; NULL: there is none. Owner: caller. */
static GBytes *
hash_of_cookie(const struct web *web, const struct request *request)
{
	g_autofree char *token = request_cookie(request, cookie_name(web));
	return token && *token ? secret_token_hash(token) : NULL;
}

/* What stands behind "Bearer", NULL: no such header. */
static const char *
bearer_of(const struct request *request)
{
	const char *header = request_header(request, "authorization");
	return header && !g_ascii_strncasecmp(header, "Bearer ", 7) ? header + 7 + strspn(header + 7, " ") : NULL;
}

bool
auth_is_machine(const struct request *request)
{
	return bearer_of(request) != NULL;
}

static bool
find_machine(db *desk, const char *token, struct access *access, GError **error)
{
	g_autofree char *role = NULL;
	g_autoptr(GBytes) hash = secret_token_hash(token);
	gint64 person = machine_find(desk, hash, &role, &access->used, error);
	if (person > 0)
		*access = (struct access){.employee = person, .token_hash = g_steal_pointer(&hash), .used = access->used, .role = viewer_role(role),
			.is_machine = true};
	return person >= 0;
}

bool
auth_find(const struct web *web, db *desk, const struct request *request, gint64 now, struct access *access, GError **error)
{
	*access = (struct access){0};
	const char *bearer = bearer_of(request);
	if (bearer)
		return find_machine(desk, bearer, access, error);
	g_autoptr(GBytes) hash = hash_of_cookie(web, request);
	if (!hash)
		return true;
	gint64 person = session_find(desk, hash, now, &access->used, error);
	if (person > 0)
		*access = (struct access){.employee = person, .token_hash = g_steal_pointer(&hash), .used = access->used, .role = ROLE_ADMIN};
	return person >= 0;
}

viewer *
auth_viewer(db *desk, const struct access *access, GError **error)
{
	viewer *who = access->employee ? viewer_load(desk, access->employee, error) : NULL;
	if (who)
		who->role = MIN(who->role, access->role);
	return who;
}

struct session_job {
	GBytes *token_hash;
	gint64 now;
};

static bool
touch_session(db *desk, void *data, GError **error)
{
	const struct session_job *job = data;
	return session_touch(desk, job->token_hash, job->now, error);
}

static bool
touch_machine(db *desk, void *data, GError **error)
{
	const struct session_job *job = data;
	return machine_touch(desk, job->token_hash, job->now, error);
}

/* 401 for who is not logged in, -1 with the reply set when the store failed, 0: call->who is there. */
static int
find_viewer(struct call *call)
{
	struct access access;
	g_autoptr(GError) error = NULL;
	if (auth_find(call->web, call->desk, call->request, call->now, &access, &error))
		call->who = auth_viewer(call->desk, &access, &error);
	call->token_hash = access.token_hash;
	call->is_machine = access.is_machine;
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return -1;
	}
	if (!call->who)
		return 401;
	struct session_job job = {call->token_hash, call->now};
	bool is_fresh = call->now - access.used <= TOUCH_MS;
	return is_fresh || call_write(call, access.is_machine ? touch_machine : touch_session, &job) ? 0 : -1;
}

static void
refuse_stranger(struct call *call)
{
	if (auth_is_machine(call->request)) {
		reply_header(call->reply, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
		reply_problem(call->reply, 401, "This token is not valid, or no longer.");
	} else {
		reply_problem(call->reply, 401, "Please log in.");
	}
}

bool
auth_needs_person(struct call *call)
{
	if (!call->is_machine)
		return true;
	reply_problem(call->reply, 403, "This is not for machines: log in to do it.");
	return false;
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
		refuse_stranger(call);
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

/* HOST without its port; owner: caller. */
static char *
host_of(const char *host)
{
	const char *colon = strrchr(host, ':');
	bool has_port = colon && !strchr(colon, ']') && (*host == '[' || strchr(host, ':') == colon);
	return g_ascii_strdown(host, has_port ? colon - host : -1);
}

bool
auth_is_own_host(const struct web *web, const struct request *request)
{
	const char *header = request_header(request, "host");
	g_autofree char *host = header ? host_of(header) : NULL;
	g_autofree char *own = host_of(strstr(web->origin, "://") + 3);
	return !host || !strcmp(host, own) || !strchr(host, '.') || g_hostname_is_ip_address(host);
}

struct begin_job {
	struct session_new session;
	GBytes *before; /* the session that the same browser has had; NULL: none */
};

static bool
begin_session(db *desk, void *data, GError **error)
{
	const struct begin_job *job = data;
	return session_sweep(desk, job->session.now, error) && (!job->before || session_end(desk, job->before, error)) &&
		session_add(desk, &job->session, error);
}

/* Always a new token, whatever the browser came with; what it came with ends. */
bool
auth_begin(struct call *call, gint64 person)
{
	const char *agent = request_header(call->request, "user-agent");
	g_autofree char *token = secret_token();
	g_autofree char *valid = g_utf8_make_valid(agent ? agent : "", -1);
	g_autofree char *cut = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), 200));
	g_autoptr(GBytes) hash = secret_token_hash(token), before = hash_of_cookie(call->web, call->request);
	struct begin_job job = {.session = {.token_hash = hash, .employee_id = person, .now = call->now, .address = call->request->peer, .agent = cut},
		.before = before};
	if (!call_write(call, begin_session, &job))
		return false;
	if (before)
		hub_end_session(call->web->hub, before);
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
	g_autoptr(GBytes) hash = hash_of_cookie(call->web, call->request);
	set_cookie(call, "", 0);
	if (!hash)
		return true;
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
