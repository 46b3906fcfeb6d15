/* contact: what customers write to, and which recipient belongs to which contact (desk.db). */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/db.h"
#include "store/viewer.h"

/* One contact as the routing of mail sees it. */
struct contact_route {
	gint64 id, shop_id;
	char *address; /* it sends from; "" = none */
	bool is_saving, is_taking;
};

/* All contacts' addresses at one moment. Immutable, counted: threads share it. */
typedef struct contact_book contact_book;

contact_book *contact_book_load(db *desk, GError **error);
contact_book *contact_book_ref(contact_book *book);
void contact_book_unref(contact_book *book);

/* The contact that RECIPIENT ("local@domain", brackets and case as they come, domain in any form) belongs to: exactly, else
 * without what follows DELIMITER (0 = none), else by "@domain". NULL: none. *EXTENSION (may be NULL) gets what followed the
 * delimiter, "" when nothing did; owner: caller. The route lives as long as BOOK. */
const struct contact_route *contact_book_find(contact_book *book, const char *recipient, char delimiter, char **extension);
const struct contact_route *contact_book_by_id(contact_book *book, gint64 id);

/* "Local@BÜCHER.example" or "<…>" → "local@xn--bcher-kva.example"; NULL when it is no address. Owner: caller. */
char *contact_normal_address(const char *address);
/* The same, when mail can be sent to it: one local part of letters and a domain of host names. NULL: it cannot. Owner: caller. */
char *contact_mailable_address(const char *address);
/* Does mail to ADDRESS (normal) come back to a contact, by itself or without what follows DELIMITER (0 = none)? 1, 0, -1: ERROR. */
int contact_is_own(db *desk, const char *address, char delimiter, GError **error);
/* Has a contact an address in DOMAIN (normal), or in one below it? 1, 0, -1: ERROR. */
int contact_has_domain(db *desk, const char *domain, GError **error);

struct contact_new {
	const char *name, *description; /* in every language */
	const char *const *addresses;   /* the first one is the sending one; "@domain" only from the second on; NULL-terminated */
	bool is_taking, is_off;
};
/* Adds one to the first shop, last in order. FALSE with a sentence for people when an address is wrong or taken. */
bool contact_add(db *desk, const struct contact_new *contact, gint64 *id, GError **error);
/* Gives addresses to a contact there is; the first becomes its sending one when it had none. */
bool contact_add_addresses(db *desk, gint64 id, const char *const *addresses, GError **error);

/* One a call of EACH, by position, then name, in LANGUAGE (else the shop's default one, else any). Stops on FALSE. */
struct contact_row {
	gint64 id, shop_id, position, version;
	const char *name, *description, *address, *shop_name;
	const char *addresses; /* comma-separated */
	bool is_saving, is_taking;
};
bool contact_each(db *desk, const char *language, bool (*each)(const struct contact_row *row, void *data), void *data, GError **error);

/* The same of those that WHO sees and FILTER leaves, by its sort; texts NULL = not filtered, id 0. */
struct contact_filter {
	gint64 id;
	const char *name, *address, *description; /* words, or their beginnings; part of an address */
	const char *sort;                         /* one of contact_sorts, "-" in front: descending; NULL = "position" */
	int limit, page;                          /* page from 1 */
};
extern const char *const contact_sorts[]; /* NULL-terminated */
bool contact_each_filtered(db *desk, const viewer *who, const struct contact_filter *filter,
	bool (*each)(const struct contact_row *row, void *data), void *data, GError **error);
gint64 contact_total(db *desk, const viewer *who, const struct contact_filter *filter, GError **error); /* -1: ERROR */

/* A contact block of the Customer Service page. */
struct contact_block {
	struct contact_row contact;
	gint64 open, thread, message; /* 0: none */
};
bool contact_each_block(db *desk, const char *language, bool (*each)(const struct contact_block *block, void *data), void *data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(contact_book, contact_book_unref)
