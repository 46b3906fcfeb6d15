/* The full-text index and matches() find the same: one for the list's search, the other in the SQL that is shown for it. */
#include "store/contact.h"
#include "store/message_index.h"
#include "store/thread_list.h"
#include "store/words.h"
#include "tests/unit/desk.h"

static const struct {
	const char *text, *words;
	bool is_found;
} pairs[] = {
	{"Hauptstraße 12", "hauptstrasse", true}, {"Hauptstrasse", "HAUPTSTRAßE", true}, {"Hauptstraße", "hauptstras", true}, {"STRAẞE", "straße", true},
	{"Straße", "trasse", false}, {"İnci from İzmir", "inci izmir", true}, {"inci", "İNCİ", true}, {"ışık", "isik", true}, {"Łukasz z Łodzi", "lukasz lodz", true},
	{"Lukasz", "łukasz", true}, {"été à l'opéra", "ete opera", true}, {"ete", "ÉTÉ", true}, {"cafe\u0301", "café", true}, {"café", "cafe\u0301 ", true},
	{"un œuf", "oeuf", true}, {"un oeuf", "ŒUF", true}, {"Ærø", "aero", true}, {"Đorđe", "dorde", true}, {"order 12345", "123", true}, {"order 12345", "345", false},
	{"n° ２０２４", "2024", true}, {"½ litre", "1 2", true}, {"x² + 1", "x2", true}, {"ﬁnal", "final", true}, {"ΣΊΣΥΦΟΣ", "σίσυφος", true}, {"Ήλιος", "ηλιος", true},
	{"Жёлтый", "желтый", true}, {"日本語 のテキスト", "日本", true}, {"日本語", "本", false}, {"हिन्दी", "हिन्दी", true}, {"one_two-three", "two three", true},
	{"it's \"quoted\"; DROP", "s quoted drop", true}, {"kim@customer.example", "customer example", true}, {"a lamp", "lamp chair", false}, {"lamp", "lamps", false},
	{"Kelvin", "kelvin", true}, {"Å", "å", true},
};

static gint64
find(db *desk, const char *sql, const char *text, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) row = db_query(desk, sql, &error);
	g_assert_no_error(error);
	query_set_text(row, ":words", words);
	if (text)
		query_set_text(row, ":text", text);
	g_assert_cmpint(query_next(row, &error), ==, 1);
	g_assert_no_error(error);
	return query_int(row, 0);
}

static gint64
find_indexed(db *desk, const char *words)
{
	g_autofree char *terms = words_query(words);
	return find(desk, "SELECT count(*) FROM message_text WHERE message_text MATCH :words", NULL, terms);
}

static void
set_text(struct desk *desk, const char *text)
{
	g_autoptr(GError) error = NULL;
	query *update = db_query(desk->db, "UPDATE message SET text = :text WHERE id = 1", &error);
	g_assert_no_error(error);
	query_set_text(update, ":text", text);
	g_assert_true(query_finish(update, &error));
}

static void
begin(struct desk *desk)
{
	desk_setup(desk);
	desk_file(desk, &(struct desk_mail){.from = "pat@buyer.example", .subject = "-", .text = "-"});
	g_assert_true(db_begin(desk->db, NULL));
}

static void
end(struct desk *desk)
{
	db_rollback(desk->db);
	desk_teardown(desk);
}

static void
test_pairs(void)
{
	struct desk desk;
	begin(&desk);
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		set_text(&desk, pairs[i].text);
		g_test_message("%s / %s", pairs[i].text, pairs[i].words);
		g_assert_cmpint(find_indexed(desk.db, pairs[i].words), ==, pairs[i].is_found);
		g_assert_cmpint(find(desk.db, "SELECT matches(:text, :words)", pairs[i].text, pairs[i].words), ==, pairs[i].is_found);
	}
	end(&desk);
}

