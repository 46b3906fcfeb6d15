/* mime_name: the names of files that mail brings. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The last component of NAME, in whatever charset it is: no path, no controls, nothing that turns the direction of writing, at most
 * 255 octets. Owner: caller. */
char *mime_name_clean(const char *name);

/* A name for a file that has none, by its type: "attachment.pdf". Owner: caller. */
char *mime_name_by_type(const char *type);

/* The type that a file's name says; application/octet-stream when it says none that is known. */
const char *mime_name_type(const char *name);

/* Whether NAME ends as names of files do: ".pdf". */
bool mime_name_has_ending(const char *name);
