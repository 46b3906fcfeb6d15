#include "web/order_json.h"

#include "web/amount.h"
#include "web/thread_json.h"

static void
write_amount(out *json, const char *name, gint64 amount)
{
	g_autofree char *text = amount_text(amount);
	out_text(json, name, text);
}

void
order_json_state(out *json, const char *name, const struct order_state *state)
{
	if (!*state->name) {
		out_null(json, name);
		return;
	}
	out_object(json, name);
	out_text(json, "name", state->name);
	out_bool(json, "valid", state->is_valid);
	out_time(json, "created", state->created);
	out_end(json);
}

void
order_json_row(out *json, const struct order_row *row)
{
	out_int(json, "id", row->id);
	out_text(json, "reference", row->reference);
	thread_json_person(json, "customer", row->customer_id, row->firstname, row->lastname);
	out_text(json, "email", row->email);
	thread_json_named(json, "shop", row->shop_id, row->shop_name);
	write_amount(json, "total", row->total);
	out_text(json, "currency", row->currency);
	out_time(json, "created", row->created);
	order_json_state(json, "state", &row->state);
	out_int(json, "version", row->version);
}

struct sums {
	out *json;
	gint64 count;
};

static bool
write_sum(const struct order_sum *sum, void *data)
{
	struct sums *sums = data;
	sums->count += sum->count;
	out_object(sums->json, NULL);
	out_text(sums->json, "currency", sum->currency);
	write_amount(sums->json, "amount", sum->total);
	out_int(sums->json, "count", sum->count);
	out_end(sums->json);
	return true;
}

bool
order_json_sums(out *json, db *desk, gint64 customer, GError **error)
{
	struct sums sums = {json, 0};
	out_object(json, "orders");
	out_array(json, "totals");
	bool ok = !customer || order_each_sum(desk, customer, write_sum, &sums, error);
	out_end(json);
	out_int(json, "count", sums.count);
	out_end(json);
	return ok;
}
