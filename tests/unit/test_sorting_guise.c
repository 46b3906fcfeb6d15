/* How senders try to fool whoever reads them, mail by mail; and what of it is told. */
#include "milter/sorting.h"
#include "tests/unit/desk.h"
#include "tests/unit/mails.h"

static struct desk desk;
static struct sorting sorting;

static const struct {
	const char *mail, *warnings; /* "kind:detail kind:detail" */
} cases[] = {
	{"guise-address", "name_address:support@shop.example"},
	{"guise-address-encoded", "name_address:support@shop.example"},
	{"guise-contact", "name_contact:Customer service"},
	{"guise-employee", "name_employee:Ada Lovelace name_mixed:"},
	{"guise-customer", "name_customer:jane@customer.example"},
	{"guise-reversed", "name_reversed:"},
	{"guise-domain-lookalike", "domain_ours:shop.example"},
	{"guise-domain-mixed", "domain_mixed:p\u0430y.example"},
	{"guise-several-authors", "several_authors:eve@evil.example"},
	{"guise-several-fields", "several_authors:eve@evil.example"},
	{"guise-no-author", "no_author:"},
	{"guise-house-unproven", "house_unproven:support@shop.example"},
	{"guise-form", ""},
	{"guise-none", ""},
	{"plain", ""},
};

static void
run(const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(desk.db, sql, &error);
	g_assert_no_error(error);
}

static void
setup(void)
{
	static const char *const addresses[] = {"support@shop.example", NULL};
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	g_autofree char *path = g_build_filename(desk.directory, "belfry.conf", NULL), *keys = g_build_filename(desk.directory, "keys", NULL);
	g_assert_true(g_file_set_contents(path, "[sort]\nform_senders = form@shop.example\nauthserv_id = mx.shop.example\n", -1, &error));
	g_assert_true(contact_add_addresses(desk.db, 2, addresses, &error));
	run("INSERT INTO customer (shop_id, firstname, lastname, email, registered) VALUES (1, 'Jane', 'Roe', 'jane@customer.example', 1)");
	sorting = (struct sorting){.desk = desk.db, .conf = conf_load(path, &error), .keys = keyring_open(keys, &error)};
	g_assert_no_error(error);
	g_assert_true(sorting_refresh(&sorting, &error));
}

static void
teardown(void)
{
	sorting_clear(&sorting);
	conf_free((struct conf *)sorting.conf);
	keyring_close((keyring *)sorting.keys);
	desk_teardown(&desk);
}

static void
sort_mail(GBytes *raw, const char *auth)
{
	static const char *const ids[] = {"mx.shop.example", NULL};
	static char *recipients[] = {(char *)"support@shop.example", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(mime_message) message = mime_read(raw, &(struct mime_options){.authserv_ids = ids});
	g_autoptr(GString) log = g_string_new(NULL);
	mail_info mail = {.id = ++desk.mails, .captured = 1000 * desk.mails, .door = (char *)"milter", .sender = (char *)"eve@evil.example",
		.client = (char *)"", .helo = (char *)"", .tls = (char *)"", .auth = (char *)auth, .queue_id = (char *)"", .recipients = recipients};
	g_assert_true(db_begin(desk.db, &error) && sorting_file(&sorting, &mail, message, log, &error) && db_commit(desk.db, &error));
	g_assert_no_error(error);
}

/* Of the newest message: COLUMN, an expression. Owner: caller. */
static char *
newest(const char *column)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sql = g_strdup_printf("SELECT %s FROM message ORDER BY id DESC LIMIT 1", column);
	g_autoptr(query) row = db_query(desk.db, sql, &error);
	g_assert_no_error(error);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	return g_strdup(query_text(row, 0));
}

#define WARNINGS "(SELECT group_concat(value ->> 'kind' || ':' || (value ->> 'detail'), ' ') FROM json_each(iif(warnings = '', '[]', warnings)))"

static void
warnings(void)
{
	setup();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) raw = mail_load(cases[i].mail);
		sort_mail(raw, "");
		g_autofree char *got = newest(WARNINGS);
		g_test_message("%s", cases[i].mail);
		g_assert_cmpstr(got, ==, cases[i].warnings);
	}
	teardown();
}

/* All authors are kept, and the form by which somebody writes; no name that is kept turns letters around. */
static void
shown(void)
{
	static const struct {
		const char *mail, *column, *expected;
	} rows[] = {
		{"guise-several-authors", "people -> '$.authors'",
			"[{\"name\":\"Jane Roe\",\"address\":\"jane@customer.example\"},{\"name\":\"\",\"address\":\"eve@evil.example\"}]"},
		{"guise-form", "people ->> '$.via.address'", "form@shop.example"}, {"guise-form", "from_address", "jane@customer.example"},
		{"guise-reversed", "from_name", "elpmaxe.pohs@troppus"}, {"guise-no-author", "from_address", "eve@evil.example"},
		{"guise-no-author", "from_name", ""}, {"plain", "people ->> '$.authors'", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		setup();
		g_autoptr(GBytes) raw = mail_load(rows[i].mail);
		sort_mail(raw, "");
		g_autofree char *got = newest(rows[i].column);
		g_assert_cmpstr(got, ==, rows[i].expected);
		teardown();
	}
}

/* What DMARC, or a log-in at our mail server, proves is nobody's guise. */
static void
proven(void)
{
	static const char proof[] = "Authentication-Results: mx.shop.example; dmarc=pass\n", mail[] = "From: support@shop.example\nSubject: a\n\nb\n";
	g_autofree char *both = g_strconcat(proof, mail, NULL);
	g_autoptr(GBytes) with = g_bytes_new(both, strlen(both)), without = g_bytes_new(mail, strlen(mail));
	const struct {
		GBytes *raw;
		const char *auth, *expected;
	} rows[] = {{with, "", ""}, {without, "support", ""}, {without, "", "house_unproven:support@shop.example"}};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		setup();
		sort_mail(rows[i].raw, rows[i].auth);
		g_autofree char *got = newest(WARNINGS);
		g_assert_cmpstr(got, ==, rows[i].expected);
		teardown();
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mime_init();
	g_test_add_func("/sorting/guise/warnings", warnings);
	g_test_add_func("/sorting/guise/shown", shown);
	g_test_add_func("/sorting/guise/proven", proven);
	return g_test_run();
}
