/* sorting_parts: the parts of a mail as rows for the store. */
#pragma once

#include "milter/read/mime.h"
#include "store/part.h"

/* A row for each part of MESSAGE, which they borrow from. Owner: caller, by sorting_parts_free. */
struct part_row *sorting_parts(const mime_message *message);
void sorting_parts_free(struct part_row *rows);
