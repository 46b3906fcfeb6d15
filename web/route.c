#include "web/route.h"

#include <string.h>

#include "store/upload.h"
#include "web/api_charts.h"
#include "web/api_contact.h"
#include "web/api_customer.h"
#include "web/api_delivery.h"
#include "web/api_draft.h"
#include "web/api_figures.h"
#include "web/api_forward.h"
#include "web/api_message.h"
#include "web/api_order.h"
#include "web/api_order_message.h"
#include "web/api_access.h"
#include "web/api_blocked.h"
#include "web/api_bell.h"
#include "web/api_saved.h"
#include "web/api_employee.h"
#include "web/api_factor.h"
#include "web/api_profile.h"
#include "web/api_query.h"
#include "web/api_reply.h"
#include "web/api_reread.h"
#include "web/openapi.h"
#include "web/query_run.h"
#include "web/reply_form.h"
#include "web/thread_csv.h"
#include "web/api_token.h"
#include "web/api_session.h"
#include "web/api_setting.h"
#include "web/api_spam.h"
#include "web/api_state.h"
#include "web/api_thread.h"
#include "web/api_trust.h"
#include "web/api_upload.h"

#define API "/api/v1"

static const struct route routes[] = {
	{HTTP_GET, API "/session", WHO_VIEWER, api_session_get, false},
	{HTTP_GET, API "/session/look", WHO_ANYBODY, api_session_look, false},
	{HTTP_POST, API "/session", WHO_NOBODY, api_session_open, true},
	{HTTP_DELETE, API "/session", WHO_NOBODY, api_session_close, false},
	{HTTP_POST, API "/reset", WHO_NOBODY, api_access_reset, true},
	{HTTP_POST, API "/reset/look", WHO_NOBODY, api_access_look, false},
	{HTTP_GET, API "/profile", WHO_VIEWER, api_profile_get, false},
	{HTTP_PATCH, API "/profile", WHO_VIEWER, api_profile_change, false},
	{HTTP_POST, API "/profile/password", WHO_VIEWER, api_profile_password, true},
	{HTTP_GET, API "/profile/sessions", WHO_VIEWER, api_profile_sessions, false},
	{HTTP_DELETE, API "/profile/sessions", WHO_VIEWER, api_profile_end_others, false},
	{HTTP_DELETE, API "/profile/sessions/#", WHO_VIEWER, api_profile_end, false},
	{HTTP_POST, API "/profile/totp", WHO_VIEWER, api_factor_begin, true},
	{HTTP_PUT, API "/profile/totp", WHO_VIEWER, api_factor_confirm, false},
	{HTTP_POST, API "/profile/totp/off", WHO_VIEWER, api_factor_end, true},
	{HTTP_POST, API "/profile/recovery", WHO_VIEWER, api_factor_renew, true},
	{HTTP_GET, API "/tokens", WHO_VIEWER, api_token_list, false},
	{HTTP_POST, API "/tokens", WHO_VIEWER, api_token_add, false},
	{HTTP_DELETE, API "/tokens/#", WHO_VIEWER, api_token_revoke, false},
	{HTTP_GET, API "/employees", WHO_ADMIN, api_employee_list, false},
	{HTTP_POST, API "/employees", WHO_ADMIN, api_employee_add, true},
	{HTTP_DELETE, API "/employees", WHO_ADMIN, api_employee_remove_all, false},
	{HTTP_GET, API "/employees/#", WHO_ADMIN, api_employee_get, false},
	{HTTP_PATCH, API "/employees/#", WHO_ADMIN, api_employee_change, true},
	{HTTP_PUT, API "/employees/#", WHO_ADMIN, api_employee_change, true},
	{HTTP_DELETE, API "/employees/#", WHO_ADMIN, api_employee_remove, false},
	{HTTP_GET, API "/employees/#/sessions", WHO_ADMIN, api_access_sessions, false},
	{HTTP_DELETE, API "/employees/#/sessions", WHO_ADMIN, api_access_end_all, false},
	{HTTP_DELETE, API "/employees/#/sessions/#", WHO_ADMIN, api_access_end, false},
	{HTTP_POST, API "/employees/#/reset", WHO_ADMIN, api_access_link, false},
	{HTTP_DELETE, API "/employees/#/totp", WHO_ADMIN, api_access_drop_factor, false},
	{HTTP_GET, API "/threads", WHO_VIEWER, api_thread_list, false},
	{HTTP_PATCH, API "/threads", WHO_AGENT, api_thread_change_all, false},
	{HTTP_DELETE, API "/threads", WHO_AGENT, api_thread_bin_all, false},
	{HTTP_GET, API "/threads/#", WHO_VIEWER, api_thread_get, false},
	{HTTP_PATCH, API "/threads/#", WHO_AGENT, api_thread_change, false},
	{HTTP_DELETE, API "/threads/#", WHO_AGENT, api_thread_bin, false},
	{HTTP_GET, API "/threads/#/employees", WHO_VIEWER, api_thread_staff, false},
	{HTTP_POST, API "/threads/#/restore", WHO_AGENT, api_thread_restore, false},
	{HTTP_POST, API "/threads/#/read", WHO_VIEWER, api_bell_open_thread, false},
	{HTTP_GET, API "/threads/#/reply", WHO_AGENT, reply_form_get, false},
	{HTTP_POST, API "/threads/#/preview", WHO_AGENT, reply_form_preview, false},
	{HTTP_POST, API "/threads/#/fill", WHO_AGENT, reply_form_fill, false},
	{HTTP_PUT, API "/threads/#/draft", WHO_AGENT, api_draft_save, false},
	{HTTP_DELETE, API "/threads/#/draft", WHO_AGENT, api_draft_drop, false},
	{HTTP_POST, API "/threads/#/messages", WHO_AGENT, api_reply_send, false},
	{HTTP_POST, API "/threads/#/uploads", WHO_AGENT, api_upload_add, false},
	{HTTP_GET, API "/threads/#/uploads/#", WHO_AGENT, api_upload_get, false},
	{HTTP_DELETE, API "/threads/#/uploads/#", WHO_AGENT, api_upload_drop, false},
	{HTTP_POST, API "/threads/#/forward", WHO_AGENT, api_forward, false},
	{HTTP_POST, API "/messages/#/undo", WHO_AGENT, api_reply_undo, false},
	{HTTP_POST, API "/messages/#/resend", WHO_AGENT, api_delivery_resend, false},
	{HTTP_POST, API "/messages/#/settle", WHO_AGENT, api_delivery_settle, false},
	{HTTP_POST, API "/messages/#/reread", WHO_AGENT, api_reread_ask, false},
	{HTTP_GET, API "/charsets", WHO_VIEWER, api_reread_charsets, false},
	{HTTP_GET, API "/messages/#/text", WHO_VIEWER, api_message_text, false},
	{HTTP_GET, API "/messages/#/html", WHO_VIEWER, api_message_html, false},
	{HTTP_GET, API "/messages/#/source", WHO_VIEWER, api_message_source, false},
	{HTTP_GET, API "/messages/#/attachments.zip", WHO_VIEWER, api_message_attachments, false},
	{HTTP_GET, API "/messages/#/attachments/#/mail", WHO_VIEWER, api_message_inner_mail, false},
	{HTTP_GET, API "/messages/#/attachments/#", WHO_VIEWER, api_message_attachment, false},
	{HTTP_GET, API "/notifications", WHO_VIEWER, api_bell_get, false},
	{HTTP_POST, API "/notifications/seen", WHO_VIEWER, api_bell_see, false},
	{HTTP_GET, API "/contacts", WHO_VIEWER, api_contact_list, false},
	{HTTP_GET, API "/contacts/summary", WHO_VIEWER, api_contact_summary, false},
	{HTTP_POST, API "/contacts", WHO_ADMIN, api_contact_add, false},
	{HTTP_PUT, API "/contacts/order", WHO_ADMIN, api_contact_order, false},
	{HTTP_GET, API "/contacts/#", WHO_ADMIN, api_contact_get, false},
	{HTTP_PATCH, API "/contacts/#", WHO_ADMIN, api_contact_change, false},
	{HTTP_DELETE, API "/contacts/#", WHO_ADMIN, api_contact_drop, false},
	{HTTP_GET, API "/order-messages", WHO_VIEWER, api_order_message_list, false},
	{HTTP_POST, API "/order-messages", WHO_ADMIN, api_order_message_add, false},
	{HTTP_DELETE, API "/order-messages", WHO_ADMIN, api_order_message_drop_all, false},
	{HTTP_GET, API "/order-messages/#", WHO_VIEWER, api_order_message_get, false},
	{HTTP_PATCH, API "/order-messages/#", WHO_ADMIN, api_order_message_change, false},
	{HTTP_DELETE, API "/order-messages/#", WHO_ADMIN, api_order_message_drop, false},
	{HTTP_GET, API "/customers", WHO_VIEWER, api_customer_list, false},
	{HTTP_POST, API "/customers", WHO_ADMIN, api_customer_add, false},
	{HTTP_DELETE, API "/customers", WHO_ADMIN, api_customer_drop_all, false},
	{HTTP_GET, API "/customers/#", WHO_VIEWER, api_customer_get, false},
	{HTTP_PATCH, API "/customers/#", WHO_ADMIN, api_customer_change, false},
	{HTTP_DELETE, API "/customers/#", WHO_ADMIN, api_customer_drop, false},
	{HTTP_GET, API "/orders", WHO_VIEWER, api_order_list, false},
	{HTTP_POST, API "/orders", WHO_ADMIN, api_order_add, false},
	{HTTP_DELETE, API "/orders", WHO_ADMIN, api_order_drop_all, false},
	{HTTP_GET, API "/orders/#", WHO_VIEWER, api_order_get, false},
	{HTTP_PATCH, API "/orders/#", WHO_ADMIN, api_order_change, false},
	{HTTP_DELETE, API "/orders/#", WHO_ADMIN, api_order_drop, false},
	{HTTP_GET, API "/profile/trusted-senders", WHO_VIEWER, api_trust_list, false},
	{HTTP_POST, API "/profile/trusted-senders", WHO_VIEWER, api_trust_add, false},
	{HTTP_DELETE, API "/profile/trusted-senders", WHO_VIEWER, api_trust_drop, false},
	{HTTP_GET, API "/threads.csv", WHO_VIEWER, thread_csv_answer, false},
	{HTTP_GET, API "/threads/sql", WHO_ADMIN, query_run_list, false},
	{HTTP_GET, API "/queries", WHO_ADMIN, api_query_list, false},
	{HTTP_POST, API "/queries", WHO_ADMIN, api_query_add, false},
	{HTTP_DELETE, API "/queries", WHO_ADMIN, api_query_drop_all, false},
	{HTTP_GET, API "/queries/views", WHO_ADMIN, query_run_views, false},
	{HTTP_POST, API "/queries/run", WHO_ADMIN, query_run_typed, false},
	{HTTP_GET, API "/queries/#", WHO_ADMIN, api_query_get, false},
	{HTTP_PATCH, API "/queries/#", WHO_ADMIN, api_query_change, false},
	{HTTP_PUT, API "/queries/#", WHO_ADMIN, api_query_change, false},
	{HTTP_DELETE, API "/queries/#", WHO_ADMIN, api_query_drop, false},
	{HTTP_GET, API "/queries/#/run", WHO_ADMIN, query_run_saved, false},
	{HTTP_POST, API "/queries/#/run", WHO_ADMIN, query_run_saved, false},
	{HTTP_GET, API "/spam-rules", WHO_ADMIN, api_spam_list, false},
	{HTTP_POST, API "/spam-rules", WHO_ADMIN, api_spam_add, false},
	{HTTP_DELETE, API "/spam-rules", WHO_ADMIN, api_spam_drop_all, false},
	{HTTP_GET, API "/spam-rules/#", WHO_ADMIN, api_spam_get, false},
	{HTTP_PATCH, API "/spam-rules/#", WHO_ADMIN, api_spam_change, false},
	{HTTP_DELETE, API "/spam-rules/#", WHO_ADMIN, api_spam_drop, false},
	{HTTP_GET, API "/blocked-senders", WHO_ADMIN, api_blocked_list, false},
	{HTTP_POST, API "/blocked-senders", WHO_AGENT, api_blocked_add, false},
	{HTTP_DELETE, API "/blocked-senders", WHO_ADMIN, api_blocked_drop_all, false},
	{HTTP_GET, API "/blocked-senders/#", WHO_AGENT, api_blocked_get, false},
	{HTTP_PATCH, API "/blocked-senders/#", WHO_ADMIN, api_blocked_change, false},
	{HTTP_DELETE, API "/blocked-senders/#", WHO_AGENT, api_blocked_drop, false},
	{HTTP_GET, API "/settings/contact", WHO_ADMIN, api_setting_contact_get, false},
	{HTTP_PATCH, API "/settings/contact", WHO_ADMIN, api_setting_contact_change, false},
	{HTTP_GET, API "/settings/retention", WHO_ADMIN, api_setting_retention_get, false},
	{HTTP_PATCH, API "/settings/retention", WHO_ADMIN, api_setting_retention_change, false},
	{HTTP_GET, API "/settings/answering", WHO_ADMIN, api_setting_answering_get, false},
	{HTTP_PATCH, API "/settings/answering", WHO_ADMIN, api_setting_answering_change, false},
	{HTTP_GET, API "/kpis", WHO_VIEWER, api_figures_kpis, false},
	{HTTP_GET, API "/statistics", WHO_VIEWER, api_figures_statistics, false},
	{HTTP_GET, API "/folders", WHO_VIEWER, api_figures_folders, false},
	{HTTP_GET, API "/charts", WHO_VIEWER, api_charts_get, false},
	{HTTP_GET, API "/filters", WHO_VIEWER, api_saved_list, false},
	{HTTP_POST, API "/filters", WHO_VIEWER, api_saved_add, false},
	{HTTP_PATCH, API "/filters/#", WHO_VIEWER, api_saved_change, false},
	{HTTP_DELETE, API "/filters/#", WHO_VIEWER, api_saved_drop, false},
	{HTTP_GET, API "/openapi.json", WHO_NOBODY, openapi_answer, false},
	{HTTP_GET, "/health", WHO_NOBODY, api_state_health, false},
	{HTTP_GET, "/metrics", WHO_NOBODY, api_state_metrics, false},
};

