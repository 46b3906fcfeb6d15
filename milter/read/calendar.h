/* calendar: what a text/calendar part is about (RFC 5545, RFC 5546): what, when, where, who, and what is asked. */
#pragma once

#include <glib.h>

/* TEXT, UTF-8, as facts: struct mime_fact *. NULL when there is no event in it. Owner: caller.
 *   method REQUEST, REPLY, CANCEL, PUBLISH …   summary, location, organizer, attendees, status, repeats (DAILY …), uid
 *   start, end  "2024-05-06T10:00:00" in zone, with a Z when in UTC; "2024-05-06" for whole days, end being the day after the last
 *   zone  as the mail names it   answer  ACCEPTED, DECLINED, TENTATIVE … of the one who replies   events  how many, when more than one */
GPtrArray *calendar_read(const char *text);
