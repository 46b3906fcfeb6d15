/* carrier: one mail of the outbox after the other, to the mail server. One thread each. */
#pragma once

#include <glib.h>

#include "milter/net.h"
#include "milter/settling.h"
#include "store/outbox_courier.h"
#include "store/writer.h"

struct carrier_tools { /* shared by all; borrowed */
	const char *store;         /* directory */
	const struct net_server *server;
	writer *desk;              /* desk.db */
	settling *settling;
};

typedef struct carrier carrier;

carrier *carrier_open(const struct carrier_tools *tools, GError **error);
void carrier_close(carrier *self);
/* Says farewell to the server: nothing is left to do for a while, and nothing kept for it. */
void carrier_rest(carrier *self);

enum carrier_result {
	CARRIER_ANSWERED,  /* by the server, for good */
	CARRIER_PUT_OFF,
	CARRIER_UNREACHED, /* no connection: whatever comes next will meet the same */
	CARRIER_STOPPED,   /* given back */
};
/* Hands MAIL, which is made, over, and what came of it to settling. *WHY (owner: caller) when it was UNREACHED. */
enum carrier_result carrier_carry(carrier *self, const outbox_mail *mail, char **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(carrier, carrier_close)
