/* order_read: an order out of a request. */
#pragma once

#include "store/order.h"
#include "web/call.h"
#include "web/json.h"

/* What is to be written; it owns its texts and lists. */
struct order_edit {
	gint64 id, version; /* id 0: a new one */
	struct order_new order;
	char *reference, *currency; /* as they were; NULL: a new one */
	struct order_state *states;
	struct order_line *lines;
	enum order_answer answer;
};

/* What IN names over what EDIT holds; texts live as long as IN. FALSE with the reply set, every wrong field named. */
bool order_read(struct call *call, const json_in *in, struct order_edit *edit);
void order_edit_clear(struct order_edit *edit);
