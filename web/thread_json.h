/* thread_json: threads and events as the API shows them. */
#pragma once

#include "store/event.h"
#include "store/thread.h"
#include "store/out.h"

/* {id,firstname,lastname}, or null where id is 0. */
void thread_json_person(out *json, const char *name, gint64 id, const char *firstname, const char *lastname);
/* {id,name}, or null where id is 0. */
void thread_json_named(out *json, const char *name, gint64 id, const char *text);
/* "thread_total" and a page of "threads", {id, subject, status, contact, last_message}. FALSE: ERROR. */
bool thread_json_owned(out *json, db *desk, const viewer *who, const struct thread_owner *owner, GError **error);
/* The members of a row of the list; the caller begins and ends the object. */
void thread_json_row(out *json, const struct thread_row *row);
