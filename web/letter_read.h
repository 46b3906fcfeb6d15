/* letter_read: what a request says of an answer, checked, or kept as a draft. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "web/call.h"
#include "web/json.h"

#define LETTER_RECIPIENTS_MAX 50

struct letter_in {
	char *text, *html;     /* html NULL: text alone */
	bool is_private;
	const char *status;    /* NULL: not said */
	gint64 employee;       /* 0: nobody; REPLY_AUTHOR: not said */
	GPtrArray *to, *cc;    /* char *, in the request's JSON; NULL: not said */
	GArray *uploads;       /* gint64; NULL: none */
	gint64 seen;           /* 0: not said */
	int undo;              /* seconds; -1: not said */
};

enum letter_kind {
	LETTER_WHOLE, /* it is to be sent: the text is made of the HTML where there is one */
	LETTER_DRAFT, /* may be empty; texts stay as they were typed */
};

/* FALSE with the reply set: 422, each field that is refused by its name. LETTER lives as long as IN; clear it in any case. */
bool letter_read(struct call *call, const json_in *in, enum letter_kind kind, struct letter_in *letter);
void letter_in_clear(struct letter_in *letter);
/* As a draft holds it: {text, html, private, to, cc, status, employee, seen}. Owner: caller. */
char *letter_in_draft(const struct letter_in *letter);
