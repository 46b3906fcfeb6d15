/* The SQL console: reads what the views show, and nothing else, whatever is typed. */
#include "store/db_console.h"
#include "store/sql_view.h"
#include "tests/unit/desk.h"

struct console {
	struct desk desk;
	db_console *console;
};

static void
setup(struct console *self)
{
	g_autoptr(GError) error = NULL;
	desk_setup(&self->desk);
	db_run(self->desk.db, "INSERT INTO customer (shop_id, firstname, lastname, email, registered) VALUES (1, 'Kim', 'Müller', 'kim@customer.example', 1);"
		"UPDATE employee SET password = 'SECRET-hash', totp = 'SECRET-totp'", &error);
	g_assert_no_error(error);
	desk_file(&self->desk, &(struct desk_mail){.from = "kim@customer.example", .subject = "Lamp", .text = "The lamp broke"});
	desk_file(&self->desk, &(struct desk_mail){.from = "lee@other.example", .subject = "Chair", .text = "Señor chair arrived", .contact = 1});
	g_autofree char *path = g_build_filename(self->desk.directory, "desk.db", NULL);
	self->console = db_console_open(path, sql_views, &error);
	g_assert_no_error(error);
}

static void
teardown(struct console *self)
{
	db_console_close(self->console);
	desk_teardown(&self->desk);
}

static bool
take_columns(const char *const *names, int count, void *data)
{
	g_autofree char *line = g_strjoinv(",", (char **)names);
	g_assert_cmpuint(g_strv_length((char **)names), ==, (guint)count);
	g_string_append(data, line);
	return true;
}

static bool
take_row(const struct db_value *values, int count, void *data)
{
	for (int i = 0; i < count; i++)
		g_string_append_printf(data, "%s%s", i ? "," : "|", values[i].kind == VALUE_BLOB ? "(blob)" : values[i].text ? values[i].text : "NULL");
	return ((GString *)data)->len < 100000;
}

/* "columns|row|row", or NULL with ERROR. Owner: caller. */
static char *
run(struct console *self, const char *sql, int milliseconds, GError **error)
{
	g_autoptr(GString) result = g_string_new(NULL);
	struct console_reader reader = {take_columns, take_row, result};
	return db_console_run(self->console, sql, milliseconds, &reader, error) ? g_strdup(result->str) : NULL;
}

static void
test_reads(void)
{
	static const char *const cases[][2] = {
		{"SELECT 1", "1|1"},
		{"SELECT id_customer_thread, email FROM customer_thread ORDER BY 1;", "id_customer_thread,email|1,kim@customer.example|2,lee@other.example"},
		{"SELECT count(*) FROM customer_thread", "count(*)|2"},
		{"SELECT count(*) n FROM customer_message WHERE matches(message, 'SENOR cha')", "n|1"},
		{"SELECT date_upd FROM customer_thread WHERE id_customer_thread = 2", "date_upd|1970-01-01 00:00:02.000"},
		{"SELECT cl.name FROM contact c JOIN contact_lang cl USING (id_contact) JOIN lang l USING (id_lang) WHERE iso_code = 'fr' ORDER BY 1",
			"name|Service client|Webmaster"},
		{"SELECT firstname, role FROM employee", "firstname,role|Ada,admin"},
		{"WITH x AS (SELECT status, count(*) AS n FROM customer_thread GROUP BY status) SELECT * FROM x", "status,n|open,2"},
		{"WITH x AS (SELECT 1) SELECT count(*) FROM x", "count(*)|1"},
		{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n", "i|1|2|3"},
		{"SELECT id_customer_thread, row_number() OVER (ORDER BY email DESC) r FROM customer_thread ORDER BY 1", "id_customer_thread,r|1,2|2,1"},
		{"SELECT NULL, 1.5, x'00', 'a''b' AS t -- done", "NULL,1.5,x'00',t|NULL,1.5,(blob),a'b"},
		{"SELECT 1 ; -- nothing more\n /* really */ ;", "1|1"},
		{"VALUES (7)", "column1|7"},
		{"SELECT name FROM request_sql", "name"},
		{"SELECT count(*) FROM orders UNION ALL SELECT count(*) FROM order_history", "count(*)|0|0"},
	};
	struct console self;
	setup(&self);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *result = run(&self, cases[i][0], 5000, &error);
		g_test_message("%s", cases[i][0]);
		g_assert_no_error(error);
		g_assert_cmpstr(result, ==, cases[i][1]);
	}
	teardown(&self);
}

