/* relay: the mail server that replies are handed to, as [courier] describes it. */
#pragma once

#include "milter/net.h"
#include "store/conf.h"

typedef struct relay {
	struct net_server server; /* borrows from conf, and from: */
	char *password, *own_name;
} relay;

/* Reads the password. STOP as in net_server. NULL with ERROR. Owner: caller. */
relay *relay_new(const struct conf *conf, int stop, GError **error);
void relay_free(relay *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(relay, relay_free)
