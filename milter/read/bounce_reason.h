/* bounce_reason: why a mail was not delivered, by what servers say, and which status code (RFC 3463) stands for that where the report gives none. */
#pragma once

#include <stdbool.h>

struct bounce_reason {
	const char *name;   /* "mailbox_full"; what the desk shows is chosen by it */
	const char *status; /* "5.2.2" */
	bool is_hard;       /* the address will never work */
};

/* The reason that TEXT, what a server or a report says, names; NULL when it names none that is known. */
const struct bounce_reason *bounce_reason_by_text(const char *text);
/* The reason for an answer, by what was SAID and by its STATUS; NULL when neither names one. */
const struct bounce_reason *bounce_reason_choose(const char *said, const char *status);
