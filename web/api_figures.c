#include "web/api_figures.h"

#include <string.h>

#include "store/figures.h"
#include "web/figures_cache.h"

static bool
read_average(struct call *call, enum figures_average which, double *value, GError **error)
{
	const char *refresh = request_argument(call->request, "refresh");
	bool is_asked_anew = refresh && !strcmp(refresh, figures_average_names[which]);
	return figures_cache_average(call->web->figures, call->desk, call->who, &(struct figures_wish){which, is_asked_anew, call->now}, value, error);
}

void
api_figures_kpis(struct call *call)
{
	g_autoptr(GError) error = NULL;
	double value[FIGURES_AVERAGES];
	gint64 pending = figures_pending(call->desk, call->who, &error);
	for (enum figures_average i = 0; i < FIGURES_AVERAGES && !error; i++)
		read_average(call, i, &value[i], &error);
	if (error) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "pending_threads", pending);
	for (enum figures_average i = 0; i < FIGURES_AVERAGES; i++)
		out_tenths(json, figures_average_names[i], value[i]);
	out_end(json);
	call_json(call, 200, json);
}

void
api_figures_statistics(struct call *call)
{
	struct figures_statistics numbers;
	g_autoptr(GError) error = NULL;
	if (!figures_statistics(call->desk, call->who, &numbers, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "total_threads", numbers.total_threads);
	out_int(json, "pending_threads", numbers.pending_threads);
	out_int(json, "customer_messages", numbers.customer_messages);
	out_int(json, "employee_messages", numbers.employee_messages);
	out_int(json, "unread_threads", numbers.unread_threads);
	out_int(json, "closed_threads", numbers.closed_threads);
	out_end(json);
	call_json(call, 200, json);
}

void
api_figures_folders(struct call *call)
{
	struct figures_folders numbers;
	g_autoptr(GError) error = NULL;
	if (!figures_folders(call->desk, call->who, &numbers, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	out *json = out_new();
	out_object(json, NULL);
	out_int(json, "open", numbers.open);
	out_int(json, "mine", numbers.mine);
	out_int(json, "unassigned", numbers.unassigned);
	out_int(json, "pending", numbers.pending);
	out_int(json, "closed", numbers.closed);
	out_int(json, "automatic", numbers.automatic);
	out_int(json, "spam", numbers.spam);
	out_int(json, "bin", numbers.bin);
	out_end(json);
	call_json(call, 200, json);
}
