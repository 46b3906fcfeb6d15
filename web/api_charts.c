#include "web/api_charts.h"

#include "store/charts.h"
#include "store/shop.h"

#define DAYS 30

struct day {
	gint64 start; /* ms */
	char name[11];
	struct charts_quarter sum;
};

struct chart {
	char *time_zone;
	struct day days[DAYS];
};

static bool
note_zone(const struct shop_row *shop, void *data)
{
	struct chart *chart = data;
	chart->time_zone = g_strdup(shop->time_zone);
	return false;
}

/* Midnights in the shop's time zone; the last one is today's. */
static void
set_days(struct chart *chart, gint64 now)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(chart->time_zone);
	if (!zone)
		zone = g_time_zone_new_utc();
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now / 1000);
	g_autoptr(GDateTime) here = g_date_time_to_timezone(utc, zone);
	for (int i = 0; i < DAYS; i++) {
		g_autoptr(GDateTime) that = g_date_time_add_days(here, i - DAYS + 1);
		g_autoptr(GDateTime) midnight = g_date_time_new(zone, g_date_time_get_year(that), g_date_time_get_month(that),
			g_date_time_get_day_of_month(that), 0, 0, 0);
		g_autofree char *name = g_date_time_format(that, "%Y-%m-%d");
		chart->days[i].start = g_date_time_to_unix(midnight) * 1000;
		g_strlcpy(chart->days[i].name, name, sizeof chart->days[i].name);
	}
}

static void
add_quarter(const struct charts_quarter *quarter, void *data)
{
	struct chart *chart = data;
	int i = DAYS - 1;
	while (i > 0 && chart->days[i].start > quarter->start)
		i--;
	struct charts_quarter *sum = &chart->days[i].sum;
	sum->in += quarter->in;
	sum->out += quarter->out;
	sum->answered += quarter->answered;
	sum->wait_sum += quarter->wait_sum;
}

static void
write_day(out *json, const struct day *day)
{
	out_object(json, NULL);
	out_text(json, "day", day->name);
	out_int(json, "in", day->sum.in);
	out_int(json, "out", day->sum.out);
	out_int(json, "answered", day->sum.answered);
	if (day->sum.answered)
		out_tenths(json, "response_hours", (double)day->sum.wait_sum / (double)day->sum.answered / 3600000.0);
	else
		out_null(json, "response_hours");
	out_end(json);
}

static bool
read_chart(struct call *call, struct chart *chart, GError **error)
{
	if (!shop_each(call->desk, note_zone, chart, error))
		return false;
	if (!chart->time_zone)
		chart->time_zone = g_strdup("UTC");
	set_days(chart, call->now);
	return charts_each(call->desk, call->who, chart->days[0].start, add_quarter, chart, error);
}

void
api_charts_get(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autofree struct chart *chart = g_new0(struct chart, 1);
	if (read_chart(call, chart, &error)) {
		out *json = out_new();
		out_object(json, NULL);
		out_text(json, "time_zone", chart->time_zone);
		out_array(json, "days");
		for (int i = 0; i < DAYS; i++)
			write_day(json, &chart->days[i]);
		out_end(json);
		out_end(json);
		call_json(call, 200, json);
	} else {
		call_failed(call, g_steal_pointer(&error));
	}
	g_free(chart->time_zone);
}
