/* feedback: somebody has marked a mail of ours as spam, or a receiver reports that it could not be proved to be ours: RFC 5965 (ARF), 6591, 6692, and reports
 * of the same kind that lack the part. Pure: works on strings that mime has decoded. */
#pragma once

#include "milter/read/mime.h"

struct feedback_clues {
	const char *fields; /* message/feedback-report, decoded; NULL when there is none */
	const char *original_header; /* of the mail it is about; NULL */
	const mime_message *message; /* the report itself */
	bool is_report; /* multipart/report; report-type=feedback-report */
};

/* As a report whose action is "complaint" and whose reason is the feedback's type ("abuse", "auth-failure"…). NULL when it is none. Owner: caller. */
struct mime_bounce *feedback_read(const struct feedback_clues *clues);
