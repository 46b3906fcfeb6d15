/* sorting_json: what is kept of a mail as JSON, in the shapes that store/message names. Owner of each: caller. */
#pragma once

#include "milter/read/mime.h"

/* VIA: the form, or contact of ours, by which somebody else writes; NULL: none. */
char *sorting_people(const mime_message *message, const struct mime_address *via);
char *sorting_auth(const struct mime_auth *auth);       /* "" where nothing is known */
char *sorting_bounce(const struct mime_bounce *bounce); /* "" where it is none (NULL) */
