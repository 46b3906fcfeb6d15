/* mime_reading: what parts are besides files: a mail that can be read, an event, a signature; and how the message was protected. */
#pragma once

#include "milter/read/mime.h"
#include "milter/read/mime_tree.h"

/* Sets role and facts of MESSAGE's parts, and MESSAGE's protection. A mail within the mail is read to one level. */
void mime_reading_add(mime_message *message, const struct mime_tree *tree, const guint8 *raw);
