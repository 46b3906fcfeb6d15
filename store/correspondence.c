#include "store/correspondence.h"

#include <string.h>

#include "store/contact.h"
#include "store/guise.h"
#include "store/out.h"
#include "store/setting.h"
#include "store/token.h"

#define REFERENCES_MAX 20    /* the newest ones; the first stays too (RFC 5322 section 3.6.4) */
#define QUOTE_MAX 20000      /* characters */

void
correspondence_free(correspondence *self)
{
	if (!self)
		return;
	char *const texts[] = {self->sender_name, self->sender, self->reply_to, self->marker, self->status, self->folder, self->subject,
		self->language, self->time_zone, self->email, self->name, self->in_reply_to, self->quoted_author, self->quoted_text};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_clear_pointer(&self->references, g_ptr_array_unref);
	g_free(self);
}

/* 1: found; 0; -1. */
static int
read_thread(db *desk, const viewer *who, gint64 thread, correspondence *self, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT t.id, t.shop_id, t.contact_id, t.employee_id, t.status_changed, t.status, t.folder, t.subject, t.language, s.time_zone, t.email,"
		" trim(coalesce(c.firstname || ' ' || c.lastname, t.name)) FROM thread t JOIN shop s ON s.id = t.shop_id"
		" LEFT JOIN customer c ON c.id = t.customer_id WHERE t.id = :id AND t.folder <> 'merged' AND " VIEWER_SEES("t.contact_id"), error);
	if (!row)
		return -1;
	query_set_int(row, ":id", thread);
	query_set_int(row, ":viewer", who->id);
	int got = query_next(row, error);
	if (got <= 0)
		return got;
	self->thread = query_int(row, 0);
	self->shop_id = query_int(row, 1);
	self->contact_id = query_int(row, 2);
	self->employee_id = query_int(row, 3);
	self->status_changed = query_int(row, 4);
	char **const texts[] = {&self->status, &self->folder, &self->subject, &self->language, &self->time_zone, &self->email, &self->name};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup(query_text(row, (int)i + 5));
	return 1;
}

/* Threads without a contact, or of one without an address, are answered as the shop's first one that has one. */
static bool
read_sender(db *desk, correspondence *self, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT c.id, c.address, coalesce(nullif(t.name, ''), d.name, c.address) FROM contact c JOIN shop s ON s.id = c.shop_id"
		" LEFT JOIN contact_text t ON t.contact_id = c.id AND t.language = :language"
		" LEFT JOIN contact_text d ON d.contact_id = c.id AND d.language = s.language"
		" WHERE c.address <> '' AND (c.id = :contact OR EXISTS (SELECT 1 FROM contact_shop WHERE contact_id = c.id AND shop_id = :shop))"
		" ORDER BY c.id = :contact DESC, c.position, c.id LIMIT 1", error);
	if (!row)
		return false;
	query_set_text(row, ":language", self->language);
	query_set_int(row, ":contact", self->contact_id);
	query_set_int(row, ":shop", self->shop_id);
	int got = query_next(row, error);
	self->sender_id = got > 0 ? query_int(row, 0) : 0;
	self->sender = g_strdup(got > 0 ? query_text(row, 1) : "");
	self->sender_name = g_strdup(got > 0 ? query_text(row, 2) : "");
	return got >= 0;
}

static void
sign(db *desk, const struct signer *signer, correspondence *self)
{
	self->delimiter = signer->delimiter;
	if (*self->sender && signer->delimiter && setting_get_int(desk, self->shop_id, "plus_address"))
		self->reply_to = token_plus_address(signer->keys, self->thread, self->sender, signer->delimiter);
	if (setting_get_int(desk, self->shop_id, "subject_marker"))
		self->marker = token_marker(signer->keys, self->thread);
	self->is_quoting = setting_get_int(desk, self->shop_id, "quote");
}

