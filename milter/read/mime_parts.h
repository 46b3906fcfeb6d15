/* mime_parts: from leaves to the parts of a message. */
#pragma once

#include "milter/read/mime.h"
#include "milter/read/mime_tree.h"

/* Adds the leaf AT its place in TREE, of the mail RAW; not one that cannot be streamed out of it. */
void mime_part_add(mime_message *message, const struct mime_tree *tree, guint at, const guint8 *raw);
void mime_part_free(struct mime_part *part);
