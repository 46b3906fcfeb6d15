/* bounce_words: what speaks for a mail being the report of a program about a mail that was not delivered, where it does not follow RFC 3464: who it is from,
 * its subject, its text, marks in its header, each weighed by a table. */
#pragma once

#include "milter/read/mime.h"

enum bounce_verdict {BOUNCE_NONE, BOUNCE_DELIVERED, BOUNCE_DELAYED, BOUNCE_FAILED};

struct bounce_signs {
	const mime_message *message; /* its header, addresses and text are looked at */
	bool is_null_sender; /* MAIL FROM:<>, which only programs use */
	bool has_original; /* a part is the mail that came back, or its header */
};

/* The words alone are no proof, customers write them too ("my parcel could not be delivered", a report forwarded): they count only where this is so: from
 * the null sender, from the address of a mail system, or with a mark in the header that only such programs set. */
bool bounce_words_by_program(const struct bounce_signs *signs);
enum bounce_verdict bounce_words_judge(const struct bounce_signs *signs);
