/* mime_auto: was this mail written by a program, or spread by one? Asked of the header only. */
#pragma once

#include "milter/read/mime.h"

/* Sets automatic, auto_reply and is_list of MESSAGE from its headers and subject; leaves them as they are when nothing says so. What a person writes
 * to a list where people talk to each other is not automatic, though it comes by a program. */
void mime_auto_judge(mime_message *message);
