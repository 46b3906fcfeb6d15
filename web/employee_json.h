/* employee_json: an employee in JSON, and an edit of one out of JSON. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/employee.h"
#include "store/out.h"
#include "store/staff.h"
#include "web/call.h"
#include "web/json.h"

#define EMPLOYEE_NAME_MAX 100 /* characters */
#define EMPLOYEE_EMAIL_MAX 254 /* octets: RFC 5321 */
#define EMPLOYEE_LOGIN_MAX 255 /* octets */

void employee_json(out *json, const char *name, const employee *person);
/* What IN says; what it does not say is as in PERSON (NULL: a new one). FALSE with the reply set, every wrong field named. Texts live as long
 * as IN and PERSON. Hashes a password: for the log-in workers. Owner of what is in EDIT: caller, by employee_json_clear. */
bool employee_json_read(struct call *call, const json_in *in, const employee *person, struct staff_edit *edit);
void employee_json_clear(struct staff_edit *edit);

/* FALSE, and FIELD refused, when a name is empty, too long or holds control characters. NULL is fine: not given. */
bool employee_json_is_name(struct call *call, const char *field, const char *name);
/* At the mail server: no blanks, no control characters. NULL is fine: not given. */
bool employee_json_is_login(struct call *call, const char *login);
bool employee_json_is_language(struct call *call, const char *language);
/* 12 characters or more. */
bool employee_json_is_password(struct call *call, const char *field, const char *password);
