/* mime_body: which leaves of a mail are what its sender wrote, and that as text and as HTML. The others are its parts. */
#pragma once

#include "milter/read/mime.h"
#include "milter/read/mime_text.h"
#include "milter/read/mime_tree.h"

/* Fills text, html and parts of MESSAGE. Returns the charset of the text, declared or chosen, "" when there is none; owner: TREE or
 * SOURCE. */
const char *mime_body_read(mime_message *message, const struct mime_tree *tree, const struct mime_source *source);