/* What a letter, a sign or a mark within a word is, both say alike, whatever the script. */
static void
test_every_letter(void)
{
	struct desk desk;
	begin(&desk);
	for (gunichar letter = 0x80; letter < 0x3100; letter++) {
		char text[16] = "q", word[8];
		if (!g_unichar_isdefined(letter))
			continue;
		text[1 + g_unichar_to_utf8(letter, text + 1)] = 'z';
		word[g_unichar_to_utf8(g_unichar_toupper(letter), word)] = '\0';
		g_autofree char *wanted = g_strconcat("q", word, NULL);
		set_text(&desk, text);
		bool is_found = find_indexed(desk.db, wanted) == 1;
		if (is_found != words_match(text, wanted))
			g_error("U+%04x is found by one way alone", letter);
		if (find_indexed(desk.db, text) != 1)
			g_error("a word with U+%04x does not find itself", letter);
	}
	end(&desk);
}

/* The rows of TABLE with the id 1, COUNT times more, their THREAD_COLUMN (may be "") the same as their id. */
static void
copy_rows(db *desk, const char *table, const char *thread_column, int count)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *ask = g_strdup_printf("SELECT group_concat(name), group_concat(CASE name WHEN '%s' THEN 'n' WHEN 'digest' THEN 'NULL' ELSE name END)"
		" FROM pragma_table_info('%s') WHERE name <> 'id'", thread_column, table);
	query *names = db_query(desk, ask, &error);
	g_assert_cmpint(query_next(names, &error), ==, 1);
	g_autofree char *copy = g_strdup_printf("WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n <= %d)"
		" INSERT INTO %s (id, %s) SELECT n, %s FROM %s, number WHERE id = 1", count, table, query_text(names, 0), query_text(names, 1), table);
	query_done(names);
	db_run(desk, copy, &error);
	g_assert_no_error(error);
}

static bool
count_hit(const struct thread_row *row, void *data)
{
	g_assert_cmpint(row->hit, ==, row->id);
	++*(int *)data;
	return true;
}

/* A word that stands in each of many threads: what they hold is looked up once, not once a thread. */
static void
test_everywhere(void)
{
	g_autoptr(GError) error = NULL;
	struct desk desk;
	begin(&desk);
	set_text(&desk, "lamp");
	copy_rows(desk.db, "thread", "", 10000);
	copy_rows(desk.db, "message", "thread_id", 10000);
	const struct thread_filter filter = {.text = "lamp", .folder = "all", .is_private = -1, .limit = 50};
	int hits = 0;
	db_set_deadline(desk.db, 10000);
	g_assert_true(thread_each(desk.db, desk.admin, &filter, count_hit, &hits, &error));
	g_assert_no_error(error);
	g_assert_cmpint(hits, ==, 50);
	g_assert_cmpint(thread_total(desk.db, desk.admin, &filter, &error), ==, THREAD_TOTAL_MAX + 1);
	db_set_deadline(desk.db, 0);
	end(&desk);
}

static bool
note_id(const struct thread_row *row, void *data)
{
	g_string_append_printf(data, "%" G_GINT64_FORMAT " ", row->id);
	return true;
}

static void
expect(struct desk *desk, const struct thread_filter *filter, const char *ids, gint64 total)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) found = g_string_new(NULL);
	g_assert_true(thread_each(desk->db, desk->admin, filter, note_id, found, &error));
	g_assert_cmpstr(found->str, ==, ids);
	g_assert_cmpint(thread_total(desk->db, desk->admin, filter, &error), ==, total);
	g_assert_no_error(error);
}

