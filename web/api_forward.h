/* api_forward: a discussion handed on. */
#pragma once

#include "web/call.h"

void api_forward(struct call *call); /* POST /threads/ID/forward */