static bool
read_references(db *desk, correspondence *self, GError **error)
{
	g_autoptr(query) rows = db_query(desk,
		"WITH own AS (SELECT id, message_ref, kind FROM message WHERE thread_id = :thread AND kind <> 'note' AND message_ref <> ''"
		"  AND bounce = '')"
		" SELECT message_ref, kind FROM own WHERE id = (SELECT min(id) FROM own)"
		" OR id IN (SELECT id FROM own ORDER BY id DESC LIMIT :max) ORDER BY id", error);
	int got = rows ? 0 : -1;
	if (rows) {
		query_set_int(rows, ":thread", self->thread);
		query_set_int(rows, ":max", REFERENCES_MAX);
	}
	const char *customers = NULL;
	self->references = g_ptr_array_new_with_free_func(g_free);
	while (rows && (got = query_next(rows, error)) > 0) {
		g_ptr_array_add(self->references, g_strdup(query_text(rows, 0)));
		if (!strcmp(query_text(rows, 1), "customer"))
			customers = self->references->pdata[self->references->len - 1];
	}
	guint count = self->references->len;
	self->in_reply_to = g_strdup(customers ? customers : count ? self->references->pdata[count - 1] : "");
	return got == 0;
}

static bool
read_quoted(db *desk, correspondence *self, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT id, coalesce(sent, received), coalesce(nullif(from_name, ''), from_address), substr(text, 1, :max) FROM message"
		" WHERE thread_id = :thread AND +kind = 'customer' AND is_automatic = 0 AND state <> 'unreadable' ORDER BY id DESC LIMIT 1", error);
	if (!row)
		return false;
	query_set_int(row, ":thread", self->thread);
	query_set_int(row, ":max", QUOTE_MAX);
	int got = query_next(row, error);
	if (got > 0) {
		self->quoted_id = query_int(row, 0);
		self->quoted_when = query_int(row, 1);
		self->quoted_author = g_strdup(query_text(row, 2));
		self->quoted_text = g_strdup(query_text(row, 3));
	}
	return got >= 0;
}

correspondence *
correspondence_open(db *desk, const viewer *who, const struct signer *signer, gint64 thread, GError **error)
{
	g_autoptr(correspondence) self = g_new0(correspondence, 1);
	if (read_thread(desk, who, thread, self, error) <= 0 || !read_sender(desk, self, error) || !read_references(desk, self, error) ||
		!read_quoted(desk, self, error))
		return NULL;
	sign(desk, signer, self);
	return g_steal_pointer(&self);
}