static const char *const refused[] = {
	"", " ; ", "-- nothing", "SELEC 1", "SELECT nothing FROM customer_thread", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE thread", "SELECT 1 SELECT 2",
	"SELECT 1; x", "SELECT ?", "SELECT :a",
	/* Other statements. */
	"DELETE FROM thread", "UPDATE employee SET role = 'admin'", "INSERT INTO sql_query (name, sql, created) VALUES ('x', 'x', 1)",
	"INSERT INTO contact VALUES (1) RETURNING 1", "DROP TABLE thread", "DROP VIEW temp.contact", "CREATE TABLE x (y)", "CREATE TEMP TABLE x AS SELECT 1",
	"CREATE TEMP VIEW x AS SELECT * FROM main.employee", "ATTACH '/etc/passwd' AS x", "ATTACH ':memory:' AS x", "DETACH main", "VACUUM",
	"VACUUM INTO '/tmp/stolen.db'", "PRAGMA database_list", "PRAGMA writable_schema = ON", "PRAGMA trusted_schema = ON", "BEGIN", "BEGIN IMMEDIATE",
	"SAVEPOINT x", "REINDEX", "ANALYZE", "EXPLAIN SELECT 1", "EXPLAIN QUERY PLAN SELECT * FROM customer_thread",
	"WITH x AS (SELECT 1) DELETE FROM thread",
	/* Tables, the schema, what SQLite has within. */
	"SELECT * FROM sqlite_master", "SELECT count(*) FROM sqlite_master", "SELECT sql FROM sqlite_schema", "SELECT * FROM sqlite_temp_master",
	"SELECT * FROM temp.sqlite_master", "SELECT * FROM main.sqlite_master", "SELECT 1 FROM sqlite_sequence",
	"SELECT * FROM thread", "SELECT * FROM message", "SELECT id FROM main.thread", "SELECT * FROM main.customer", "SELECT count(*) FROM session",
	"SELECT 1 FROM token", "SELECT * FROM main.session", "SELECT token_hash FROM session", "SELECT * FROM password_reset", "SELECT * FROM setting",
	"SELECT * FROM message_text", "SELECT 1 FROM message_text WHERE message_text MATCH 'lamp'", "SELECT * FROM message_text_data",
	"SELECT * FROM pragma_table_info('employee')", "SELECT count(*) FROM pragma_table_list", "SELECT * FROM pragma_database_list",
	"SELECT * FROM json_each('[1]')", "SELECT count(*) FROM json_each('[1]')", "SELECT * FROM fts5vocab", "SELECT * FROM dbstat",
	/* Secrets, also behind a WITH that bears a view's name, an alias, or a subquery. */
	"SELECT password FROM employee", "SELECT main.employee.password FROM main.employee", "SELECT password FROM main.employee",
	"SELECT e.totp FROM main.employee e", "SELECT firstname FROM main.employee", "SELECT * FROM (SELECT password FROM main.employee)",
	"WITH employee AS (SELECT password FROM main.employee) SELECT * FROM employee",
	"WITH customer_thread AS (SELECT token_hash FROM main.session) SELECT * FROM customer_thread",
	"SELECT * FROM (SELECT recovery FROM main.employee) AS employee", "SELECT 1 FROM contact WHERE (SELECT password FROM main.employee) LIKE 'S%'",
	"SELECT 1 FROM contact ORDER BY (SELECT max(totp) FROM main.employee)", "SELECT 1 WHERE EXISTS (SELECT 1 FROM main.employee WHERE password <> '')",
	"SELECT count(*) FROM main.employee JOIN main.session USING (rowid)", "SELECT rowid FROM main.session",
	/* Functions. */
	"SELECT load_extension('/tmp/x.so')", "SELECT randomblob(1000)", "SELECT zeroblob(1000000000)", "SELECT readfile('/etc/passwd')",
	"SELECT writefile('/tmp/x', 'x')", "SELECT fts5(1)", "SELECT sqlite_version()", "SELECT printf('%1000000000d', 1)", "SELECT hex('x')",
	"SELECT fts3_tokenizer('simple')", "SELECT replace('a', 'a', 'b')", "SELECT json_extract('{}', '$')", "SELECT edit('x')", "SELECT last_insert_rowid()",
	"SELECT \"not a column\"",
};

