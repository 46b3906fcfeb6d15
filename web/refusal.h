/* refusal: what is said to requests of which nobody looks at what they want. Pure. */
#pragma once

#include <glib.h>

/* What is wrong with a request that is refused with STATUS. */
const char *refusal_detail(int status);
/* A whole answer (RFC 9457), behind which the connection ends; for where no reply is written. DETAIL: NULL is what refusal_detail says. Owner: caller. */
GString *refusal_answer(int status, const char *detail);
