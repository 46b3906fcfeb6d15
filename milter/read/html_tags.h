/* html_tags: what is taken out of a stranger's HTML before a parser sees it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* HTML without comments, scripts, styles and tags beyond 16 KB, on which libxml2 would spend quadratic time; what only looks like a
 * tag ("<anna@shop.example>") is text, entities have their semicolons. Linear. Owner: caller. */
GString *html_tags_bound(const char *html);

/* How many octets of HTML hold no more elements than *LEFT, which becomes what is left of it: browsers die of half a million. */
gsize html_tags_within(const char *html, guint *left);

/* Does it begin as an HTML page does, or with an element that begins a mail? */
bool html_is_begun(const guint8 *text, gsize length);
