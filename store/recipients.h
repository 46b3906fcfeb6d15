/* recipients: whom an answer goes to, among a thread's people. No I/O. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/correspondence.h"
#include "store/outbox.h"

/* Adds to RECIPIENTS (struct outbox_recipient, borrowed from PEOPLE) those of TO and CC (char *: addresses; TO NULL = the default ones), each once.
 * FALSE and *CULPRIT (owner: caller): that address is none of the PEOPLE (struct correspondent *). */
bool recipients_choose(const GPtrArray *people, const GPtrArray *to, const GPtrArray *cc, GArray *recipients, char **culprit);
/* {"to":[{"name","address"}],"cc":[…]} as the message's row has it. Owner: caller. */
char *recipients_json(const GArray *recipients);
