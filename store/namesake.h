/* namesake: who in the house has a name or a domain that a stranger may take on: contacts, employees, customers (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"

/* Contacts and employees at one moment. */
typedef struct namesakes namesakes;
namesakes *namesakes_load(db *desk, GError **error);
void namesakes_free(namesakes *all);

/* Each: the name or domain, as it is written here, that NAME or DOMAIN would be taken for (guise_skeleton); NULL: none. It lives as long as ALL,
 * which may be NULL. */
const char *namesakes_contact(const namesakes *all, const char *name);
const char *namesakes_employee(const namesakes *all, const char *name);
const char *namesakes_domain(const namesakes *all, const char *domain); /* of a contact's address; not DOMAIN itself */
/* TRUE when it is an employee's. */
bool namesakes_is_staff(const namesakes *all, const char *address);

/* The address of a registered customer who has NAME, where none of those who have it has ADDRESS. NULL without ERROR: there is none. Owner: caller. */
char *namesake_customer(db *desk, const char *name, const char *address, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(namesakes, namesakes_free)