static const struct route_large larges[] = {
	{api_upload_add, UPLOAD_OCTETS_MAX, api_upload_admit},
	{api_reply_send, REPLY_OCTETS_MAX, api_reply_admit},
	{api_draft_save, DRAFT_BODY_MAX, api_draft_admit},
	{reply_form_preview, DRAFT_BODY_MAX, api_draft_admit},
};

static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OTHER"};

/* The digits at *PATH as a number from 1, *PATH moved behind them; 0: none. */
static gint64
take_number(const char **path)
{
	char *end = NULL;
	if (!g_ascii_isdigit(**path))
		return 0;
	guint64 number = g_ascii_strtoull(*path, &end, 10);
	*path = end;
	return number <= G_MAXINT64 ? (gint64)number : 0;
}

static bool
is_match(const char *pattern, const char *path, gint64 ids[2])
{
	int count = 0;
	for (; *pattern; pattern++)
		if (*pattern != '#') {
			if (*path++ != *pattern)
				return false;
		} else if (!(ids[count++] = take_number(&path))) {
			return false;
		}
	return !*path;
}

const struct route *
route_find(enum http_method method, const char *path, gint64 ids[2], char **allow)
{
	g_autoptr(GString) methods = g_string_new(NULL);
	enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
	*allow = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		if (!is_match(routes[i].path, path, ids))
			continue;
		if (routes[i].method == wanted)
			return &routes[i];
		g_string_append_printf(methods, "%s%s", methods->len ? ", " : "", method_names[routes[i].method]);
		if (routes[i].method == HTTP_GET)
			g_string_append(methods, ", HEAD");
	}
	if (methods->len)
		*allow = g_strdup(methods->str);
	return NULL;
}

