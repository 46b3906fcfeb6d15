/* intake, routes: whose mail it is, how its octets are put together again, and what becomes of it. */
#include "milter/intake.h"

#include <string.h>

#include "milter/own_client.h"
#include "store/log.h"
#include "store/token.h"
#include "store/wake.h"
#include "tests/unit/ground.h"

static char *directory;
static db *raw, *desk;
static struct intake_house house;
static gint64 keep, takes, off;

static const struct envelope way = {.door = "milter", .client = "192.0.2.1", .helo = "mx", .tls = "", .auth = "", .queue_id = "Q1"};

static gint64
add_contact(const char *address, bool is_taking, bool is_off)
{
	g_autoptr(GError) error = NULL;
	gint64 id;
	const struct contact_new contact = {.name = address, .description = "", .addresses = (const char *const[]){address, NULL},
		.is_taking = is_taking, .is_off = is_off};
	g_assert_true(db_begin(desk, &error) && contact_add(desk, &contact, &id, &error) && db_commit(desk, &error));
	return id;
}

/* The same text as it is stored, whether it comes as fields or as octets. */
static void
assert_stored(gint64 id, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) octets = mail_read(raw, id, &error);
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets), expected, strlen(expected));
}

static void
test_match(void)
{
	static const struct {const char *recipient; gint64 *contact; bool is_taking;} cases[] = {{"<keep@shop.example>", &keep, false},
		{"keep@shop.example", &keep, false}, {"<Take+x@SHOP.example>", &takes, true}, {"<off@shop.example>", NULL, false},
		{"<off+t7-1aaaaaaaaaaaaaaaa@shop.example>", NULL, false}, {"<other@shop.example>", NULL, false}, {"<>", NULL, false}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct route_match match = {0};
		g_assert_cmpint(routes_match(house.routes, cases[i].recipient, &match), ==, cases[i].contact != NULL);
		g_assert_cmpint(match.contact_id, ==, cases[i].contact ? *cases[i].contact : 0);
		g_assert_cmpint(match.is_taking, ==, cases[i].is_taking);
	}
}

static void
test_off_takes_signed(void)
{
	g_autofree char *path = g_build_filename(directory, "keys", NULL);
	g_autoptr(keyring) keys = keyring_open(path, NULL);
	g_autofree char *address = token_plus_address(keys, 7, "off@shop.example", '+');
	struct route_match match;
	g_assert_true(routes_match(house.routes, address, &match));
	g_assert_cmpint(match.contact_id, ==, off);
}

static void
test_contacts_followed(void)
{
	struct route_match match;
	g_assert_false(routes_match(house.routes, "new@shop.example", &match));
	add_contact("new@shop.example", false, false);
	wake_send(directory, "milter");
	gint64 start = g_get_monotonic_time();
	while (!routes_match(house.routes, "new@shop.example", &match))
		g_usleep(1000);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 900 * 1000); /* at once, not at the next look */
	add_contact("unseen@shop.example", false, false);
	start = g_get_monotonic_time();
	while (!routes_match(house.routes, "unseen@shop.example", &match))
		g_usleep(1000);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 3 * G_USEC_PER_SEC);
}

static void
test_fields(void)
{
	static const struct {const char *name, *value; bool has_blank; const char *expected;} cases[] = {
		{"Subject", " a", true, "Subject: a\r\n"}, {"Subject", "a", true, "Subject:a\r\n"}, {"Subject", "a", false, "Subject: a\r\n"},
		{"X", " a\n b\n\tc", true, "X: a\r\n b\r\n\tc\r\n"}, {"X", "", true, "X:\r\n"}, {"X", " ", true, "X: \r\n"},
		{"X", " a\r\n b", true, "X: a\r\n b\r\n"}, {"X", "\n a", true, "X:\r\n a\r\n"}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 id = 0;
		g_autoptr(intake) mail = intake_new(&house, "<>", false);
		g_assert_true(intake_add_recipient(mail, "<keep@shop.example>"));
		intake_add_header(mail, cases[i].name, cases[i].value, cases[i].has_blank);
		intake_end_header(mail);
		intake_add_body(mail, "body\r\n", 6);
		g_assert_cmpint(intake_finish(mail, &way, "", &id), ==, INTAKE_KEPT);
		g_autofree char *expected = g_strconcat(cases[i].expected, "\r\nbody\r\n", NULL);
		assert_stored(id, expected);
	}
}

