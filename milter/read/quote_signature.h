/* quote_signature: what stands below a text and was not written for it: signatures, the words of phones, footers of lists. */
#pragma once

#include "milter/read/quote_lines.h"

/* Marks their lines as QUOTE_SIGNATURE; quotes and attributions must be marked before. */
void quote_signatures_mark(struct quote_lines *lines);