static void
test_refuses(void)
{
	struct console self;
	setup(&self);
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL, error_again = NULL;
		g_test_message("%s", refused[i]);
		g_autofree char *result = run(&self, refused[i], 5000, &error);
		g_assert_null(result);
		g_assert_true(g_error_matches(error, DB_ERROR, DB_REFUSED) || g_error_matches(error, DB_ERROR, DB_WRONG));
		g_assert_null(strstr(error->message, "SECRET"));
		g_assert_false(db_console_check(self.console, refused[i], &error_again));
		g_assert_cmpint(error_again->code, ==, error->code);
	}
	g_assert_cmpint(desk_number(&self.desk, "SELECT count(*) FROM main.thread"), ==, 2);
	teardown(&self);
}

/* What takes too long or too much is stopped, and the connection works after it. */
static void
test_limits(void)
{
	static const char *const cases[] = {
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n a, n b",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000000) SELECT i FROM n ORDER BY i DESC",
	};
	struct console self;
	setup(&self);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gint64 began = g_get_monotonic_time();
		g_test_message("%s", cases[i]);
		g_assert_null(run(&self, cases[i], 300, &error));
		g_assert_error(error, DB_ERROR, DB_LIMIT);
		g_assert_cmpint(g_get_monotonic_time() - began, <, 3 * G_USEC_PER_SEC);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(run(&self, "WITH RECURSIVE n(x) AS (SELECT 'xxxxxxxx' UNION ALL SELECT x || x FROM n) SELECT max(length(x)) FROM n", 5000, &error));
	g_assert_nonnull(error); /* one value too long, or all of them too much */
	g_autofree char *result = run(&self, "SELECT 1", 300, NULL);
	g_assert_cmpstr(result, ==, "1|1");
	teardown(&self);
}

static void
test_memory(void)
{
	struct console self;
	g_autoptr(GError) error = NULL;
	setup(&self);
	g_assert_null(run(&self, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n), t(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM t"
		" WHERE length(x) < 1000000) SELECT (SELECT max(x) FROM t) || i FROM n ORDER BY 1", 60000, &error));
	g_assert_error(error, DB_ERROR, DB_LIMIT);
	teardown(&self);
}

/* No column of any view holds a secret, by its name or by what stands in it. */
static void
test_no_secrets(void)
{
	static const char *const secrets[] = {"password", "passwd", "token", "token_hash", "totp", "recovery", "secure_key", "mail_login", "digest", "auth"};
	struct console self;
	setup(&self);
	for (const struct console_view *view = sql_views; view->name; view++) {
		const char *const *columns = db_console_columns(self.console, view->name);
		g_assert_nonnull(columns);
		for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++)
			g_assert_false(g_strv_contains(columns, secrets[i]));
		g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", view->name);
		g_autoptr(GError) error = NULL;
		g_autofree char *result = run(&self, sql, 5000, &error);
		g_assert_no_error(error);
		g_assert_null(strstr(result, "SECRET"));
	}
	g_assert_null(db_console_columns(self.console, "session"));
	teardown(&self);
}

/* Every view and each of its columns stands in the manual. */
static void
test_manual(void)
{
	struct console self;
	g_autofree char *manual = NULL;
	g_assert_true(g_file_get_contents("etc/man/belfry-sql.5", &manual, NULL, NULL));
	setup(&self);
	for (const struct console_view *view = sql_views; view->name; view++) {
		const char *const *columns = db_console_columns(self.console, view->name);
		g_autofree char *head = g_strdup_printf("\n.Ss %s\n", view->name);
		char *section = strstr(manual, head);
		g_test_message("%s", view->name);
		g_assert_nonnull(section);
		char *next = strstr(section + 5, "\n.S");
		g_autofree char *text = g_strndup(section, next ? (gsize)(next - section) : strlen(section));
		for (; *columns; columns++) {
			g_autofree char *pattern = g_strdup_printf("\\b%s\\b", *columns);
			g_test_message("%s.%s", view->name, *columns);
			g_assert_true(g_regex_match_simple(pattern, text, 0, 0));
		}
	}
	for (const char *const *function = db_console_functions; *function; function++) {
		g_autofree char *pattern = g_strdup_printf("\\b%s\\b", *function);
		g_assert_true(g_regex_match_simple(pattern, manual, 0, 0));
	}
	teardown(&self);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/console/reads", test_reads);
	g_test_add_func("/console/refuses", test_refuses);
	g_test_add_func("/console/limits", test_limits);
	g_test_add_func("/console/memory", test_memory);
	g_test_add_func("/console/no-secrets", test_no_secrets);
	g_test_add_func("/console/manual", test_manual);
	return g_test_run();
}
