/* What parts are besides files: mails, events, signatures; and how a message was protected. */
#include <string.h>

#include "milter/read/calendar.h"
#include "milter/read/mime_facts.h"
#include "tests/unit/mails.h"

/* "name: value" of each fact in a line. */
static char *
facts_join(const GPtrArray *facts)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < facts->len; i++) {
		const struct mime_fact *fact = facts->pdata[i];
		g_string_append_printf(all, "%s: %s\n", fact->name, fact->value);
	}
	return g_string_free(all, FALSE);
}

static const struct {const char *mail; guint at; const char *name, *role, *facts;} cases[] = {
	{"message-within", 0, "Zamówienie 1042 2024.eml", "mail", "from: Sklep Żuraw <shop@shop.example>\nto: Anna Nowak <anna@customer.example>\n"
		"subject: Zamówienie 1042/2024\ndate: 2024-05-05T07:30:00Z\ntext: Państwa zamówienie jest w drodze.\nfiles: faktura.pdf, message.eml\n"},
	{"calendar-request", 0, "invitation.ics", "event", "method: REQUEST\nuid: cupboard-1042@customer.example\n"
		"summary: Delivery of the cupboard, order 1042\nstart: 2024-05-14T09:00:00\nzone: Europe/Warsaw\nlocation: ul. Długa 7, 00-238 Warszawa\n"
		"organizer: Nowak, Anna <anna@customer.example>\nstatus: CONFIRMED\nrepeats: WEEKLY\nend: 2024-05-14T10:30:00\n"
		"attendees: Support <support@shop.example>, jan@customer.example\n"},
	{"calendar-request", 1, "invite.ics", "event", ""},
	{"calendar-reply", 0, "invitation.ics", "event", "method: REPLY\nuid: delivery-7@shop.example\nsummary: Delivery\nstart: 2024-05-14\n"
		"end: 2024-05-15\nattendees: Anna <anna@customer.example>\nanswer: DECLINED\n"},
	{"calendar", 0, "invitation.ics", "", ""},
	{"pgp-signed", 0, "signature.asc", "signature", ""},
	{"pgp-encrypted", 0, "attachment.asc", "control", ""},
	{"pgp-encrypted", 1, "encrypted.asc", "", ""},
	{"smime-opaque", 0, "order.pdf", "", ""}, {"smime-opaque", 1, "smime.p7m", "signature", ""}, {"smime-opaque-pieces", 0, "smime.p7m", "", ""},
	{"smime-signed", 1, "smime.p7s", "signature", ""}, {"smime-encrypted", 0, "smime.p7m", "", ""},
	{"name-rfc2231", 0, "Rachunek za łódke.pdf", "", ""},
};

static void
test_roles(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(mime_message) message = lesson_read(cases[i].mail);
		g_autoptr(GBytes) wire = mime_pack(message);
		g_autoptr(mime_message) again = mime_unpack(wire, NULL);
		g_test_message("%s %u", cases[i].mail, cases[i].at);
		const struct mime_part *part = again->parts->pdata[cases[i].at];
		g_autofree char *facts = facts_join(part->facts);
		g_assert_cmpstr(part->name, ==, cases[i].name);
		g_assert_cmpstr(part->role, ==, cases[i].role);
		g_assert_cmpstr(facts, ==, cases[i].facts);
	}
}

static const struct {const char *mail, *protection, *text;} protections[] = {
	{"plain", "", NULL}, {"pgp-signed", "pgp-signed", "This is signed."}, {"pgp-encrypted", "pgp-encrypted", ""},
	{"pgp-in-text", "pgp-signed", NULL}, {"smime-opaque", "smime-signed", NULL}, {"smime-opaque-pieces", "smime-signed", NULL},
	{"smime-signed", "smime-signed", NULL}, {"smime-encrypted", "smime-encrypted", ""}, {"smime-certificate", "", ""},
};

static void
test_protection(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(protections); i++) {
		g_autoptr(mime_message) message = lesson_read(protections[i].mail);
		g_assert_cmpstr(message->protection, ==, protections[i].protection);
		if (protections[i].text)
			g_assert_cmpstr(message->text, ==, protections[i].text);
	}
}

static const struct {const char *event, *start, *end;} times[] = {
	{"DTSTART:20240506T100000Z\nDURATION:P1D\n", "2024-05-06T10:00:00Z", "2024-05-07T10:00:00Z"},
	{"DTSTART:20240506T1000\nDTEND:20240506T1100\n", "2024-05-06T10:00:00", "2024-05-06T11:00:00"},
	{"DTSTART:20240506\nDURATION:P1D\n", "2024-05-06", NULL},
	{"DTSTART:tomorrow\n", NULL, NULL}, {"DTSTART:20240506T100000\nDURATION:P99999999999999D\n", "2024-05-06T10:00:00", NULL},
	{"DTSTART:99999999T999999\nDURATION:PT1H\n", "9999-99-99T99:99:99", NULL},
};

static void
test_times(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
		g_autofree char *text = g_strdup_printf("BEGIN:VEVENT\n%sEND:VEVENT\n", times[i].event);
		g_autoptr(GPtrArray) facts = calendar_read(text);
		g_assert_cmpstr(mime_facts_get(facts, "start"), ==, times[i].start);
		g_assert_cmpstr(mime_facts_get(facts, "end"), ==, times[i].end);
	}
	g_assert_null(calendar_read("BEGIN:VCALENDAR\nEND:VCALENDAR\n"));
	g_assert_null(calendar_read(""));
}

/* A mail within a mail within a mail …: one level is read. */
static void
test_deep(void)
{
	g_autoptr(GString) mail = g_string_new("Subject: top\n");
	for (int i = 0; i < 2000; i++)
		g_string_append(mail, "Content-Type: message/rfc822\n\n");
	g_autoptr(GBytes) raw = g_string_free_to_bytes(g_steal_pointer(&mail));
	g_autoptr(mime_message) message = mime_read(raw, NULL);
	g_assert_cmpuint(message->parts->len, ==, 1);
	g_assert_cmpstr(((struct mime_part *)message->parts->pdata[0])->role, ==, "mail");
}

/* A letter here or there is another one, or the rest is missing: what lies within parts is read no further than it goes. */
static void
test_bent(void)
{
	static const char *const mails[] = {"tnef-files", "tnef-alone", "smime-opaque", "smime-opaque-pieces", "calendar-request", "uuencode-in-base64", "yenc-in-text"};
	static const char letters[] = "A/9+\n";
	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(GBytes) whole = mail_load(mails[i]);
		gsize length;
		const char *octets = g_bytes_get_data(whole, &length);
		for (gsize at = 0; at < length; at += 2) {
			g_autofree char *bent = g_memdup2(octets, length);
			bent[at] = letters[at / 2 % strlen(letters)];
			g_autoptr(GBytes) raw = g_bytes_new(bent, at % 3 ? length : at);
			g_autoptr(mime_message) message = mime_read(raw, NULL);
			g_autoptr(GBytes) wire = mime_pack(message);
			g_autoptr(mime_message) again = mime_unpack(wire, NULL);
			g_assert_nonnull(again);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/mime-reading/roles", test_roles);
	g_test_add_func("/mime-reading/protection", test_protection);
	g_test_add_func("/mime-reading/times", test_times);
	g_test_add_func("/mime-reading/deep", test_deep);
	g_test_add_func("/mime-reading/bent", test_bent);
	return g_test_run();
}
