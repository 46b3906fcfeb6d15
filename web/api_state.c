#include "web/api_state.h"

#include <sys/statvfs.h>

#include "store/event.h"
#include "store/figures.h"
#include "store/mail.h"
#include "store/outbox_courier.h"
#include "store/setting.h"
#include "store/trouble.h"
#include "web/door.h"

#define SORT_PATIENCE_MS 60000 /* a mail that waits longer for the sorter is a problem */
#define LEAVE_PATIENCE_MS (15 * 60 * 1000) /* and one of ours that is due and does not leave */
#define TRY_MS 2000 /* for a change to desk.db to last */

struct state {
	gint64 uptime; /* seconds */
	gint64 threads, events, bells, disk_free;
	gint64 captured, sorted;        /* time of the newest mail, and of the newest that was sorted; 0: none */
	gint64 sort_lag, waiting_since; /* mails; 0: none waits */
	struct outbox_figures outbox;
	const char *file;               /* that is, or was last, read */
};

static gint64
captured_at(db *raw, gint64 id, GError **error)
{
	g_autoptr(mail_info) mail = id ? mail_get(raw, id, error) : NULL;
	return mail ? mail->captured : 0;
}

static bool
read_mail(struct call *call, struct state *state, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *fact = fact_get(call->desk, "sorted", error);
	state->file = fact ? "raw.db" : "desk.db";
	gint64 last = fact ? mail_last_id(call->raw, error) : -1;
	if (last < 0)
		return false;
	gint64 sorted = g_ascii_strtoll(fact, NULL, 10);
	state->sort_lag = MAX(last - sorted, 0);
	g_autoptr(mail_info) waiting = state->sort_lag ? mail_next(call->raw, sorted, &problem) : NULL;
	state->waiting_since = waiting ? waiting->captured : 0;
	state->captured = problem ? 0 : captured_at(call->raw, last, &problem);
	state->sorted = problem ? 0 : captured_at(call->raw, MIN(sorted, last), &problem);
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return !*error;
}

static bool
read_state(struct call *call, struct state *state, GError **error)
{
	struct statvfs disk;
	*state = (struct state){
		.file = "desk.db",
		.uptime = (call->now - meter_started(call->web->meter)) / 1000,
		.bells = hub_count(call->web->hub),
		.disk_free = statvfs(call->web->conf->belfry.store, &disk) ? -1 : (gint64)disk.f_bavail * (gint64)disk.f_frsize,
		.threads = figures_all_threads(call->desk, error),
	};
	state->events = state->threads < 0 ? -1 : event_last(call->desk, error);
	return state->events >= 0 && outbox_figures_read(call->desk, call->now, &state->outbox, error) && read_mail(call, state, error);
}

/* A sentence on FILE and ERROR, with what follows from it. Takes ERROR. Owner: caller. */
static char *
tell(const char *effect, const char *file, GError *error)
{
	const char *advice = trouble_advice(error);
	char *sentence = g_strdup_printf("%s: %s: %s.%s%s", effect, file, trouble_reason(error), *advice ? " " : "", advice);
	g_error_free(error);
	return sentence;
}

/* Whether mail and changes would last, tried where nothing was written lately. NULL: yes. Owner: caller. */
static char *
find_fault(struct call *call)
{
	GError *error = NULL;
	capture *mail = door_open(call->web->door, &error);
	const char *damaged = fault_damaged(&call->web->fault);
	if (!mail || !capture_try(mail, &error))
		return tell("Mail is put off for now", "raw.db", error);
	if (!writer_try(call->web->desk, TRY_MS, &error))
		return tell("Nothing can be changed at the desk for now", "desk.db", error);
	return damaged ? tell("Not all can be read", damaged, g_error_new_literal(DB_ERROR, DB_DAMAGED, "")) : NULL;
}

/* What is late, one sentence; NULL: nothing. Replies in doubt are their writers' to settle, who hear of them: no monitor can mend that. */
static const char *
find_delay(const struct call *call, const struct state *state)
{
	if (state->waiting_since && call->now - state->waiting_since > SORT_PATIENCE_MS)
		return "Mail waits to be sorted: is belfry sort running? Its log says what it waits for.";
	if (state->outbox.oldest_due && call->now - state->outbox.oldest_due > LEAVE_PATIENCE_MS)
		return "Replies wait to leave: is belfry courier running? See its log, and belfry queue list.";
	return NULL;
}

static void
write_outbox(out *json, const struct outbox_figures *figures)
{
	out_object(json, "outbox");
	out_int(json, "queued", figures->queued + figures->handing);
	out_int(json, "delayed", figures->delayed);
	out_int(json, "failed", figures->failed);
	out_int(json, "doubtful", figures->doubtful);
	out_time(json, "oldest_due", figures->oldest_due);
	out_end(json);
}

