/* filing_rows: the rows that one mail has in its thread, as filing writes them first and reread writes them anew. In the caller's transaction. */
#pragma once

#include "store/filing.h"

/* What reading a mail gives of its row in message. */
struct filing_column {
	const char *name; /* its parameter: ":" and the column's name */
	enum {FILING_TEXT, FILING_TIME, FILING_FLAG} kind; /* TIME: 0 is NULL */
	size_t offset; /* in struct filing_mail */
	const char *kept;    /* SQL: its value in a row; NULL: the column's */
	const char *setting; /* SQL: what of the row is set to keep it, as in UPDATE; NULL: the column */
};
extern const struct filing_column filing_columns[];
extern const size_t filing_column_count;

/* All of them in order, as a SELECT reads them, "sent, from_name"; IS_SETTING: as an UPDATE sets them, "sent = :sent, from_name = :from_name".
 * Owner: caller. */
char *filing_column_names(bool is_setting);
/* All of them, in STATEMENT, which names each. */
void filing_set_columns(query *statement, const struct filing_mail *mail);

bool filing_add_references(db *desk, const struct filing_mail *mail, gint64 message, GError **error);
bool filing_add_persons(db *desk, const struct filing_mail *mail, gint64 thread, GError **error);
bool filing_add_parts(db *desk, const struct filing_mail *mail, gint64 message, GError **error);
/* RELATED (may be NULL): gint64 threads; THREAD itself among them is left out. */
bool filing_add_links(db *desk, gint64 thread, const GArray *related, GError **error);

/* "First words of the text…" as the list shows them. Owner: caller. */
char *filing_excerpt(const struct filing_mail *mail);
