#include "web/contact_read.h"

#include <string.h>

#include "web/texts.h"

#define ADDRESSES_MAX 100
#define ADDRESS_MAX 320

static const struct texts_rule name_rule = {"name", "title", 255, .is_needed = true, .code = "longer", .is_line = true};
static const struct texts_rule description_rule = {"description", "description", 2000, .code = "longer"};

static void
load_texts(contact_card *card, struct texts *names, struct texts *descriptions)
{
	texts_init(names);
	texts_init(descriptions);
	for (guint i = 0; i < card->texts->len; i++) {
		const struct contact_text *text = card->texts->pdata[i];
		texts_set(names, text->language, text->name);
		texts_set(descriptions, text->language, text->description);
	}
}

/* A language with nothing of its own gets the default one's title, so that none stands without. */
static void
store_texts(contact_card *card, const struct texts *names, const struct texts *descriptions, int needed)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		struct contact_text *text = contact_card_text(card, language_codes[i]);
		g_free(text->name);
		g_free(text->description);
		text->name = g_strdup(*names->in[i] ? names->in[i] : names->in[needed]);
		text->description = g_strdup(*descriptions->in[i] ? descriptions->in[i] : descriptions->in[needed]);
	}
}

static bool
read_texts(struct call *call, const json_in *in, contact_card *card)
{
	int needed = texts_default(call);
	if (needed < 0)
		return false;
	struct texts names, descriptions;
	load_texts(card, &names, &descriptions);
	texts_read(call, in, &name_rule, needed, &names);
	texts_read(call, in, &description_rule, needed, &descriptions);
	store_texts(card, &names, &descriptions, needed);
	texts_clear(&names);
	texts_clear(&descriptions);
	return true;
}

void
contact_write_texts(out *json, contact_card *card)
{
	struct texts names, descriptions;
	load_texts(card, &names, &descriptions);
	texts_write(json, "name", &names);
	texts_write(json, "description", &descriptions);
	texts_clear(&names);
	texts_clear(&descriptions);
}

/* Into LIST, in its normal form; FALSE with the reply set. */
static bool
add_address(struct call *call, const char *text, GPtrArray *list)
{
	g_autofree char *bare = g_strstrip(g_strdup(text));
	g_autofree char *normal = strlen(bare) <= ADDRESS_MAX ? contact_normal_address(bare) : NULL;
	if (!normal || strpbrk(normal, ", \t")) {
		reply_refuse(call->reply, "addresses", "address", 0, "\"%s\" is not an email address.", bare);
		return false;
	}
	if (!list->len && *normal == '@') {
		reply_refuse(call->reply, "addresses", "sender", 0, "The first address is the one mail is sent from: \"%s\" is a whole domain.", bare);
		return false;
	}
	if (!g_ptr_array_find_with_equal_func(list, normal, g_str_equal, NULL))
		g_ptr_array_add(list, g_steal_pointer(&normal));
	return true;
}

static void
read_addresses(struct call *call, const json_in *in, contact_card *card)
{
	if (!json_has(in, "addresses"))
		return;
	g_autoptr(GPtrArray) texts = json_get_texts(in, "addresses"), list = g_ptr_array_new_with_free_func(g_free);
	if (!texts || texts->len > ADDRESSES_MAX) {
		reply_refuse(call->reply, "addresses", "addresses", ADDRESSES_MAX, "addresses must be a list of at most %d texts.", ADDRESSES_MAX);
		return;
	}
	for (guint i = 0; i < texts->len; i++)
		if (!add_address(call, texts->pdata[i], list))
			return;
	g_ptr_array_add(list, NULL);
	g_strfreev(card->addresses);
	card->addresses = (char **)g_ptr_array_steal(list, NULL);
}

static void
read_switch(struct call *call, const json_in *in, const char *name, bool *value)
{
	if (json_has(in, name) && !json_get_bool(in, name, value))
		reply_refuse(call->reply, name, "switch", 0, "%s must be true or false.", name);
}

static bool
has_shop(const GArray *shops, gint64 shop)
{
	for (guint i = 0; i < shops->len; i++)
		if (g_array_index(shops, gint64, i) == shop)
			return true;
	return false;
}

static void
read_shops(struct call *call, const json_in *in, contact_card *card)
{
	g_autoptr(GArray) given = json_has(in, "shops") ? json_get_ints(in, "shops") : g_array_ref(card->shops);
	if (!given || !given->len) {
		reply_refuse(call->reply, "shops", "shops", 0, "You have to select at least one shop to associate this item with.");
		return;
	}
	g_autoptr(GArray) shops = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (guint i = 0; i < given->len; i++)
		if (!has_shop(shops, g_array_index(given, gint64, i)))
			g_array_append_val(shops, g_array_index(given, gint64, i));
	g_array_unref(card->shops);
	card->shops = g_steal_pointer(&shops);
}

bool
contact_read(struct call *call, const json_in *in, contact_card *card)
{
	if (!read_texts(call, in, card))
		return false;
	read_addresses(call, in, card);
	read_switch(call, in, "saving", &card->is_saving);
	read_switch(call, in, "taking", &card->is_taking);
	read_shops(call, in, card);
	if (!call->reply->wrong && !card->is_saving && !card->addresses[0])
		reply_refuse(call->reply, "addresses", "nowhere", 0,
			"A contact that saves no messages needs an address: what is written to it would go nowhere.");
	return !call->reply->wrong;
}
