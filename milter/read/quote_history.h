/* quote_history: where the history below an answer begins when a title ("-----Original Message-----") or a block of headers
 * ("From: … Sent: … Subject: …") tells. */
#pragma once

#include "milter/read/quote_lines.h"

/* The first line of it; the count of LINES when there is none. */
guint quote_history_find(struct quote_lines *lines);
