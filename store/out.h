/* out: JSON out, by a small streaming writer that cannot produce malformed output or invalid UTF-8. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* NAME is needed within an object, NULL elsewhere; anything else is a bug. Text that is not UTF-8 gets U+FFFD where it is not. */
typedef struct out out;

out *out_new(void);
/* The finished text; everything that was begun must have ended. Frees JSON. Owner: caller. */
GBytes *out_done(out *json);
char *out_done_text(out *json); /* as a string */
void out_free(out *json);

void out_object(out *json, const char *name);
void out_array(out *json, const char *name);
void out_end(out *json);
void out_text(out *json, const char *name, const char *value); /* NULL becomes null */
void out_int(out *json, const char *name, gint64 value);
void out_real(out *json, const char *name, double value); /* as short as it can be read back; what is not finite becomes null */
void out_tenths(out *json, const char *name, double value); /* one decimal */
void out_bool(out *json, const char *name, bool value);
void out_null(out *json, const char *name);
void out_time(out *json, const char *name, gint64 ms); /* ISO 8601, UTC, milliseconds; 0 becomes null */
/* TEXT is what this module wrote before (a column of the store); "" becomes null. */
void out_stored(out *json, const char *name, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(out, out_free)
