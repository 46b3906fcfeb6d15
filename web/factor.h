/* factor: the second factor at log-in: codes of an app, or recovery codes, each of them once. */
#pragma once

#include <stdbool.h>

#include "web/call.h"

#define FACTOR_RECOVERY_CODES 10

/* CODE is right for EMPLOYEE and is used up now; FALSE with the reply set (401, detail with the word totp). */
bool factor_admit(struct call *call, gint64 employee, const char *code);
/* A new recovery code, as it is shown. And what to store of one as it is typed: case, blanks and hyphens ignored. Owner: caller. */
char *factor_new_code(void);
GBytes *factor_code_hash(const char *typed);
