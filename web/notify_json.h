/* notify_json: of which events an employee wants to know, and how: {bell, sound, desktop: [kinds], quiet: {from, to} or null}. Kinds: message,
 * assigned, undelivered. */
#pragma once

#include <stdbool.h>

#include "store/out.h"
#include "web/call.h"
#include "web/json.h"

/* STORED: what notify_json_read gave; "" = everything, at any time. */
void notify_json(out *json, const char *name, const char *stored);
/* The member notify of IN as it is stored, and kinds that the bell leaves out; both NULL when it is not there. FALSE with the reply set. Owner:
 * caller. */
bool notify_json_read(struct call *call, const json_in *in, char **stored, char **bell_off);