/* More words begin with "word" than a query names one by one: what is found stays what matches() finds. */
static void
test_many_words(void)
{
	struct desk desk;
	desk_setup(&desk);
	for (int i = 0; i < 80; i++) {
		g_autofree char *text = g_strdup_printf("word%d %s lamp", i, i % 2 ? "even" : "odd"), *from = g_strdup_printf("person%d@buyer.example", i);
		desk_file(&desk, &(struct desk_mail){.from = from, .subject = "-", .text = text});
	}
#define SOME .is_private = -1, .limit = 3, .page = 1
	expect(&desk, &(struct thread_filter){SOME, .text = "word"}, "80 79 78 ", 80);
	expect(&desk, &(struct thread_filter){SOME, .text = "word odd"}, "79 77 75 ", 40);
	expect(&desk, &(struct thread_filter){SOME, .text = "word1 even", .sort = "id"}, "2 12 14 ", 6);
	expect(&desk, &(struct thread_filter){SOME, .text = "word person"}, "80 79 78 ", 80);
	expect(&desk, &(struct thread_filter){SOME, .text = "word nowhere"}, "", 0);
	expect(&desk, &(struct thread_filter){.is_private = -1, .limit = 3, .page = 27, .message = "word"}, "2 1 ", 80);
	expect(&desk, &(struct thread_filter){SOME, .message = "person"}, "", 0);
	expect(&desk, &(struct thread_filter){SOME, .email = "person"}, "80 79 78 ", 80);
	expect(&desk, &(struct thread_filter){SOME, .email = "buyer person7", .text = "word"}, "80 79 78 ", 11);
	desk_teardown(&desk);
}

static void
add_said(struct desk *desk, const char *text)
{
	g_autoptr(GError) error = NULL;
	query *insert = db_query(desk->db, "INSERT INTO message (shop_id, kind, received, thread_id, text) VALUES (1, 'note', 1, 1, :text)", &error);
	g_assert_no_error(error);
	query_set_text(insert, ":text", text);
	g_assert_true(query_finish(insert, &error));
}

/* What is added together is indexed together, what is taken back among it never, and what comes later by itself again. */
static void
test_together(void)
{
	g_autoptr(GError) error = NULL;
	struct desk desk;
	begin(&desk);
	g_assert_true(message_index_later(desk.db, &error));
	add_said(&desk, "first lamp");
	g_assert_true(db_savepoint(desk.db, "mail", &error));
	add_said(&desk, "no lamp");
	db_rollback_to(desk.db, "mail");
	add_said(&desk, "second lamp");
	g_assert_cmpint(find_indexed(desk.db, "lamp"), ==, 0);
	g_assert_true(message_index_now(desk.db, &error));
	g_assert_cmpint(find_indexed(desk.db, "lamp"), ==, 2);
	add_said(&desk, "third lamp");
	g_assert_true(db_commit(desk.db, &error));
	g_assert_cmpint(find_indexed(desk.db, "lamp"), ==, 3);
	g_assert_true(db_run(desk.db, "INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1);"
		"INSERT INTO thread_text (thread_text, rank) VALUES ('integrity-check', 1)", &error));
	desk_teardown(&desk);
}

/* What more texts say than are looked at one by one is found by a walk: in the same order, and as exactly. Thread i was last written to at i. */
static void
test_usual_word(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	db_run(desk.db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5100)"
		" INSERT INTO thread (shop_id, email, language, subject, status, created, last_message, status_changed)"
		" SELECT 1, 'buyer' || i || '@usual.example', 'en', '-', 'closed', i, i, i FROM n;"
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20400)"
		" INSERT INTO message (shop_id, kind, received, text, thread_id) SELECT 1, 'customer', i, 'usual' || iif(i % 5100 = 7, ' seldom', ''), 1 + (i - 1) % 5100 FROM n;"
		"UPDATE thread SET last_message_id = id + 3 * 5100", &error);
	g_assert_no_error(error);
	expect(&desk, &(struct thread_filter){SOME, .email = "usual"}, "5100 5099 5098 ", 5100);
	expect(&desk, &(struct thread_filter){SOME, .email = "usual", .sort = "id", .text = "seldom"}, "7 ", 1);
	expect(&desk, &(struct thread_filter){SOME, .text = "usual"}, "5100 5099 5098 ", 5100);
	expect(&desk, &(struct thread_filter){SOME, .text = "usual", .sort = "email"}, "1000 1001 1002 ", 5100);
	expect(&desk, &(struct thread_filter){SOME, .text = "usual seldom"}, "7 ", 1);
	expect(&desk, &(struct thread_filter){SOME, .message = "usual", .status = "closed"}, "5100 5099 5098 ", 5100);
	expect(&desk, &(struct thread_filter){SOME, .text = "usual", .status = "open"}, "", 0);
	desk_teardown(&desk);
}