const struct route *
route_at(size_t index)
{
	return index < G_N_ELEMENTS(routes) ? &routes[index] : NULL;
}

bool
route_is_api(const char *path)
{
	return g_str_has_prefix(path, "/api/") || !strcmp(path, "/api") || !strcmp(path, "/health") || !strcmp(path, "/metrics");
}

static void
answer_nowhere(struct call *call, const char *allow)
{
	if (allow) {
		reply_header(call->reply, "Allow", allow);
		reply_problem(call->reply, 405, "This can be done there: %s.", allow);
	} else {
		reply_problem(call->reply, 404, "There is nothing at %s.", call->request->path);
	}
}

static bool
is_change(enum http_method method)
{
	return method != HTTP_GET && method != HTTP_HEAD;
}

/* Browsers send a cookie along for anybody's page, a Bearer token for nobody's. */
static bool
is_from_us(const struct call *call, const struct route *route)
{
	return auth_is_own_origin(call->web, call->request) || (route->who > WHO_ANYBODY && auth_is_machine(call->request));
}

/* NULL with the reply set. */
static const struct route *
find_open(struct call *call)
{
	g_autofree char *allow = NULL;
	const struct route *route = route_find(call->request->method, call->request->path, call->ids, &allow);
	if (!route)
		answer_nowhere(call, allow);
	else if (is_change(route->method) && !is_from_us(call, route))
		reply_problem(call->reply, 403, "This request does not come from a page of %s.", call->web->origin);
	else if (auth_admit(call, route->who))
		return route;
	return NULL;
}

const struct route_large *
route_large(const struct route *route)
{
	for (size_t i = 0; i < G_N_ELEMENTS(larges); i++)
		if (larges[i].handle == route->handle)
			return &larges[i];
	return NULL;
}

bool
route_admit(struct call *call, const struct route_large *large)
{
	return find_open(call) && large->admit(call);
}

void
route_answer(struct call *call)
{
	const struct route *route = find_open(call);
	if (route)
		route->handle(call);
}
