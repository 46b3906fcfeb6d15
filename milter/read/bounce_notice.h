/* bounce_notice: reports that a sending service mails as JSON (Amazon SES by its notification service), as the fields of RFC 3464. */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct bounce_notice {
	bool is_complaint; /* somebody has marked our mail as spam */
	char *fields;      /* of a delivery status report */
	char *header;      /* what it says of the mail's header */
};

/* False: TEXT is no such notice. Owner of what is in *NOTICE: caller, also then: bounce_notice_clear. */
bool bounce_notice_read(struct bounce_notice *notice, const char *text);
void bounce_notice_clear(struct bounce_notice *notice);
