#include "store/reset_mail.h"

#include <string.h>

#include "store/automatic.h"
#include "store/letter.h"
#include "store/outbox.h"
#include "store/secret.h"
#include "store/wording.h"

struct addressing {
	gint64 shop;
	char *name, *address, *language, *sender_name, *sender;
};

static void
addressing_clear(struct addressing *to)
{
	char *const texts[] = {to->name, to->address, to->language, to->sender_name, to->sender};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
}

/* From the first contact that has an address. */
static int
find(db *desk, gint64 employee, struct addressing *to, GError **error)
{
	g_autoptr(query) row = db_query(desk,
		"SELECT c.shop_id, e.firstname || ' ' || e.lastname, e.email, e.language, coalesce(nullif(t.name, ''), c.address), c.address"
		" FROM employee e JOIN contact c ON c.address <> '' LEFT JOIN contact_text t ON t.contact_id = c.id AND t.language = e.language"
		" WHERE e.id = :employee AND e.is_active ORDER BY c.position, c.id LIMIT 1", error);
	if (!row)
		return -1;
	query_set_int(row, ":employee", employee);
	int got = query_next(row, error);
	if (got > 0)
		*to = (struct addressing){query_int(row, 0), g_strdup(query_text(row, 1)), g_strdup(query_text(row, 2)), g_strdup(query_text(row, 3)),
			g_strdup(query_text(row, 4)), g_strdup(query_text(row, 5))};
	return got;
}

static char *
write_head(const struct addressing *to, gint64 now)
{
	out *json = out_new();
	out_object(json, NULL);
	out_object(json, "from");
	out_text(json, "name", to->sender_name);
	out_text(json, "address", to->sender);
	out_end(json);
	out_null(json, "reply_to");
	out_text(json, "subject", wording_get(WORDING_RESET_SUBJECT, to->language));
	out_int(json, "date", now);
	out_text(json, "in_reply_to", "");
	out_array(json, "references");
	out_end(json);
	out_text(json, "language", to->language);
	out_bool(json, "automatic", true);
	out_end(json);
	return out_done_text(json);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* a sentence of wording */
static char *
write_text(const struct addressing *to, const char *url)
{
	g_autofree char *hello = g_strdup_printf(wording_get(WORDING_HELLO, to->language), to->name);
	return g_strdup_printf("%s\n\n%s\n\n%s\n", hello, wording_get(WORDING_RESET, to->language), url);
}
#pragma GCC diagnostic pop

static bool
add(db *desk, const struct addressing *to, const struct reset_link *link, gint64 now, GError **error)
{
	g_autofree char *head = write_head(to, now), *text = write_text(to, link->url), *token = secret_token();
	g_autofree char *content = letter_html(text), *html = letter_document(content, to->language);
	g_autofree char *ref = g_strdup_printf("belfry.%s@%s", token, strrchr(to->sender, '@') + 1);
	struct outbox_recipient recipient = {"to", to->name, to->address};
	struct outbox_new mail = {.kind = "notice", .shop_id = to->shop, .created = now, .due = now, .expires = link->expires, .message_ref = ref, .sender = "", .head = head,
		.text = text, .html = html, .undo = "", .recipients = &recipient, .recipient_count = 1};
	gint64 id;
	return outbox_add(desk, &mail, &id, error);
}

int
reset_mail(db *desk, const struct reset_link *link, gint64 now, GError **error)
{
	struct addressing to = {0};
	int got = find(desk, link->employee, &to, error);
	if (got > 0)
		got = automatic_claim(desk, &(struct automatic){to.address, link->delimiter, 0}, now, error);
	if (got > 0 && !add(desk, &to, link, now, error))
		got = -1;
	addressing_clear(&to);
	return got;
}
