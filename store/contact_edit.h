/* contact_edit: contacts as admins see and change them, with what must follow: threads of one that goes. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "store/contact.h"

struct contact_text {
	char *language, *name, *description;
};

/* A contact whole; owns what it points to. */
typedef struct contact_card {
	gint64 id, version, shop_id, position;
	gint64 threads;   /* that it has, wherever they are */
	bool is_saving, is_taking;
	GPtrArray *texts; /* of struct contact_text * */
	char **addresses; /* the sending one first */
	GArray *shops;    /* gint64, the home shop first */
} contact_card;

/* NULL without ERROR: not there. Owner: caller. */
contact_card *contact_card_load(db *desk, gint64 id, GError **error);
contact_card *contact_card_new(void); /* a new one: saves, keeps, belongs to no shop yet */
void contact_card_free(contact_card *card);
/* The text of LANGUAGE, made when there is none. */
struct contact_text *contact_card_text(contact_card *card, const char *language);

enum contact_outcome {
	CONTACT_FAILED = -1, /* ERROR */
	CONTACT_GONE,
	CONTACT_SAVED,
	CONTACT_STALE,    /* somebody else changed it */
	CONTACT_TAKEN,    /* the address at *WRONG is another contact's */
	CONTACT_NO_SHOP,  /* the shop at *WRONG does not exist */
};
/* CARD as it is to be (id 0: a new one, gets its number, stands last); its addresses are normal, at least one shop is there. The home shop
 * stays while it is among the shops, else it is the first one. */
enum contact_outcome contact_save(db *desk, contact_card *card, guint *wrong, GError **error);
/* The order of all contacts: IDS from the first to the last. FALSE without ERROR: these are not all there are. */
bool contact_set_order(db *desk, const gint64 *ids, guint count, GError **error);
/* Its threads move to the contact TO, 0: keep none; EMPLOYEE does it. 1; 0: not there; 2: TO is not there, the same one, or does not
 * serve the shops of all of them; -1: ERROR. */
int contact_drop(db *desk, gint64 id, gint64 to, gint64 employee, gint64 now, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(contact_card, contact_card_free)
