/* opening: what an answer begins with: the default message in the thread's language, its fields filled, then the employee's signature (desk.db). */
#pragma once

#include <glib.h>

#include "store/correspondence.h"

/* NULL: ERROR. Owner: caller. */
char *opening_text(db *desk, const viewer *who, const correspondence *about, GError **error);
