/* base64: groups of four letters and the three octets that each stands for (RFC 4648 section 4), many at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

bool base64_is_letter(guint8 letter);
/* The value of a letter, 0 to 63. */
guint base64_value(guint8 letter);
/* Reads the whole groups that LETTERS begin with, up to the first octet that is no letter, into OCTETS, which have room for SIZE / 4 * 3. How many
 * letters they are. */
size_t base64_read(const guint8 *letters, size_t size, guint8 *octets);
/* SIZE, a multiple of 3, of OCTETS as SIZE / 3 * 4 LETTERS. */
void base64_write(const guint8 *octets, size_t size, guint8 *letters);