/* What programs put before the subject of an answer, and our own marker. */
static char *
bare_subject(const char *subject)
{
	g_autoptr(GRegex) answer = g_regex_new("^(?:\\s*(?:re|aw|sv|vs|antw|odp|rép|rif|ynt|res|ref)\\s?(?:\\[\\d+\\]|\\^\\d+)?\\s?[:：])+\\s*",
		G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
	g_autoptr(GRegex) marker = g_regex_new("\\s*#ct\\d+ #tc[0-9a-z]+", G_REGEX_CASELESS, 0, NULL);
	g_autofree char *short_one = g_regex_replace_literal(answer, subject, -1, 0, "", 0, NULL);
	char *bare = short_one ? g_regex_replace_literal(marker, short_one, -1, 0, "", 0, NULL) : NULL;
	return g_strstrip(bare ? bare : g_strdup(subject));
}

char *
correspondence_subject(const correspondence *self)
{
	g_autofree char *bare = bare_subject(self->subject);
	return g_strconcat("Re: ", bare, self->marker ? " " : "", self->marker ? self->marker : "", NULL);
}

struct letter
correspondence_letter(const correspondence *self, const char *text, const char *html)
{
	return (struct letter){.text = text, .html = html, .language = self->language, .author = self->quoted_author,
		.quoted = self->is_quoting && self->quoted_id ? self->quoted_text : NULL, .when = self->quoted_when, .time_zone = self->time_zone};
}

static void
write_person(out *json, const char *member, const char *name, const char *address)
{
	if (!address) {
		out_null(json, member);
		return;
	}
	out_object(json, member);
	out_text(json, "name", name);
	out_text(json, "address", address);
	out_end(json);
}

char *
correspondence_head(const correspondence *self, const char *subject, gint64 date)
{
	out *json = out_new();
	out_object(json, NULL);
	write_person(json, "from", self->sender_name, self->sender);
	write_person(json, "reply_to", self->sender_name, self->reply_to);
	out_text(json, "subject", subject);
	out_int(json, "date", date);
	out_text(json, "in_reply_to", self->in_reply_to);
	out_array(json, "references");
	for (guint i = 0; i < self->references->len; i++)
		out_text(json, NULL, self->references->pdata[i]);
	out_end(json);
	out_text(json, "language", self->language);
	out_bool(json, "automatic", false);
	out_end(json);
	return out_done_text(json);
}

static void
free_correspondent(void *data)
{
	struct correspondent *person = data;
	g_free(person->name);
	g_free(person->address);
	g_free(person);
}

/* "+kind": by its thread, not by its kind, of which there are as many as mails. By the newest customer message: its Reply-To, else its From; a thread without one goes to its customer. Then everybody else who takes part. */
#define CALLED "iif(" GUISE_IS_GRAVE("warnings") ", '', from_name)" /* a name that fools us would fool whoever gets a copy */
static const char people_sql[] =
	"WITH last AS (SELECT * FROM message WHERE thread_id = :thread AND +kind = 'customer' AND bounce = '' ORDER BY is_automatic, id DESC LIMIT 1),"
	" asked AS (SELECT json_extract(r.value, '$.address') AS address, json_extract(r.value, '$.name') AS name FROM last, json_each(last.people, '$.reply_to') r"
	"  WHERE lower(json_extract(r.value, '$.address')) NOT IN (SELECT address FROM contact_address) LIMIT :max),"
	" first AS (SELECT address, name FROM asked UNION ALL SELECT from_address, " CALLED " FROM last WHERE NOT EXISTS (SELECT 1 FROM asked)"
	"  UNION ALL SELECT email, name FROM thread WHERE id = :thread AND NOT EXISTS (SELECT 1 FROM last)),"
	" other AS (SELECT address FROM thread_person WHERE thread_id = :thread UNION SELECT lower(email) FROM thread WHERE id = :thread"
	"  UNION SELECT lower(json_extract(r.value, '$.address')) FROM message m, json_each(m.people, '$.reply_to') r"
	"  WHERE m.thread_id = :thread AND +m.kind = 'customer' AND m.bounce = ''),"
	" called AS MATERIALIZED (SELECT lower(from_address) AS address, " CALLED " AS name, max(id) FROM message WHERE thread_id = :thread GROUP BY 1)"
	" SELECT address, name, 1 AS is_default FROM first WHERE address <> '' UNION ALL"
	" SELECT address, max(name), 0 FROM (SELECT address, '' AS name FROM other UNION ALL SELECT address, name FROM called WHERE address IN (SELECT address FROM other))"
	" WHERE address <> '' AND address NOT IN (SELECT lower(address) FROM first) AND address NOT IN (SELECT address FROM contact_address)"
	" GROUP BY 1 ORDER BY 3 DESC, 1";

/* 1: mail to ADDRESS would come back to us. */
static int
is_ours(db *desk, const correspondence *self, const char *address, GError **error)
{
	g_autofree char *normal = g_ascii_strcasecmp(address, self->email) ? contact_mailable_address(address) : NULL;
	return normal ? contact_is_own(desk, normal, self->delimiter, error) : 0;
}

/* When what a Reply-To names is all ours, it goes to the customer. */
static void
choose_customer(const correspondence *self, const GPtrArray *people)
{
	for (guint i = 0; i < people->len; i++)
		if (((const struct correspondent *)people->pdata[i])->is_default)
			return;
	for (guint i = 0; i < people->len; i++) {
		struct correspondent *person = people->pdata[i];
		person->is_default = !g_ascii_strcasecmp(person->address, self->email);
	}
}

GPtrArray *
correspondence_people(db *desk, const correspondence *self, GError **error)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(free_correspondent);
	g_autoptr(query) rows = db_query(desk, people_sql, error);
	int got = rows ? 0 : -1;
	if (rows) {
		query_set_int(rows, ":thread", self->thread);
		query_set_int(rows, ":max", CORRESPONDENCE_DEFAULT_MAX);
	}
	while (rows && (got = query_next(rows, error)) > 0) {
		int ours = is_ours(desk, self, query_text(rows, 0), error);
		if (ours < 0)
			return NULL;
		if (ours)
			continue;
		struct correspondent *person = g_new0(struct correspondent, 1);
		*person = (struct correspondent){g_strdup(query_text(rows, 1)), g_strdup(query_text(rows, 0)), query_int(rows, 2)};
		g_ptr_array_add(people, person);
	}
	choose_customer(self, people);
	return got < 0 ? NULL : g_steal_pointer(&people);
}