void
api_state_health(struct call *call)
{
	struct state state;
	GError *error = NULL;
	if (!read_state(call, &state, &error)) {
		fault_note(&call->web->fault, call->request->path, error);
		g_autofree char *sentence = tell("The store cannot be read", state.file, error);
		reply_problem(call->reply, 503, "%s", sentence);
		return;
	}
	g_autofree char *fault = find_fault(call);
	const char *problem = fault ? fault : find_delay(call, &state);
	out *json = out_new();
	out_object(json, NULL);
	out_text(json, "status", problem ? "degraded" : "ok");
	out_text(json, "detail", problem);
	out_text(json, "role", "web");
	out_text(json, "version", BELFRY_VERSION);
	out_int(json, "uptime", state.uptime);
	out_int(json, "threads", state.threads);
	out_int(json, "events", state.events);
	out_time(json, "mail_captured", state.captured);
	out_time(json, "mail_sorted", state.sorted);
	out_int(json, "sort_lag", state.sort_lag);
	write_outbox(json, &state.outbox);
	out_int(json, "bells", state.bells);
	out_int(json, "disk_free", state.disk_free);
	out_end(json);
	call_json(call, problem ? 503 : 200, json);
}

static void
write_metric(GString *text, const char *name, const char *type, const char *help, double value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append_printf(text, "# HELP belfry_%s %s\n# TYPE belfry_%s %s\nbelfry_%s %s\n", name, help, name, type, name,
		g_ascii_formatd(number, sizeof number, "%.15g", value));
}

static void
write_answers(int status, gint64 count, void *data)
{
	g_string_append_printf(data, "belfry_http_requests_total{status=\"%d\"} %" G_GINT64_FORMAT "\n", status, count);
}

static void
write_outbox_metrics(GString *text, const struct outbox_figures *figures, gint64 now)
{
	const struct {
		const char *state;
		gint64 count;
	} states[] = {{"queued", figures->queued}, {"handing", figures->handing}, {"delayed", figures->delayed}, {"sent", figures->sent},
		{"failed", figures->failed}, {"doubtful", figures->doubtful}};
	g_string_append(text, "# HELP belfry_outbox_mails Mails of ours by where they stand.\n# TYPE belfry_outbox_mails gauge\n");
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		g_string_append_printf(text, "belfry_outbox_mails{state=\"%s\"} %" G_GINT64_FORMAT "\n", states[i].state, states[i].count);
	write_metric(text, "outbox_oldest_due_seconds", "gauge", "How long the oldest mail of ours that is due has not left.",
		figures->oldest_due ? (double)(now - figures->oldest_due) / 1000 : 0);
}

void
api_state_metrics(struct call *call)
{
	struct state state;
	g_autoptr(GError) error = NULL;
	if (!read_state(call, &state, &error)) {
		call_failed(call, g_steal_pointer(&error));
		return;
	}
	GString *text = g_string_new("# HELP belfry_info The program that answers.\n# TYPE belfry_info gauge\n"
		"belfry_info{role=\"web\",version=\"" BELFRY_VERSION "\"} 1\n");
	write_metric(text, "uptime_seconds", "gauge", "Since the web role started.", (double)state.uptime);
	write_metric(text, "threads", "gauge", "Threads outside spam and bin.", (double)state.threads);
	write_metric(text, "events_total", "counter", "Number of the newest event.", (double)state.events);
	write_metric(text, "mail_captured_timestamp_seconds", "gauge", "When the newest mail was captured.", (double)state.captured / 1000);
	write_metric(text, "mail_sorted_timestamp_seconds", "gauge", "When the newest sorted mail was captured.", (double)state.sorted / 1000);
	write_metric(text, "sort_lag_mails", "gauge", "Captured mails that are not sorted yet.", (double)state.sort_lag);
	write_outbox_metrics(text, &state.outbox, call->now);
	write_metric(text, "bells", "gauge", "Browsers that listen.", (double)state.bells);
	write_metric(text, "disk_free_bytes", "gauge", "Free on the store's disk.", (double)state.disk_free);
	g_string_append(text, "# HELP belfry_http_requests_total Requests answered.\n# TYPE belfry_http_requests_total counter\n");
	meter_each_status(call->web->meter, write_answers, text);
	reply_header(call->reply, "Cache-Control", "no-store");
	reply_body(call->reply, 200, "text/plain; version=0.0.4; charset=utf-8", g_string_free_to_bytes(text));
}
