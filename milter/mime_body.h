/* mime_body: which leaves of a mail are what its sender wrote, and that as text and as HTML. The others are its parts. */
#pragma once

#include "milter/mime.h"
#include "milter/mime_tree.h"

/* Fills text, html and parts of MESSAGE. Returns the declared charset of the text, "" when there is none; owner: TREE. */
const char *mime_body_read(mime_message *message, const struct mime_tree *tree, const guint8 *raw);

void mime_part_free(struct mime_part *part);
