/* flatten: text as tables of words are compared with. */
#pragma once

#include <glib.h>

/* TEXT (UTF-8) in lower case, white space as one blank, typographic apostrophes as ', without blanks at its beginning. At most MAX octets of TEXT
 * are looked at. Owner: caller. */
char *flatten(const char *text, gsize max);
