#include "web/order_read.h"

#include <string.h>

#include "web/amount.h"

#define REFERENCE_MAX 64
#define NAME_MAX_LENGTH 255
#define QUANTITY_MAX 1000000

static void
read_text(struct call *call, const json_in *in, const char *field, size_t most, const char **text)
{
	if (json_has(in, field))
		*text = json_get_text(in, field);
	if (!*text || !**text)
		reply_refuse(call->reply, field, "required", 0, "%s is needed.", field);
	else if (strlen(*text) > most)
		reply_refuse(call->reply, field, "too_long", (gint64)most, "%s is longer than %u octets.", field, (guint)most);
}

static void
read_currency(struct call *call, const json_in *in, const char **currency)
{
	if (json_has(in, "currency"))
		*currency = json_get_text(in, "currency");
	if (!*currency || strlen(*currency) != 3 || strspn(*currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		reply_refuse(call->reply, "currency", "currency", 0, "currency must be three letters as in ISO 4217, EUR for one.");
}

static void
read_amount(struct call *call, const json_in *in, const char *member, const char *field, gint64 *amount)
{
	g_autofree char *text = json_get_decimal(in, member);
	if (!text || !amount_parse(text, amount))
		reply_refuse(call->reply, field, "amount", 0, "%s must be an amount such as 12.34.", field);
}

static void
read_id(struct call *call, const json_in *in, const char *field, gint64 *id)
{
	if (json_has_null(in, field))
		*id = 0;
	else if (json_has(in, field) && (!json_get_int(in, field, id) || *id < 1))
		reply_refuse(call->reply, field, "number", 0, "%s must be a number, or null.", field);
}

static void
read_state(struct call *call, const json_in *in, guint position, struct order_state *state)
{
	g_autofree char *name = g_strdup_printf("states.%u.name", position), *valid = g_strdup_printf("states.%u.valid", position);
	g_autofree char *created = g_strdup_printf("states.%u.created", position);
	state->name = json_get_text(in, "name");
	state->created = call->now;
	if (!state->name || !*state->name || strlen(state->name) > NAME_MAX_LENGTH)
		reply_refuse(call->reply, name, "required", 0, "A state needs a name of at most %d octets.", NAME_MAX_LENGTH);
	if (json_has(in, "valid") && !json_get_bool(in, "valid", &state->is_valid))
		reply_refuse(call->reply, valid, "boolean", 0, "valid must be true or false.");
	if (json_has(in, "created") && !json_get_time(in, "created", &state->created))
		reply_refuse(call->reply, created, "time", 0, "created must be a time as in ISO 8601.");
}

static void
read_line(struct call *call, const json_in *in, guint position, struct order_line *line)
{
	g_autofree char *name = g_strdup_printf("lines.%u.name", position), *quantity = g_strdup_printf("lines.%u.quantity", position);
	g_autofree char *price = g_strdup_printf("lines.%u.price", position);
	line->name = json_get_text(in, "name");
	line->quantity = 1;
	if (!line->name || !*line->name || strlen(line->name) > NAME_MAX_LENGTH)
		reply_refuse(call->reply, name, "required", 0, "A line needs a name of at most %d octets.", NAME_MAX_LENGTH);
	bool is_number = !json_has(in, "quantity") || json_get_int(in, "quantity", &line->quantity);
	if (!is_number || line->quantity < -QUANTITY_MAX || line->quantity > QUANTITY_MAX)
		reply_refuse(call->reply, quantity, "number", 0, "quantity must be a whole number.");
	read_amount(call, in, "price", price, &line->price);
}

/* The list FIELD; NULL with the reply set. Owner: caller. */
static GPtrArray *
read_list(struct call *call, const json_in *in, const char *field)
{
	GPtrArray *list = json_get_objects(in, field);
	if (!list)
		reply_refuse(call->reply, field, "list", 0, "%s must be a list of at most %d objects.", field, JSON_IN_LIST_MAX);
	return list;
}

static void
read_states(struct call *call, const json_in *in, struct order_edit *edit)
{
	g_autoptr(GPtrArray) list = read_list(call, in, "states");
	if (!list)
		return;
	edit->order.states = edit->states = g_new0(struct order_state, list->len + 1);
	edit->order.state_count = list->len;
	for (guint i = 0; i < list->len; i++)
		read_state(call, list->pdata[i], i, &edit->states[i]);
}

static void
read_lines(struct call *call, const json_in *in, struct order_edit *edit)
{
	g_autoptr(GPtrArray) list = read_list(call, in, "lines");
	if (!list)
		return;
	edit->order.lines = edit->lines = g_new0(struct order_line, list->len + 1);
	edit->order.line_count = list->len;
	for (guint i = 0; i < list->len; i++)
		read_line(call, list->pdata[i], i, &edit->lines[i]);
}

bool
order_read(struct call *call, const json_in *in, struct order_edit *edit)
{
	struct order_new *order = &edit->order;
	gint64 shop = order->shop_id;
	if (json_has(in, "shop") && (!json_get_int(in, "shop", &shop) || (edit->id && shop != order->shop_id)))
		reply_refuse(call->reply, "shop", "shop", 0, "shop must be the number of one, and stays what it is.");
	order->shop_id = shop;
	read_text(call, in, "reference", REFERENCE_MAX, &order->reference);
	read_id(call, in, "customer", &order->customer_id);
	read_currency(call, in, &order->currency);
	if (json_has(in, "total") || !edit->id)
		read_amount(call, in, "total", "total", &order->total);
	if (json_has(in, "created") && !json_get_time(in, "created", &order->created))
		reply_refuse(call->reply, "created", "time", 0, "created must be a time as in ISO 8601.");
	if (json_has(in, "states"))
		read_states(call, in, edit);
	if (json_has(in, "lines"))
		read_lines(call, in, edit);
	return !call->reply->wrong;
}

void
order_edit_clear(struct order_edit *edit)
{
	g_free(edit->reference);
	g_free(edit->currency);
	g_free(edit->states);
	g_free(edit->lines);
}
