#include "milter/read/mime_reading.h"

#include <string.h>

#include "milter/read/calendar.h"
#include "milter/read/charset.h"
#include "milter/read/mime_facts.h"
#include "milter/read/mime_name.h"

#define MAILS_MAX 20   /* that are read within one mail */
#define EVENTS_MAX 20
#define OCTETS_MAX (1024 * 1024) /* of such a part that are looked at */
#define TEXTS_MAX (256 * 1024) /* octets of the texts of all mails within one, which a page shows with it; the rest is in the files */
#define SUBJECT_MAX 80 /* letters of it in the name of a file */

struct looking {
	mime_message *message;
	const guint8 *raw;
	guint mails, events;
	gsize text_left; /* octets */
};

struct kind {
	const char *type, *role;
	void (*look)(struct looking *, struct mime_part *, const struct mime_leaf *);
	const char *protection; /* what it means for the whole message; NULL: nothing */
};

static void
role_set(struct mime_part *part, const char *role)
{
	g_free(part->role);
	part->role = g_strdup(role);
}

static GBytes *
octets_of(const struct looking *looking, const struct mime_leaf *leaf)
{
	return g_byte_array_free_to_bytes(mime_leaf_decode(leaf, looking->raw, OCTETS_MAX));
}

/* "Anna Nowak <anna@customer.example>, …". Owner: caller. */
static char *
people_join(const GPtrArray *people)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < people->len && i < 20; i++) {
		const struct mime_address *address = people->pdata[i];
		g_string_append_printf(all, *address->name ? "%s%s <%s>" : "%s%s%s", i ? ", " : "", address->name, address->address);
	}
	return g_string_free(all, FALSE);
}

static char *
names_join(const GPtrArray *parts)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < parts->len && i < 20; i++)
		g_string_append_printf(all, "%s%s", i ? ", " : "", ((const struct mime_part *)parts->pdata[i])->name);
	return g_string_free(all, FALSE);
}

/* A mail without a name is called by its subject. */
static void
name_by_subject(struct mime_part *part, const struct mime_leaf *leaf, const char *subject)
{
	g_autofree char *start = g_utf8_substring(subject, 0, MIN(g_utf8_strlen(subject, -1), SUBJECT_MAX));
	g_autofree char *name = mime_name_clean(g_strdelimit(start, "/\\:*?\"<>|", ' '));
	if (*leaf->name || !*g_strstrip(name))
		return;
	g_free(part->name);
	part->name = g_strdup_printf("%s.eml", name);
}

static void
mail_look(struct looking *looking, struct mime_part *part, const struct mime_leaf *leaf)
{
	if (looking->mails++ >= MAILS_MAX)
		return;
	g_autoptr(GBytes) octets = octets_of(looking, leaf);
	g_autoptr(mime_message) inner = mime_read(octets, &(struct mime_options){.is_within = true});
	g_autofree char *from = people_join(inner->from), *to = people_join(inner->to), *files = names_join(inner->parts);
	g_autoptr(GDateTime) date = inner->date ? g_date_time_new_from_unix_utc(inner->date / 1000) : NULL;
	g_autofree char *when = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
	const char *const facts[][2] = {{"from", from}, {"to", to}, {"subject", inner->subject}, {"date", when ? when : ""}, {"text", inner->text}, {"files", files}};
	charset_cut(inner->text, looking->text_left);
	looking->text_left -= MIN(strlen(inner->text), MIME_FACT_BYTES);
	role_set(part, "mail");
	for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
		mime_facts_add(part->facts, facts[i][0], facts[i][1]);
	name_by_subject(part, leaf, inner->subject);
}

/* Whether another part tells of the same event: some programs send it twice, to be shown and to be kept. */
static bool
is_told(const mime_message *message, const GPtrArray *facts)
{
	const char *id = mime_facts_get(facts, "uid");
	for (guint i = 0; id && i < message->parts->len; i++) {
		const struct mime_part *part = message->parts->pdata[i];
		const char *other = mime_facts_get(part->facts, "uid");
		if (other && strcmp(id, other) == 0)
			return true;
	}
	return false;
}

