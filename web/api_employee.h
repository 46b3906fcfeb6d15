/* api_employee: the staff, by admins. */
#pragma once

#include "web/call.h"

void api_employee_list(struct call *call);       /* GET /employees ?name email role active sort page limit */
void api_employee_add(struct call *call);        /* POST /employees {firstname, lastname, email, role, language?, active?, all_contacts?, contacts?, password?} */
void api_employee_get(struct call *call);        /* GET /employees/ID */
void api_employee_change(struct call *call);     /* PATCH, PUT /employees/ID, the same; If-Match */
void api_employee_remove(struct call *call);     /* DELETE /employees/ID */
void api_employee_remove_all(struct call *call); /* DELETE /employees?ids= */
