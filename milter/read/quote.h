/* quote: what the sender of a reply wrote, without the history mail programs put below it. By tables of what the
 * programs of the world write; linear time. */
#pragma once

#include <glib.h>

/* TEXT (UTF-8, LF) without quoted history, without signature. Answers between quoted lines stay, with the lines they answer.
 * When nothing would be left: all of TEXT. Owner: caller. */
char *quote_strip(const char *text);

/* The same; LOOKS: how often a line was looked at, which must grow with the text and no faster. */
char *quote_strip_counted(const char *text, gsize *looks);
