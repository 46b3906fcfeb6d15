/* charset_table: the names charsets go by in mail, and the converters behind them. No I/O after charset_table_open. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum charset_kind {
	CHARSET_SINGLE,  /* one byte a letter */
	CHARSET_DOUBLE,  /* one or two, ASCII among them */
	CHARSET_SHIFTED, /* seven bits, marks change what they mean */
	CHARSET_WIDE     /* ASCII takes two or four bytes */
};

/* Every converter is opened there and stays open, as no module can be loaded after a confinement. */
void charset_table_open(void);

/* The row of a charset as mails spell it ("x-ISO_8859-1:1987"); -1: not in the table, which UTF-8 and ASCII are not either. */
int charset_row(const char *name);

enum charset_kind charset_kind(int row);

struct charset_bytes {
	const guint8 *data;
	gsize length;
};

/* FROM, in the charset of ROW, as UTF-8 (NULs included). The number of places that could not be converted stands in BAD afterwards,
 * U+FFFD in their place; more than MAX of them: NULL. Owner: caller. */
GString *charset_convert(int row, const struct charset_bytes *from, gsize max, gsize *bad);
