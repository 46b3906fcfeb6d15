/* csv: rows as RFC 4180 writes them, with no cell that a spreadsheet would run. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define CSV_MARK "\xef\xbb\xbf" /* the byte order mark: some spreadsheets read UTF-8 only behind it */

/* A cell each, behind what stands in ROWS. NULL: an empty cell. What is not UTF-8 becomes U+FFFD. */
void csv_text(GString *rows, const char *text);
void csv_octets(GString *rows, const char *text, size_t size);
/* NUMBER as it stands: it is one. */
void csv_number(GString *rows, const char *number);
void csv_int(GString *rows, gint64 number);
void csv_end(GString *rows); /* of the row */
