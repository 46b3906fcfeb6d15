/* manifest: what a backup consists of, and whether that is still so. A GKeyFile beside the files; a backup without one is not complete. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define MANIFEST_NAME "manifest"

/* The files of a store that a backup holds; NULL-terminated. Databases end in ".db". */
extern const char *const manifest_files[];

/* What can be said of a backup without looking into its databases. */
struct manifest {
	gint64 taken, last_mail; /* ms; number of the last raw mail */
	char program[32];
};

/* Describes the files in DIRECTORY, in DIRECTORY/manifest, on the disk. TAKEN in ms. */
bool manifest_write(const char *directory, gint64 taken, gint64 last_mail, GError **error);
/* FALSE with a sentence: no manifest of ours is there. */
bool manifest_read(const char *directory, struct manifest *manifest, GError **error);
/* Adds a sentence to PROBLEMS for each file that is not as the manifest says, or too new for this program. FALSE: ERROR. */
bool manifest_compare(const char *directory, GPtrArray *problems, GError **error);