static void
test_recipients(void)
{
	g_autoptr(GError) error = NULL;
	gint64 id = 0;
	g_autoptr(intake) mail = intake_new(&house, "<Jane@x.example>", false);
	g_assert_false(intake_add_recipient(mail, "<other@shop.example>"));
	g_assert_false(intake_has_recipients(mail));
	g_assert_true(intake_add_recipient(mail, "<Take@shop.example>") && intake_add_recipient(mail, "keep+1@shop.example") &&
		intake_add_recipient(mail, "<take+2@shop.example>"));
	g_assert_cmpint(intake_finish(mail, &way, "", &id), ==, INTAKE_KEPT);
	const char *const *taken = intake_taken(mail);
	g_assert_cmpstr(taken[0], ==, "<Take@shop.example>");
	g_assert_cmpstr(taken[1], ==, "<take+2@shop.example>");
	g_assert_null(taken[2]);
	g_autoptr(mail_info) info = mail_get(raw, id, &error);
	g_autofree char *list = g_strjoinv(" ", info->recipients);
	g_assert_cmpstr(list, ==, "Take@shop.example keep+1@shop.example take+2@shop.example");
	g_assert_cmpstr(info->sender, ==, "Jane@x.example");
	g_assert_cmpint(ABS(info->captured - g_get_real_time() / 1000), <, 60000);
}

/* However the octets are cut into pieces, the header's end is found; of a mail over the limit it is what is kept. */
static void
test_octets(void)
{
	static const struct {const char *header, *body;} cases[] = {{"A: 1\r\nB: 2\r\n\r\n", "body\r\n\r\nmore"}, {"A: 1\nB: 2\n\n", "body\n\nmore"},
		{"\r\n", "\r\nbody"}, {"\n", "body"}, {"A: 1\n\r\n", "\nbody"}, {"A: only\r\nB: header\r\n", ""}};
	struct intake_house small = house;
	small.size_limit = 1000;
	g_autofree char *fill = g_strnfill(2000, 'x');
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t piece = 1; piece < 9; piece++) {
			gint64 id = 0;
			g_autofree char *all = g_strconcat(cases[i].header, cases[i].body, fill, NULL);
			g_autoptr(intake) mail = intake_new(&small, "", false);
			intake_add_recipient(mail, "keep@shop.example");
			for (size_t at = 0; at < strlen(all); at += piece)
				intake_add_octets(mail, all + at, MIN(piece, strlen(all) - at));
			g_assert_cmpint(intake_finish(mail, &way, "", &id), ==, INTAKE_KEPT);
			if (*cases[i].body)
				assert_stored(id, cases[i].header);
		}
}

static void
test_too_large(void)
{
	static const struct {const char *recipient; bool is_only_copy; enum intake_verdict verdict;} cases[] = {
		{"keep@shop.example", false, INTAKE_KEPT}, {"keep@shop.example", true, INTAKE_TOO_LARGE}, {"take@shop.example", false, INTAKE_TOO_LARGE}};
	struct intake_house small = house;
	small.size_limit = 100;
	g_autofree char *body = g_strnfill(200, 'x');
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 last = mail_last_id(raw, NULL), id = 0;
		g_autoptr(intake) mail = intake_new(&small, "", cases[i].is_only_copy);
		intake_add_recipient(mail, cases[i].recipient);
		intake_add_header(mail, "Subject", " large", true);
		intake_end_header(mail);
		intake_add_body(mail, body, 200);
		g_assert_cmpint(intake_is_hopeless(mail), ==, cases[i].verdict == INTAKE_TOO_LARGE);
		g_assert_cmpint(intake_finish(mail, &way, "", &id), ==, cases[i].verdict);
		if (cases[i].verdict == INTAKE_TOO_LARGE) {
			g_assert_cmpint(mail_last_id(raw, NULL), ==, last);
			continue;
		}
		assert_stored(id, "Subject: large\r\n\r\n");
		g_autoptr(mail_info) info = mail_get(raw, id, NULL);
		g_assert_true(info->is_cut);
		g_assert_cmpint(info->size, ==, 218);
	}
}

