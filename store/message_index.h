/* message_index: the indices over the words of messages and threads. A row enters them by itself, by a trigger; where many are added they enter together,
 * as FTS5 writes what it has gathered at the end of every statement: a piece of the index for each mail, which it then has to merge. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* In the caller's transaction: messages and threads that are added from now on wait for message_index_now, without which it must not be committed;
 * before, what the index holds of them is not changed, nor are they deleted. */
bool message_index_later(db *desk, GError **error);
bool message_index_now(db *desk, GError **error);
