/* address_text: what mail programs write into address headers though no grammar covers it (RFC 5322 section 3.4), made into what they
 * meant. Pure text, linear in its length; encoded words are to be protected before (mime_word). */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* TEXT with commas for the semicolons that separate addresses outside of groups, and with the name of its one address in quotes where it
 * holds what would be read as something else ("Sales: John <j@x.example>"). Owner: caller. */
char *address_text_mend(const char *text);
/* TRUE when what its sender gave as the address holds none ("support@shop.example" <>): what stands before it is a name, whatever it looks
 * like. */
bool address_text_is_void(const char *text);
/* The comment behind the address of a TEXT with one of them, "<a@x.example> (Anna)"; NULL: there is none. Owner: caller. */
char *address_text_comment(const char *text);
/* In place: an address without what was left around it: quotes, brackets, "mailto:". */
char *address_text_strip(char *address);
/* In place: a name without what led to the address behind it: opening brackets and quotes, "mailto:". */
char *address_text_strip_name(char *name);
