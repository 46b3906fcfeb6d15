/* order_json: customers' orders as the API shows them. */
#pragma once

#include "store/order.h"
#include "store/out.h"

/* The members of an order; the caller begins and ends the object. */
void order_json_row(out *json, const struct order_row *row);
/* {name, valid, created}, as a member or an element of a list. */
void order_json_state(out *json, const char *name, const struct order_state *state);
/* "orders": {count, totals:[{currency, amount}]} of those in a valid state. FALSE: ERROR. */
bool order_json_sums(out *json, db *desk, gint64 customer, GError **error);
