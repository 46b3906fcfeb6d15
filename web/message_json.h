/* message_json: messages as the API shows them. */
#pragma once

#include "store/db.h"
#include "store/message.h"
#include "store/out.h"
#include "web/call.h"

struct message_scope {
	db *desk, *raw;
	gint64 viewer;       /* employee */
	gint64 first_unread; /* this employee's, in this thread; 0: none */
};

/* One message, as an object. FALSE: ERROR of the store. */
bool message_json_write(out *json, const struct message_scope *scope, const struct message_row *row, GError **error);
/* Answers the call with message ID alone. */
void message_json_answer(struct call *call, int status, gint64 id);
