/* flowed: text whose lines may be joined again (RFC 3676, format=flowed). */
#pragma once

#include <stdbool.h>

/* TEXT, taken over, with its soft line ends gone; LF line ends. Owner: caller. */
char *flowed_join(char *text, bool is_delsp);

/* The other way: TEXT as it is to leave (without DelSp), long lines broken, "> " before what is quoted. Owner: caller. */
char *flowed_make(const char *text);
