#include "store/recipients.h"

#include <string.h>

#include "store/contact.h"
#include "store/out.h"

static const struct correspondent *
find_person(const GPtrArray *people, const char *address)
{
	for (guint i = 0; i < people->len; i++) {
		const struct correspondent *person = people->pdata[i];
		if (!g_ascii_strcasecmp(person->address, address))
			return person;
	}
	return NULL;
}

static void
add(GArray *recipients, const char *field, const struct correspondent *person)
{
	for (guint i = 0; i < recipients->len; i++)
		if (!g_ascii_strcasecmp(g_array_index(recipients, struct outbox_recipient, i).address, person->address))
			return;
	struct outbox_recipient recipient = {field, person->name, person->address};
	g_array_append_val(recipients, recipient);
}

static bool
choose(const GPtrArray *people, const char *field, const GPtrArray *addresses, GArray *recipients, char **culprit)
{
	for (guint i = 0; addresses && i < addresses->len; i++) {
		g_autofree char *normal = contact_mailable_address(addresses->pdata[i]);
		const struct correspondent *person = normal ? find_person(people, normal) : NULL;
		if (!person) {
			*culprit = g_strdup(addresses->pdata[i]);
			return false;
		}
		add(recipients, field, person);
	}
	return true;
}

/* Addresses that no mail can go to stay out. */
static void
choose_default(const GPtrArray *people, GArray *recipients)
{
	for (guint i = 0; i < people->len; i++) {
		const struct correspondent *person = people->pdata[i];
		g_autofree char *normal = person->is_default ? contact_mailable_address(person->address) : NULL;
		if (normal)
			add(recipients, "to", person);
	}
}

bool
recipients_choose(const GPtrArray *people, const GPtrArray *to, const GPtrArray *cc, GArray *recipients, char **culprit)
{
	if (!choose(people, "to", to, recipients, culprit))
		return false;
	if (!to)
		choose_default(people, recipients);
	return choose(people, "cc", cc, recipients, culprit);
}

static void
write_field(out *json, const GArray *recipients, const char *field)
{
	out_array(json, field);
	for (guint i = 0; i < recipients->len; i++) {
		const struct outbox_recipient *recipient = &g_array_index(recipients, struct outbox_recipient, i);
		if (strcmp(recipient->field, field))
			continue;
		out_object(json, NULL);
		out_text(json, "name", recipient->name);
		out_text(json, "address", recipient->address);
		out_end(json);
	}
	out_end(json);
}

char *
recipients_json(const GArray *recipients)
{
	out *json = out_new();
	out_object(json, NULL);
	write_field(json, recipients, "to");
	write_field(json, recipients, "cc");
	out_end(json);
	return out_done_text(json);
}
