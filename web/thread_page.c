#include "web/thread_page.h"

#include "store/customer.h"
#include "web/api_blocked.h"
#include "web/message_json.h"
#include "web/order_json.h"
#include "web/thread_events.h"
#include "web/thread_json.h"

struct page {
	struct call *call;
	out *json;
	gint64 thread, before, merged_into, first_unread, customer, order;
	char *email; /* of who began it */
	int limit;
	GError *error; /* of a callback */
};

static bool
write_head(const struct thread_row *row, void *data)
{
	struct page *page = data;
	page->merged_into = row->merged_into;
	page->customer = row->customer.id;
	page->email = g_strdup(row->email);
	thread_json_row(page->json, row);
	out_text(page->json, "name", row->name);
	return true;
}

static bool
write_other(const struct thread_row *row, void *data)
{
	out *json = data;
	out_object(json, NULL);
	out_int(json, "id", row->id);
	out_text(json, "subject", row->subject);
	out_text(json, "status", row->status);
	out_time(json, "last_message", row->last_message);
	out_end(json);
	return true;
}

static bool
write_order(const struct order_row *row, void *data)
{
	struct page *page = data;
	page->order = row->id;
	out_object(page->json, "order");
	order_json_row(page->json, row);
	out_end(page->json);
	return true;
}

/* What it is about. */
static bool
write_own_order(struct page *page, GError **error)
{
	int got = order_of_thread(page->call->desk, page->call->who, page->thread, write_order, page, error);
	if (!got)
		out_null(page->json, "order");
	return got >= 0;
}

static bool
write_choice(const struct order_row *row, void *data)
{
	out_object(data, NULL);
	order_json_row(data, row);
	out_end(data);
	return true;
}

static bool
write_registered(const struct customer_row *row, void *data)
{
	out_time(data, "registered", row->registered);
	return true;
}

/* Its orders, what they come to, and since when they are known; of a visitor nothing of that. */
static bool
write_person(struct page *page, GError **error)
{
	struct call *call = page->call;
	const struct order_filter filter = {.customer_id = page->customer, .limit = THREAD_PAGE_ORDERS, .page = 1};
	if (!order_json_sums(page->json, call->desk, page->customer, error))
		return false;
	out_array(page->json, "order_list");
	if (page->customer && !order_each(call->desk, call->who, &filter, write_choice, page->json, error))
		return false;
	out_end(page->json);
	int got = page->customer ? customer_get(call->desk, call->who, page->customer, write_registered, page->json, error) : 0;
	if (!got)
		out_null(page->json, "registered");
	return got >= 0;
}

static bool
write_card(struct page *page, GError **error)
{
	out_object(page->json, "customer_card");
	out_array(page->json, "threads");
	if (!thread_each_of_person(page->call->desk, page->call->who, page->thread, THREAD_PAGE_OTHERS, write_other, page->json, error))
		return false;
	out_end(page->json);
	bool ok = write_person(page, error);
	out_end(page->json);
	return ok;
}

static bool
write_related(struct page *page, GError **error)
{
	g_autoptr(GArray) related = thread_related(page->call->desk, page->call->who, page->thread, error);
	if (!related)
		return false;
	out_array(page->json, "related");
	for (guint i = 0; i < related->len; i++)
		out_int(page->json, NULL, g_array_index(related, gint64, i));
	out_end(page->json);
	return true;
}

static bool
write_message(const struct message_row *row, void *data)
{
	struct page *page = data;
	const struct message_scope scope = {page->call->desk, page->call->raw, page->call->who->id, page->first_unread};
	return message_json_write(page->json, &scope, row, &page->error);
}

static bool
write_messages(struct page *page, GError **error)
{
	db *desk = page->call->desk;
	gint64 total = message_total(desk, page->thread, error);
	int was_opened = total < 0 ? -1 : message_was_opened(desk, page->thread, page->call->who, error);
	page->first_unread = was_opened < 0 ? -1 : message_first_unread(desk, page->thread, page->call->who, error);
	if (page->first_unread < 0)
		return false;
	out_bool(page->json, "opened", was_opened);
	out_array(page->json, "messages");
	if (!message_each(desk, page->thread, page->before, page->limit, write_message, page, error))
		return false;
	out_end(page->json);
	out_int(page->json, "messages_total", total);
	if (page->first_unread)
		out_int(page->json, "first_unread", page->first_unread);
	else
		out_null(page->json, "first_unread");
	if (page->error)
		g_propagate_error(error, g_steal_pointer(&page->error));
	return !*error;
}

static bool
write_next(struct page *page, GError **error)
{
	gint64 thread, message;
	bool is_there = thread_next_unanswered(page->call->desk, page->call->who, page->thread, &thread, &message, error);
	if (*error)
		return false;
	if (!is_there) {
		out_null(page->json, "next_unanswered");
		return true;
	}
	out_object(page->json, "next_unanswered");
	out_int(page->json, "thread", thread);
	out_int(page->json, "message", message);
	out_end(page->json);
	return true;
}

static void
write_viewers(struct page *page)
{
	out_array(page->json, "viewers");
	hub_each_viewer(page->call->web->hub, page->thread, page->call->who->id, hub_write_person, page->json);
	out_end(page->json);
}

static bool
write_rest(struct page *page, GError **error)
{
	if (!api_blocked_write_of(page->json, page->call->desk, page->email, error) || !write_own_order(page, error) || !write_card(page, error) || !write_related(page, error) || !write_messages(page, error) ||
		!write_next(page, error) || !thread_events_write(page->json, page->call, page->thread, page->order, error))
		return false;
	write_viewers(page);
	return true;
}

static void
answer_moved(struct call *call, gint64 thread)
{
	g_autofree char *place = g_strdup_printf("/api/v1/threads/%" G_GINT64_FORMAT, thread);
	reply_header(call->reply, "Location", place);
	reply_problem(call->reply, 301, "This thread was joined with number %" G_GINT64_FORMAT ".", thread);
}

static void
write_page(struct page *page)
{
	g_autoptr(GError) error = NULL;
	struct call *call = page->call;
	out_object(page->json, NULL);
	int got = thread_get(call->desk, call->who, page->thread, write_head, page, &error);
	if (got > 0 && page->merged_into)
		answer_moved(call, page->merged_into);
	else if (!got)
		call_not_found(call);
	else if (got < 0 || !write_rest(page, &error))
		call_failed(call, g_steal_pointer(&error));
	else {
		out_end(page->json);
		call_json(call, 200, g_steal_pointer(&page->json));
	}
}

void
thread_page_answer(struct call *call, gint64 before, int limit)
{
	struct page page = {.call = call, .json = out_new(), .thread = call->ids[0], .before = before, .limit = limit};
	write_page(&page);
	out_free(page.json);
	g_free(page.email);
	g_clear_error(&page.error);
}
