/* draft: what an employee is writing in a thread, kept until it is sent or thrown away; one for each employee and thread (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

#define DRAFT_MAX (640 * 1024) /* octets: a letter's text and its HTML, and what belongs to them */

/* CONTENT is JSON. 1: kept; 0: the thread is not there, or not theirs to see; -1: ERROR. */
int draft_save(db *desk, const viewer *who, gint64 thread, const char *content, gint64 now, GError **error);
/* What WHO has kept, with a member "updated": since when. NULL without ERROR: nothing. Owner: caller. */
char *draft_get(db *desk, const viewer *who, gint64 thread, GError **error);
/* It goes, and the files that were chosen for it; as draft_save. */
int draft_drop(db *desk, const viewer *who, gint64 thread, GError **error);
