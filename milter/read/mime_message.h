/* mime_message: an empty message, for mime and its wire form alone. */
#pragma once

#include "milter/read/mime.h"

/* No pointer in it is NULL but html, bounce and body_digest. Owner: caller. */
mime_message *mime_message_new(void);