static void
event_look(struct looking *looking, struct mime_part *part, const struct mime_leaf *leaf)
{
	if (looking->events++ >= EVENTS_MAX)
		return;
	g_autoptr(GBytes) octets = octets_of(looking, leaf);
	gsize length;
	const guint8 *bytes = g_bytes_get_data(octets, &length);
	g_autofree char *text = charset_clean_text(charset_decode(*leaf->charset ? leaf->charset : "utf-8", bytes, length));
	GPtrArray *facts = calendar_read(text);
	if (!facts)
		return;
	role_set(part, "event");
	if (is_told(looking->message, facts)) {
		g_ptr_array_unref(facts);
		return;
	}
	g_ptr_array_unref(part->facts);
	part->facts = facts;
}

/* Signatures and what else only programs read; what a type says of the whole message (RFC 8551, RFC 3156). */
static const struct kind kinds[] = {
	{"message/rfc822", "mail", mail_look, NULL}, {"message/global", "mail", mail_look, NULL}, {"text/rfc822-headers", "mail", mail_look, NULL},
	{"message/global-headers", "mail", mail_look, NULL}, {"text/calendar", "event", event_look, NULL}, {"application/ics", "event", event_look, NULL},
	{"application/pkcs7-signature", "signature", NULL, "smime-signed"}, {"application/x-pkcs7-signature", "signature", NULL, "smime-signed"},
	{"application/pgp-signature", "signature", NULL, "pgp-signed"}, {"application/pgp-encrypted", "control", NULL, "pgp-encrypted"},
};

static const struct kind *
kind_find(const struct mime_leaf *leaf)
{
	const char *type = g_str_has_suffix(leaf->name, ".ics") ? "text/calendar" : leaf->type;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return NULL;
}

static void
protection_set(mime_message *message, const char *protection)
{
	if (*message->protection)
		return;
	g_free(message->protection);
	message->protection = g_strdup(protection);
}

/* PGP's armour in the text itself (RFC 9580 section 6.2). */
static void
armour_look(mime_message *message)
{
	static const struct {const char *line, *protection;} armours[] = {
		{"-----BEGIN PGP SIGNED MESSAGE-----\n", "pgp-signed"}, {"-----BEGIN PGP MESSAGE-----\n", "pgp-encrypted"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(armours); i++) {
		const char *found = strstr(message->text, armours[i].line);
		if (found && (found == message->text || found[-1] == '\n'))
			protection_set(message, armours[i].protection);
	}
}

/* A mail that is nothing but another one says what that one says. */
static void
text_borrow(mime_message *message)
{
	const struct mime_part *only = message->parts->len == 1 ? message->parts->pdata[0] : NULL;
	const char *text = only && !strcmp(only->role, "mail") ? mime_facts_get(only->facts, "text") : NULL;
	if (!text || message->text[strspn(message->text, " \t\n")])
		return;
	g_free(message->text);
	message->text = g_strdup(text);
}

void
mime_reading_add(mime_message *message, const struct mime_tree *tree, const guint8 *raw)
{
	struct looking looking = {.message = message, .raw = raw, .text_left = TEXTS_MAX};
	for (guint i = 0; i < message->parts->len; i++) {
		struct mime_part *part = message->parts->pdata[i];
		const struct mime_leaf *leaf = &g_array_index(tree->leaves, struct mime_leaf, part->leaf);
		if (leaf->protection)
			protection_set(message, leaf->protection);
		if (leaf->is_opened)
			role_set(part, "signature");
		const struct kind *kind = kind_find(leaf);
		if (!kind)
			continue;
		if (kind->look)
			kind->look(&looking, part, leaf);
		else
			role_set(part, kind->role);
		if (kind->protection)
			protection_set(message, kind->protection);
	}
	text_borrow(message);
	armour_look(message);
}
