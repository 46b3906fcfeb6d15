/* quote_attribution: the sentences that say who wrote what is quoted below, and when. */
#pragma once

#include "milter/read/quote_lines.h"

/* Marks their lines as QUOTE_ATTRIBUTION. */
void quote_attributions_mark(struct quote_lines *lines);