/* The log line, but for the time it took. */
static void
test_line(void)
{
	if (g_test_subprocess()) {
		g_autoptr(intake) mail = intake_new(&house, "", false);
		intake_add_recipient(mail, "keep@shop.example");
		intake_add_recipient(mail, "take@shop.example");
		intake_add_recipient(mail, "keep+2@shop.example");
		intake_add_header(mail, "Subject", " secret words", true);
		intake_finish(mail, &way, " uid=1", NULL);
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_autofree char *pattern = g_strdup_printf("belfry milter: Q1: captured mail=? contact=%d,%d size=23 ms=* uid=1\n", (int)keep, (int)takes);
	g_test_trap_assert_stderr(pattern);
	g_test_trap_assert_stderr_unmatched("*secret*");
}

/* A thread that kim@customer.example takes part in, begun by <kim1@x>. */
static void
add_thread(void)
{
	g_autoptr(GError) error = NULL;
	static const char sql[] =
		"INSERT INTO thread (shop_id, contact_id, email, language, subject, status, created, last_message, status_changed)"
		" VALUES (1, 1, 'kim@customer.example', 'en', '', 'open', 1, 1, 1);"
		"INSERT INTO message (shop_id, kind, received, thread_id) VALUES (1, 'customer', 1, 1);"
		"INSERT INTO message_id VALUES (1, 'kim1@x', 1, 1); INSERT INTO thread_person VALUES (1, 'kim@customer.example');"
		"INSERT INTO employee (email, firstname, lastname, password, role, created) VALUES ('anna@shop.example', 'Anna', 'A', '', 'agent', 1)";
	g_assert_true(db_run(desk, sql, &error));
	g_assert_no_error(error);
}

static void
set_employee_clients(const char *value)
{
	g_autofree char *sql = g_strdup_printf("INSERT OR REPLACE INTO setting (name, value) VALUES ('employee_clients', '%s')", value);
	g_assert_true(db_run(desk, sql, NULL));
	wake_send(directory, "milter");
	while (routes_has_employees(house.routes) != (*value == '1'))
		g_usleep(1000);
}

/* An employee's mail to RECIPIENT with the header FIELD; the mail, ended, or NULL where it was let go. */
static intake *
send_by(const char *login, const char *recipient, const char *name, const char *value)
{
	intake *mail = intake_new(&house, "<anna@shop.example>", false);
	intake_set_login(mail, login);
	intake_add_recipient(mail, recipient);
	if (intake_is_wanted(mail))
		intake_add_header(mail, "Subject", " Re: Lamp", true);
	if (intake_is_wanted(mail))
		intake_add_header(mail, name, value, true);
	if (intake_is_wanted(mail))
		intake_end_header(mail);
	if (intake_is_wanted(mail))
		return mail;
	g_assert_false(intake_has_recipients(mail));
	intake_free(mail);
	return NULL;
}

static void
test_own_programs(void)
{
	g_autofree char *path = g_build_filename(directory, "keys", NULL);
	g_autoptr(keyring) keys = keyring_open(path, NULL);
	g_autofree char *id = token_message_id(keys, 1, 9, "shop.example"), *by_token = g_strdup_printf(" <%s>", id);
	g_autofree char *forged = g_strdup_printf(" <%.*sxx@shop.example>", (int)(strchr(id, '@') - id - 2), id);
	g_autofree char *many = g_strnfill(OWN_CLIENT_HEADER_MAX, 'x'), *endless = g_strdup_printf(" <kim1@x> %s", many);
	const struct {const char *login, *recipient, *name, *value; bool is_kept;} cases[] = {
		{"anna@shop.example", "<kim@customer.example>", "In-Reply-To", " <kim1@x>", true},
		{"Anna@Shop.Example", "kim@customer.example", "in-reply-to", "<kim1@x>", true},
		{"anna@shop.example", "<KIM@Customer.example>", "References", "\n <other@y>\n <kim1@x>\n <later@y>", true},
		{"anna@shop.example", "<kim@customer.example>", "In-Reply-To", by_token, true},
		{"anna@shop.example", "<kim@customer.example>", "In-Reply-To", forged, false},
		{"anna@shop.example", "<lee@customer.example>", "In-Reply-To", " <kim1@x>", false}, /* takes no part */
		{"anna@shop.example", "<kim@customer.example>", "In-Reply-To", " <kim2@x>", false},
		{"anna@shop.example", "<kim@customer.example>", "In-Reply-To", " kim1@x", false},
		{"anna@shop.example", "<kim@customer.example>", "X-Other", " <kim1@x>", false},
		{"anna@shop.example", "<kim@customer.example>", "In-Reply-To", endless, false},
		{"bob@shop.example", "<kim@customer.example>", "In-Reply-To", " <kim1@x>", false},
		{"", "<kim@customer.example>", "In-Reply-To", " <kim1@x>", false}};
	add_thread();
	g_assert_null(send_by(cases[0].login, cases[0].recipient, cases[0].name, cases[0].value)); /* off by default */
	set_employee_clients("1");
	gint64 before = mail_last_id(raw, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 stored = 0;
		g_autoptr(intake) mail = send_by(cases[i].login, cases[i].recipient, cases[i].name, cases[i].value);
		g_test_message("%s %s %.40s", cases[i].login, cases[i].recipient, cases[i].value);
		g_assert_cmpint(mail != NULL, ==, cases[i].is_kept);
		if (!mail)
			continue;
		intake_add_body(mail, "body\r\n", 6);
		g_assert_cmpint(intake_finish(mail, &way, "", &stored), ==, INTAKE_KEPT);
		g_autoptr(mail_info) info = mail_get(raw, stored, NULL);
		g_assert_cmpint(g_ascii_strcasecmp(info->recipients[0], "kim@customer.example"), ==, 0);
		g_assert_null(*intake_taken(mail));
	}
	g_assert_cmpint(mail_last_id(raw, NULL), ==, before + 4);
	set_employee_clients("0");
	g_assert_null(send_by(cases[0].login, cases[0].recipient, cases[0].name, cases[0].value));
}

/* Refused when the envelope's sender is blocked and nobody but contacts is to get it; else it is for the sorter to say. */
static void
test_blocked(void)
{
	static const struct {const char *sender, *recipients; bool is_unwelcome;} cases[] = {
		{"<x@bad.example>", "<keep@shop.example>", true}, {"<X@Deep.BAD.example>", "<keep@shop.example> <take+1@shop.example>", true},
		{"<x@bad.example>", "<keep@shop.example> <other@shop.example>", false}, {"<x@bad.example>", "<off@shop.example> <keep@shop.example>", false},
		{"<x@bad.example>", "<other@shop.example>", false}, {"<x@notbad.example>", "<keep@shop.example>", false}, {"<>", "<keep@shop.example>", false}};
	g_assert_true(db_run(desk, "INSERT INTO blocked_sender (sender, created) VALUES ('bad.example', 1)", NULL));
	wake_send(directory, "milter");
	while (!routes_blocks(house.routes, "x@bad.example"))
		g_usleep(1000);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) recipients = g_strsplit(cases[i].recipients, " ", -1);
		g_autoptr(intake) mail = intake_new(&house, cases[i].sender, false);
		for (char **recipient = recipients; *recipient; recipient++)
			intake_add_recipient(mail, *recipient);
		g_assert_cmpint(intake_is_unwelcome(mail), ==, cases[i].is_unwelcome);
	}
	g_assert_true(db_run(desk, "DELETE FROM blocked_sender", NULL));
	wake_send(directory, "milter");
	while (routes_blocks(house.routes, "x@bad.example"))
		g_usleep(1000);
}

