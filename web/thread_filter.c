#include "web/thread_filter.h"

#include <string.h>

#include "store/shop.h"

#define LIMIT_DEFAULT 20
#define LIMIT_MAX 1000

bool
thread_filter_midnight(const char *date, const char *time_zone, int days, gint64 *ms)
{
	GDate day;
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(time_zone);
	if (strlen(date) != 10 || date[4] != '-' || date[7] != '-')
		return false;
	for (int i = 0; i < 10; i++)
		if (i != 4 && i != 7 && !g_ascii_isdigit(date[i]))
			return false;
	GDateYear year = (GDateYear)g_ascii_strtoull(date, NULL, 10);
	GDateMonth month = (GDateMonth)g_ascii_strtoull(date + 5, NULL, 10);
	GDateDay number = (GDateDay)g_ascii_strtoull(date + 8, NULL, 10);
	if (year < 1970 || !g_date_valid_dmy(number, month, year))
		return false;
	g_date_clear(&day, 1);
	g_date_set_dmy(&day, number, month, year);
	g_date_add_days(&day, (guint)days);
	if (!zone)
		zone = g_time_zone_new_utc();
	g_autoptr(GDateTime) start = g_date_time_new(zone, g_date_get_year(&day), (int)g_date_get_month(&day), g_date_get_day(&day), 0, 0, 0);
	if (start)
		*ms = g_date_time_to_unix(start) * 1000;
	return start != NULL;
}

struct zone_search {
	gint64 shop;
	char *time_zone;
};

static bool
note_zone(const struct shop_row *shop, void *data)
{
	struct zone_search *search = data;
	if (search->shop && shop->id != search->shop)
		return true;
	search->time_zone = g_strdup(shop->time_zone);
	return false;
}

/* Of the shop that is asked for, else of the first one. */
static char *
time_zone_of(struct call *call, gint64 shop)
{
	struct zone_search search = {.shop = shop};
	g_autoptr(GError) error = NULL;
	if (!shop_each(call->desk, note_zone, &search, &error) && error)
		call_failed(call, g_steal_pointer(&error));
	else if (!search.time_zone)
		search.time_zone = g_strdup("UTC");
	return search.time_zone;
}

static bool
read_day(struct call *call, const char *name, const char *time_zone, int days, gint64 *ms)
{
	const char *date = request_argument(call->request, name);
	if (!date || !*date || thread_filter_midnight(date, time_zone, days, ms))
		return true;
	reply_problem(call->reply, 400, "%s must be a day, YYYY-MM-DD.", name);
	return false;
}

bool
thread_filter_days(struct call *call, gint64 shop, gint64 *from, gint64 *to)
{
	const struct request *request = call->request;
	if (!request_argument(request, "from") && !request_argument(request, "to"))
		return true;
	g_autofree char *time_zone = time_zone_of(call, shop);
	return time_zone && read_day(call, "from", time_zone, 0, from) && read_day(call, "to", time_zone, 1, to);
}

/* An empty argument is none. */
static bool
is_allowed(struct call *call, const char *name, const char *value, const char *const *values)
{
	if (!value || g_strv_contains(values, value))
		return true;
	g_autofree char *list = g_strjoinv(", ", (char **)values);
	reply_problem(call->reply, 400, "%s must be one of: %s.", name, list);
	return false;
}

static bool
read_sort(struct call *call, struct thread_filter *filter)
{
	const char *sort = call_argument(call, "sort");
	filter->sort = sort;
	return is_allowed(call, "sort", sort && *sort == '-' ? sort + 1 : sort, thread_sorts);
}

static bool
read_private(struct call *call, struct thread_filter *filter)
{
	static const char *const values[] = {"yes", "no", NULL};
	const char *value = call_argument(call, "private");
	filter->is_private = value ? !strcmp(value, "yes") : -1;
	return is_allowed(call, "private", value, values);
}

static bool
read_page(struct call *call, struct thread_filter *filter)
{
	gint64 limit, page;
	if (!call_number(call, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT, &limit) || !call_number(call, "page", 1, 1000000, 1, &page))
		return false;
	filter->limit = (int)limit;
	filter->page = (int)page;
	return true;
}

bool
thread_filter_read(struct call *call, struct thread_filter *filter)
{
	*filter = (struct thread_filter){
		.customer = call_argument(call, "customer"), .email = call_argument(call, "email"), .employee = call_argument(call, "employee"),
		.message = call_argument(call, "message"), .language = call_argument(call, "language"), .status = call_argument(call, "status"),
		.folder = call_argument(call, "folder"), .text = call_argument(call, "q"),
	};
	return is_allowed(call, "status", filter->status, thread_statuses) && is_allowed(call, "folder", filter->folder, thread_folders) &&
		call_number(call, "id", 1, G_MAXINT64, 0, &filter->id) && call_number(call, "contact", 1, G_MAXINT64, 0, &filter->contact_id) &&
		call_number(call, "shop", 1, G_MAXINT64, 0, &filter->shop_id) && read_sort(call, filter) && read_private(call, filter) &&
		read_page(call, filter) && thread_filter_days(call, filter->shop_id, &filter->from, &filter->to);
}
