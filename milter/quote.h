/* quote: what the sender of a reply wrote, without the history mail programs put below it. By tables of what the
 * programs of the world write; linear time. */
#pragma once

/* TEXT (UTF-8, LF) without quoted history, without signature. Answers between quoted lines stay, with the lines they answer.
 * When nothing would be left: all of TEXT. Owner: caller. */
char *quote_strip(const char *text);
