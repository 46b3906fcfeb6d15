/* html_style: what matters to a text of the style an element of HTML mail has. STYLE and CLASS may be NULL. Linear. */
#pragma once

#include <stdbool.h>

/* It is not shown: the text for the preview that some mail begins with, what is there for one program only. */
bool html_style_is_hidden(const char *style);

/* Its blanks and line ends count. */
bool html_style_is_preformatted(const char *style);

/* A paragraph without room above and below, as Word and Outlook write every line. */
bool html_style_is_tight(const char *style, const char *class);

/* A blockquote that only indents: mail programs write one for their button "indent". */
bool html_style_is_indent(const char *style);
