/* sorting_guise: how the sender of a mail may fool whoever reads it. Each rule is one row of the table at the end. */
#include <string.h>

#include "milter/sorting_reading.h"
#include "store/guise.h"
#include "store/out.h"

struct look {
	const struct sorting *sorting;
	const struct reading *reading;
	const char *name, *address; /* of who writes; the name as it came */
};

static bool
is_ours(const struct look *look, const char *address)
{
	return contact_book_find(look->sorting->book, address, *look->sorting->conf->milter.recipient_delimiter, NULL);
}

/* One of the house: a contact or an employee. */
static bool
is_of_house(const struct look *look)
{
	return is_ours(look, look->address) || namesakes_is_staff(look->sorting->names, look->address);
}

static const char *
domain_of(const struct look *look)
{
	const char *at = strrchr(look->address, '@');
	return at ? at + 1 : "";
}

/* No From that could be used: what is shown is the envelope's word. */
static char *
no_author(const struct look *look)
{
	const mime_message *message = look->reading->message;
	return message->from->len || message->bounce ? NULL : g_strdup(""); /* a mail server needs no name */
}

static char *
several_authors(const struct look *look)
{
	const GPtrArray *from = look->reading->message->from;
	const struct mime_address *first = from->len ? from->pdata[0] : NULL;
	for (guint i = 1; i < from->len; i++) {
		const struct mime_address *other = from->pdata[i];
		if (g_ascii_strcasecmp(first->address, other->address))
			return g_strdup(other->address);
	}
	return NULL;
}

/* The name shows an address of another house. */
static char *
name_is_address(const struct look *look)
{
	g_autofree char *shown = guise_address_in(look->name);
	return shown && !guise_is_same_house(shown, look->address) ? g_steal_pointer(&shown) : NULL;
}

static char *
name_is_contact(const struct look *look)
{
	return is_of_house(look) ? NULL : g_strdup(namesakes_contact(look->sorting->names, look->name));
}

static char *
name_is_employee(const struct look *look)
{
	return is_of_house(look) ? NULL : g_strdup(namesakes_employee(look->sorting->names, look->name));
}

static char *
name_is_customer(const struct look *look)
{
	g_autofree char *plain = guise_plain(look->name);
	return *plain && !is_of_house(look) ? namesake_customer(look->sorting->desk, plain, look->address, NULL) : NULL;
}

static char *
name_is_mixed(const struct look *look)
{
	return guise_is_mixed(look->name) ? g_strdup("") : NULL;
}

static char *
name_is_reversed(const struct look *look)
{
	return guise_is_reversed(look->name) ? g_strdup("") : NULL;
}

static char *
domain_is_mixed(const struct look *look)
{
	return guise_is_domain_mixed(domain_of(look)) ? g_hostname_to_unicode(domain_of(look)) : NULL;
}

/* "sh0p.example" */
static char *
domain_is_like_ours(const struct look *look)
{
	return g_strdup(namesakes_domain(look->sorting->names, domain_of(look)));
}

/* An address of the house, from outside, though our mail servers could have said that it is. */
static char *
house_unproven(const struct look *look)
{
	const mail_info *mail = look->reading->mail;
	bool could_know = *look->sorting->conf->sort.authserv_id && !strcmp(mail->door, "milter") && !*mail->auth;
	const GPtrArray *from = look->reading->message->from;
	bool is_proven = !strcmp(look->reading->message->auth.dmarc, "pass");
	return could_know && !is_proven && from->len && !look->reading->via && is_of_house(look) ? g_strdup(look->address) : NULL;
}

/* What the API calls it; whether no honest mail is like that, so that its sender's name is not to be used; and what tells it: its detail, "" when
 * there is none to tell; NULL: it is not so. Owner: caller. */
static const struct {
	const char *kind;
	bool is_grave;
	char *(*find)(const struct look *look);
} rules[] = {
	{"no_author", false, no_author},
	{"several_authors", false, several_authors},
	{"name_address", true, name_is_address},
	{"name_contact", false, name_is_contact},
	{"name_employee", true, name_is_employee},
	{"name_customer", false, name_is_customer},
	{"name_mixed", true, name_is_mixed},
	{"name_reversed", true, name_is_reversed},
	{"domain_mixed", true, domain_is_mixed},
	{"domain_ours", true, domain_is_like_ours},
	{"house_unproven", true, house_unproven},
};

char *
sorting_warnings(const struct sorting *sorting, const struct reading *reading)
{
	const struct look look = {sorting, reading, reading->who.name, reading->who.address};
	int count = 0;
	g_autoptr(out) json = out_new();
	out_array(json, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *detail = rules[i].find(&look);
		if (!detail)
			continue;
		out_object(json, NULL);
		out_text(json, "kind", rules[i].kind);
		out_text(json, "detail", detail);
		out_bool(json, "grave", rules[i].is_grave);
		out_end(json);
		count++;
	}
	out_end(json);
	return count ? out_done_text(g_steal_pointer(&json)) : g_strdup("");
}
