/* bounce_text: what a report that follows no standard tells in its sentences: whom it is about, and what was said of each. */
#pragma once

#include "milter/read/bounce.h"

/* TEXT up to where the mail that came back is quoted. Owner: caller. */
char *bounce_text_prose(const char *text);

/* Adds the recipients that PROSE names, each with what stands there of them, to BOUNCE; those it has are told of. OWN: addresses (struct mime_address *)
 * that it cannot be about: those the report was sent to. */
void bounce_text_read(struct mime_bounce *bounce, const char *prose, const GPtrArray *own);
