/* mime_auto: was this mail written by a program? Asked of the header only. */
#pragma once

#include "milter/mime.h"

/* Sets automatic and auto_reply of MESSAGE from its headers and subject; leaves them as they are when nothing says so. */
void mime_auto_judge(mime_message *message);
