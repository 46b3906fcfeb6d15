/* html_text: HTML mail → text that reads well: links, lists, tables, quotes as "> ". libxml2 lives here alone. */
#pragma once

#include <glib.h>

/* Once per process, before the first html_text and before any confinement. */
void html_init(void);

/* HTML in UTF-8 → text, LF line ends, about MAX bytes at most; what a mail hides is left out. Never fails, needs linear time
 * whatever the HTML. Owner: caller. */
char *html_text(const char *html, gsize max);

/* The charset its <meta> names, looked for in the first kilobytes of LENGTH bytes in any ASCII superset; NULL. Owner: caller. */
char *html_charset(const guint8 *html, gsize length);
