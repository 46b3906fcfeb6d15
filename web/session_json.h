/* session_json: an employee's sessions, listed and ended: one's own, or by admins. */
#pragma once

#include "web/call.h"

/* Answers with {sessions: [{id, created, used, address, agent, current}]}. */
void session_json_list(struct call *call, gint64 employee);
/* Ends session ID of EMPLOYEE and its bells: 204 or 404. */
void session_json_end(struct call *call, gint64 employee, gint64 id);
/* Ends all of EMPLOYEE but BUT (may be NULL): 204. */
void session_json_end_all(struct call *call, gint64 employee, GBytes *but);
