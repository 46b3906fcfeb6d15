/* bounce: is this mail a report about a mail that could not be delivered, and about which? RFC 3464 first, then by tables the reports of programs that do not
 * follow it. Pure: works on strings that mime has decoded. */
#pragma once

#include <stdbool.h>

#include "milter/read/mime.h"

struct bounce_clues {
	const char *status_report;   /* message/delivery-status, decoded; NULL when there is none */
	const char *original_header; /* the header of the mail it is about, when a part is that mail; NULL */
	const char *failed_recipients; /* X-Failed-Recipients, as Exim writes; NULL */
	const mime_message *message; /* the report itself: header, addresses, subject and text are read */
	bool is_report; /* multipart/report */
	bool is_status_report; /* multipart/report; report-type=delivery-status */
	bool is_null_sender; /* MAIL FROM:<> */
};

/* NULL when it is none. Its action may be "complaint" too: services tell of those in the same way. Owner: caller. */
struct mime_bounce *bounce_read(const struct bounce_clues *clues);

/* The Message-ID in the header of a mail that came back, "" when there is none. Owner: caller. */
char *bounce_original_id(const char *header);

/* An empty one: every string "", no recipients. */
struct mime_bounce *bounce_new(void);
/* One more recipient's, every string "". */
struct mime_report *bounce_add_report(struct mime_bounce *bounce);
/* ADDRESS among those whom it is about, once; what is no address, or is one too many, is not. */
void bounce_add_recipient(struct mime_bounce *bounce, const char *address);
void bounce_free(struct mime_bounce *bounce);
