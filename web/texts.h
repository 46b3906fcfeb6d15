/* texts: one text in each language of the UI, in requests {"name":{"en":"…","fr":"…"}} and answers. */
#pragma once

#include "web/call.h"
#include "web/json.h"

#define LANGUAGE_COUNT 4

struct texts {
	char *in[LANGUAGE_COUNT]; /* never NULL after texts_init */
};

struct texts_rule {
	const char *field, *label; /* in the request; for people */
	int limit;                 /* characters */
	bool is_needed;            /* in the default language */
	const char *code;          /* of the refusal of what is too long */
	bool is_line;              /* line ends become blanks */
	bool has_fields;           /* {customer.firstname} and the like: unknown ones are refused */
};

extern const char *const language_codes[LANGUAGE_COUNT + 1]; /* NULL-terminated */
extern const char *const language_names[LANGUAGE_COUNT];     /* in English, for refusals */

void texts_init(struct texts *texts);
void texts_clear(struct texts *texts);
/* -1: no such language. */
int texts_find(const char *language);
void texts_set(struct texts *texts, const char *language, const char *text);
/* What the request says of the rule's field over what is there; refusals end " - Language: French". */
void texts_read(struct call *call, const json_in *in, const struct texts_rule *rule, int needed, struct texts *texts);
/* The first shop's default language, as an index; -1 with the reply set. */
int texts_default(struct call *call);
void texts_write(out *json, const char *name, const struct texts *texts);
