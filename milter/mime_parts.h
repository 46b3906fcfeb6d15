/* mime_parts: from leaves to the parts of a message. */
#pragma once

#include "milter/mime.h"
#include "milter/mime_leaf.h"

/* Adds LEAF of the mail RAW. */
void mime_part_add(mime_message *message, const struct mime_leaf *leaf, const guint8 *raw);
void mime_part_free(struct mime_part *part);