static void
open_house(void)
{
	g_autoptr(GError) error = NULL;
	directory = ground_store();
	raw = ground_open(directory, "raw.db", DB_READ);
	desk = ground_open(directory, "desk.db", DB_WRITE);
	keep = add_contact("keep@shop.example", false, false);
	takes = add_contact("take@shop.example", true, false);
	off = add_contact("off@shop.example", false, true);
	house.door = capture_open(directory, 0, &error);
	house.routes = routes_open(directory, '+', &error);
	house.size_limit = 1 << 20;
	house.store = directory;
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	log_open("milter", g_test_subprocess() ? LOG_INFO : LOG_ERROR);
	open_house();
	g_test_add_func("/intake/match", test_match);
	g_test_add_func("/intake/off-takes-signed", test_off_takes_signed);
	g_test_add_func("/intake/contacts-followed", test_contacts_followed);
	g_test_add_func("/intake/fields", test_fields);
	g_test_add_func("/intake/recipients", test_recipients);
	g_test_add_func("/intake/octets", test_octets);
	g_test_add_func("/intake/too-large", test_too_large);
	g_test_add_func("/intake/line", test_line);
	g_test_add_func("/intake/own-programs", test_own_programs);
	g_test_add_func("/intake/blocked", test_blocked);
	int status = g_test_run();
	routes_close(house.routes);
	capture_close(house.door);
	db_close(raw);
	db_close(desk);
	ground_free(directory);
	return status;
}
