#include "milter/read/mime_facts.h"

#include <string.h>

#include "milter/read/mime.h"

static void
fact_free(void *data)
{
	struct mime_fact *fact = data;
	g_free(fact->name);
	g_free(fact->value);
	g_free(fact);
}

GPtrArray *
mime_facts_new(void)
{
	return g_ptr_array_new_with_free_func(fact_free);
}

void
mime_facts_add(GPtrArray *facts, const char *name, const char *value)
{
	if (!*value || facts->len >= MIME_FACTS_MAX || mime_facts_get(facts, name))
		return;
	gsize length = strnlen(value, MIME_FACT_BYTES + 1);
	const char *end = length > MIME_FACT_BYTES ? g_utf8_find_prev_char(value, value + MIME_FACT_BYTES) : value + length;
	struct mime_fact *fact = g_new(struct mime_fact, 1);
	*fact = (struct mime_fact){g_strdup(name), g_strndup(value, end - value)};
	g_ptr_array_add(facts, fact);
}

const char *
mime_facts_get(const GPtrArray *facts, const char *name)
{
	for (guint i = 0; i < facts->len; i++) {
		const struct mime_fact *fact = facts->pdata[i];
		if (strcmp(fact->name, name) == 0)
			return fact->value;
	}
	return NULL;
}
