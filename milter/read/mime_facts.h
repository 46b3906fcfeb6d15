/* mime_facts: what is worth showing of a part, as names and values: "subject" of a mail within the mail, "start" of an event. */
#pragma once

#include <glib.h>

#define MIME_FACTS_MAX 30
#define MIME_FACT_BYTES (64 * 1024)

/* An empty list of struct mime_fact *. Owner: caller. */
GPtrArray *mime_facts_new(void);
/* A second one of the same name, an empty one, and what is beyond the bound is left out; a long value is cut. */
void mime_facts_add(GPtrArray *facts, const char *name, const char *value);
/* NULL when there is none. */
const char *mime_facts_get(const GPtrArray *facts, const char *name);
