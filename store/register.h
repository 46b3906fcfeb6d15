/* register: customers as they come to be known: their row, and the threads of their address that become theirs. Each is one
 * transaction's rows; the caller begins and commits (writer_submit). */
#pragma once

#include "store/customer.h"

/* As customer_add and customer_set; visitors' threads of the address in the customer's shop are the customer's from then on. */
int register_customer(db *desk, const struct customer_new *customer, gint64 *id, GError **error);
int register_change(db *desk, gint64 id, gint64 version, const struct customer_new *customer, GError **error);