/* The same for a beginning that too many words have, in too many texts, whoever asks and whatever else is asked for. */
static void
test_usual_beginning(void)
{
	struct desk desk;
	g_autoptr(GError) error = NULL;
	desk_setup(&desk);
	gint64 contact = 0;
	g_assert_true(contact_add(desk.db, &(struct contact_new){.name = "Usual", .description = "", .addresses = (const char *const[]){"usual@shop.example", NULL}},
		&contact, &error));
	g_autofree char *threads = g_strdup_printf("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10300)"
		" INSERT INTO thread (shop_id, email, language, subject, status, folder, contact_id, created, last_message, status_changed)"
		" SELECT 1, 'buyer' || i || '@usual.example', iif(i %% 5, 'en', 'fr'), '-', iif(i %% 2, 'open', 'closed'), iif(i %% 100, 'normal', 'spam'),"
		" iif(i %% 10, NULL, %" G_GINT64_FORMAT "), i, i, i FROM n", contact);
	db_run(desk.db, threads, &error);
	db_run(desk.db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20600)"
		" INSERT INTO message (shop_id, kind, received, text, thread_id)"
		" SELECT 1, 'customer', i, 'often' || (i % 100) || iif(i = 9, ' seldom', ''), 1 + (i - 1) % 10300 FROM n;"
		"UPDATE thread SET last_message_id = id + 10300", &error);
	g_assert_no_error(error);
	expect(&desk, &(struct thread_filter){SOME, .text = "often"}, "10299 10298 10297 ", THREAD_TOTAL_MAX + 1);
	expect(&desk, &(struct thread_filter){SOME, .text = "often buyer"}, "", 0);
	expect(&desk, &(struct thread_filter){SOME, .text = "often often5"}, "10259 10258 10257 ", 1133);
	expect(&desk, &(struct thread_filter){SOME, .text = "often seldom"}, "9 ", 1);
	expect(&desk, &(struct thread_filter){SOME, .message = "often"}, "10299 10298 10297 ", THREAD_TOTAL_MAX + 1);
	expect(&desk, &(struct thread_filter){SOME, .message = "often", .status = "closed"}, "10298 10296 10294 ", 5047);
	expect(&desk, &(struct thread_filter){SOME, .text = "often", .folder = "spam"}, "10300 10200 10100 ", 103);
	expect(&desk, &(struct thread_filter){SOME, .text = "often", .folder = "all"}, "10300 10299 10298 ", THREAD_TOTAL_MAX + 1);
	expect(&desk, &(struct thread_filter){SOME, .text = "often", .language = "fr", .email = "usual"}, "10295 10290 10285 ", 1957);
	desk.admin->has_all = false;
	db_run(desk.db, "UPDATE employee SET has_all = 0; INSERT INTO employee_contact (employee_id, contact_id) SELECT e.id, c.id FROM employee e, contact c", &error);
	g_assert_no_error(error);
	expect(&desk, &(struct thread_filter){SOME, .text = "often"}, "10290 10280 10270 ", 927);
	expect(&desk, &(struct thread_filter){SOME, .text = "often", .folder = "all", .sort = "id"}, "10 20 30 ", 1030);
	desk_teardown(&desk);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/search/pairs", test_pairs);
	g_test_add_func("/search/every-letter", test_every_letter);
	g_test_add_func("/search/everywhere", test_everywhere);
	g_test_add_func("/search/many-words", test_many_words);
	g_test_add_func("/search/usual-word", test_usual_word);
	g_test_add_func("/search/usual-beginning", test_usual_beginning);
	g_test_add_func("/search/together", test_together);
	return g_test_run();
}
