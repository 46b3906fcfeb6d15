/* making: mails of the outbox as they leave, made once and kept in raw.db (door "courier"), many in one commit. One thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/capture.h"
#include "store/outbox_courier.h"

typedef struct making making;

/* STORE: its directory. */
making *making_open(const char *store, capture *door, GError **error);
void making_close(making *self);

/* Gives each of MAILS (outbox_mail *) that has none a mail_id, or puts what prevents it (owner: caller) at its place in WHY (one for each, NULL before). */
void making_make(making *self, const GPtrArray *mails, char **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(making, making_close)
