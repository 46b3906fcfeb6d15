/* fill_desk STORE THREADS: fills a store that `belfry migrate` has made, and that nobody has open, as years of work would: so many threads of three messages
 * each (a customer's, the answer, the customer's again; what customers wrote is in raw.db too), one of 5,000 messages, a customer for each five threads, an
 * order for each ten, contacts and employees. Seeded: the same numbers give the same store. Indices are made anew at the end, which is quicker; the index over
 * words grows as it does in life. Prints {"threads", "messages", "seconds"}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/contact.h"
#include "store/employee.h"
#include "store/mail.h"
#include "store/setting.h"
#include "tests/bench/support/fill_text.h"
#include "tests/bench/support/stop.h"

#define BATCH 5000              /* threads a transaction */
#define SPAN (G_GINT64_CONSTANT(3) * 365 * 24 * 3600 * 1000) /* ms that the threads are spread over, until yesterday */
#define ANSWER_AFTER 37         /* threads that begin between a question and its answer, */
#define QUESTION_AFTER 211      /* … and the customer's next one */
#define LONG_THREAD 5000        /* messages */
#define CONTACTS 8
#define EMPLOYEES 20

struct filling {
	db *desk, *raw;
	guint64 state;
	guint threads, customers, orders;
	gint64 begin, step; /* ms */
	gint64 contacts[CONTACTS], employees[EMPLOYEES];
};

static void
run(db *connection, const char *sql)
{
	g_autoptr(GError) error = NULL;
	db_run(connection, sql, &error);
	stop_on(error);
}

static query *
prepare(db *connection, const char *sql)
{
	g_autoptr(GError) error = NULL;
	query *statement = db_query(connection, sql, &error);
	stop_on(error);
	return statement;
}

static void
finish(query *statement)
{
	g_autoptr(GError) error = NULL;
	query_finish(statement, &error);
	stop_on(error);
}

static void
add_contacts(struct filling *filling)
{
	g_autoptr(GError) error = NULL;
	for (int i = 0; i < CONTACTS; i++) {
		g_autofree char *name = g_strdup_printf("Desk %c", 'H' - i), *address = g_strdup_printf("desk%d@shop.example", i);
		struct contact_new contact = {.name = name, .description = "", .addresses = (const char *const[]){address, NULL}};
		contact_add(filling->desk, &contact, &filling->contacts[i], &error);
		stop_on(error);
	}
	for (int i = 0; i < EMPLOYEES; i++) {
		g_autofree char *email = g_strdup_printf("agent%d@shop.example", i), *first = fill_firstname((guint)i), *last = fill_lastname((guint)i * 91);
		struct employee_new person = {.email = email, .firstname = first, .lastname = last, .role = "agent", .language = "en", .password_hash = "", .created = 1};
		employee_add(filling->desk, &person, &filling->employees[i], &error);
		stop_on(error);
	}
}

static char *
customer_email(guint number)
{
	g_autofree char *first = fill_firstname(number), *last = fill_lastname(number / 3), *plain = g_str_to_ascii(first, "C");
	g_autofree char *email = g_strdup_printf("%s.%s%u@mail%u.example", plain, last, number, number % 50);
	return g_ascii_strdown(email, -1);
}

static void
add_customers(const struct filling *filling)
{
	for (guint i = 1; i <= filling->customers; i++) {
		g_autofree char *email = customer_email(i), *first = fill_firstname(i), *last = fill_lastname(i / 3);
		query *add = prepare(filling->desk, "INSERT INTO customer (id, shop_id, firstname, lastname, email, registered)"
			" VALUES (:id, 1, :first, :last, :email, :registered)");
		query_set_int(add, ":id", i);
		query_set_text(add, ":first", first);
		query_set_text(add, ":last", last);
		query_set_text(add, ":email", email);
		query_set_int(add, ":registered", filling->begin + i);
		finish(add);
	}
}

static void
add_orders(const struct filling *filling)
{
	for (guint i = 1; i <= filling->orders; i++) {
		g_autofree char *reference = g_strdup_printf("ORD%07u", i);
		query *add = prepare(filling->desk, "INSERT INTO shop_order (id, shop_id, customer_id, reference, total, currency, created)"
			" VALUES (:id, 1, :customer, :reference, :total, 'EUR', :created)");
		query_set_int(add, ":id", i);
		query_set_int(add, ":customer", 1 + i % filling->customers);
		query_set_text(add, ":reference", reference);
		query_set_int(add, ":total", (gint64)(fill_draw(i, 9) % 300) * 1000000);
		query_set_int(add, ":created", filling->begin + i * filling->step);
		finish(add);
		query *state = prepare(filling->desk, "INSERT INTO shop_order_state VALUES (:id, 1, :created, 'Paid', 1)");
		query_set_int(state, ":id", i);
		query_set_int(state, ":created", filling->begin + i * filling->step);
		finish(state);
	}
}

/* Of four threads in ten the registered customer; the others are visitors'. */
static gint64
customer_of(const struct filling *filling, guint thread)
{
	return thread % 10 < 4 ? 1 + fill_draw(thread, 1) % filling->customers : 0;
}

static char *
email_of(const struct filling *filling, guint thread)
{
	gint64 customer = customer_of(filling, thread);
	return customer ? customer_email((guint)customer) : g_strdup_printf("visitor%u@post%u.example", fill_draw(thread, 2) % filling->threads, thread % 90);
}

static gint64
contact_of(const struct filling *filling, guint thread)
{
	return filling->contacts[fill_draw(thread, 3) % CONTACTS];
}

static void
add_thread(const struct filling *filling, guint thread)
{
	g_autofree char *email = email_of(filling, thread), *subject = g_strdup_printf("Question %u about my parcel", thread);
	const char *status = fill_choose(fill_statuses, fill_draw(thread, 4)), *folder = fill_choose(fill_folders, fill_draw(thread, 5));
	bool is_open = !strcmp(status, "open");
	query *add = prepare(filling->desk, "INSERT INTO thread (id, shop_id, contact_id, customer_id, employee_id, email, name, language, subject, status, folder,"
		" is_automatic, is_private, created, last_message, status_changed, order_id, binned) VALUES (:id, 1, :contact, :customer, :employee, :email, :name,"
		" :language, :subject, :status, :folder, :automatic, :private, :created, :created, :created, :order, iif(:folder = 'normal', NULL, :created))");
	query_set_int(add, ":id", thread);
	query_set_int(add, ":contact", contact_of(filling, thread));
	query_set_id(add, ":customer", customer_of(filling, thread));
	query_set_id(add, ":employee", is_open && thread % 3 ? 0 : filling->employees[fill_draw(thread, 6) % EMPLOYEES]);
	query_set_text(add, ":email", email);
	query_set_text(add, ":name", customer_of(filling, thread) ? "" : "A visitor");
	query_set_text(add, ":language", fill_choose(fill_languages, fill_draw(thread, 7)));
	query_set_text(add, ":subject", subject);
	query_set_text(add, ":status", status);
	query_set_text(add, ":folder", folder);
	query_set_int(add, ":automatic", fill_draw(thread, 8) % 100 < 3);
	query_set_int(add, ":private", fill_draw(thread, 10) % 100 < 5);
	query_set_int(add, ":created", filling->begin + thread * filling->step);
	query_set_id(add, ":order", thread % 10 == 1 ? 1 + thread / 10 % filling->orders : 0);
	finish(add);
	query *person = prepare(filling->desk, "INSERT INTO thread_person (thread_id, address) VALUES (:thread, :email)");
	query_set_int(person, ":thread", thread);
	query_set_text(person, ":email", email);
	finish(person);
}

/* One mail as it came; its number. */
static gint64
add_mail(const struct filling *filling, const char *email, const char *ref, const char *text, gint64 received)
{
	g_autoptr(GError) error = NULL;
	const struct envelope envelope = {.door = "milter", .sender = email, .recipients = (const char *const[]){"desk1@shop.example", NULL},
		.client = "192.0.2.1", .helo = "mx.customer.example", .tls = "", .auth = "", .queue_id = "4X1Y2Z", .captured = received};
	g_autoptr(gather) octets = gather_new(NULL, G_MAXINT64);
	g_autofree char *head = g_strdup_printf("From: <%s>\r\nTo: <desk1@shop.example>\r\nSubject: Question about my parcel\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", email, ref);
	gint64 id = 0;
	if (gather_add(octets, head, strlen(head), &error) && gather_add(octets, text, strlen(text), &error) && gather_end(octets, &error))
		mail_insert(filling->raw, &envelope, octets, &id, &error);
	stop_on(error);
	return id;
}

struct message {
	guint thread;
	const char *kind, *text, *email, *ref;
	gint64 received, mail; /* mail 0: none */
};

static gint64
add_message(struct filling *filling, const struct message *message)
{
	guint64 digest[4];
	for (size_t i = 0; i < G_N_ELEMENTS(digest); i++)
		digest[i] = fill_random(&filling->state);
	query *add = prepare(filling->desk, "INSERT INTO message (shop_id, kind, mail_id, received, sent, employee_id, from_name, from_address, subject, text, reply_length,"
		" people, message_ref, language, digest, thread_id) VALUES (1, :kind, :mail, :received, :received, :employee, :name, :email, 'Question about my parcel', :text,"
		" length(:text), '{\"to\":[{\"name\":\"\",\"address\":\"desk1@shop.example\"}],\"cc\":[],\"reply_to\":[]}', :ref, 'en', :digest, :thread)");
	bool is_answer = !strcmp(message->kind, "employee");
	query_set_text(add, ":kind", message->kind);
	query_set_id(add, ":mail", message->mail);
	query_set_int(add, ":received", message->received);
	query_set_id(add, ":employee", is_answer ? filling->employees[fill_draw(message->thread, 6) % EMPLOYEES] : 0);
	query_set_text(add, ":name", is_answer ? "Desk" : "A visitor");
	query_set_text(add, ":email", is_answer ? "desk1@shop.example" : message->email);
	query_set_text(add, ":text", message->text);
	query_set_text(add, ":ref", message->ref);
	if (is_answer)
		query_set_null(add, ":digest");
	else
		query_set_blob(add, ":digest", digest, sizeof digest);
	query_set_int(add, ":thread", message->thread);
	finish(add);
	gint64 id = db_last_id(filling->desk);
	query *own = prepare(filling->desk, "INSERT INTO message_id (shop_id, ref, is_own, message_id) VALUES (1, :ref, 1, :id)");
	query_set_text(own, ":ref", message->ref);
	query_set_int(own, ":id", id);
	finish(own);
	return id;
}

static gint64
add_event(const struct filling *filling, const struct message *message, gint64 id)
{
	query *add = prepare(filling->desk, "INSERT INTO event (created, kind, shop_id, thread_id, contact_id, message_id, employee_id, is_ringing)"
		" VALUES (:created, :kind, 1, :thread, :contact, :message, :employee, :employee IS NULL)");
	bool is_answer = !strcmp(message->kind, "employee");
	query_set_int(add, ":created", message->received);
	query_set_text(add, ":kind", is_answer ? "reply" : "message");
	query_set_int(add, ":thread", message->thread);
	query_set_int(add, ":contact", contact_of(filling, message->thread));
	query_set_int(add, ":message", id);
	query_set_id(add, ":employee", is_answer ? filling->employees[fill_draw(message->thread, 6) % EMPLOYEES] : 0);
	finish(add);
	return db_last_id(filling->desk);
}

/* What a customer's message does to its thread. */
static void
touch_thread(const struct filling *filling, const struct message *message, gint64 id, gint64 event)
{
	query *update = prepare(filling->desk, "UPDATE thread SET last_message = :received, last_message_id = :message, excerpt = :excerpt || '…',"
		" first_customer = coalesce(first_customer, :received), waiting_message = iif(status = 'open', :message, NULL),"
		" waiting_since = iif(status = 'open', :received, NULL), bell_event = iif(status = 'open' AND folder = 'normal', :event, NULL) WHERE id = :id");
	g_autofree char *excerpt = g_utf8_substring(message->text, 7, 47);
	query_set_int(update, ":received", message->received);
	query_set_int(update, ":message", id);
	query_set_text(update, ":excerpt", g_strdelimit(excerpt, "\n", ' '));
	query_set_int(update, ":event", event);
	query_set_int(update, ":id", message->thread);
	finish(update);
}

/* The NUMBERth message of THREAD, written when thread AT begins: every second one is an answer. */
static void
write_message(struct filling *filling, guint thread, guint number, guint at)
{
	bool is_answer = number % 2 == 1, is_rare = number == 0 && thread % MAX(1, filling->threads / 5) == 1;
	g_autofree char *email = email_of(filling, thread), *text = fill_text(&filling->state, thread, is_rare);
	struct message message = {.thread = thread, .kind = is_answer ? "employee" : "customer", .text = text, .email = email,
		.received = filling->begin + at * filling->step + number};
	g_autofree char *ref = g_strdup_printf("%" G_GINT64_FORMAT ".%u.%u@customer.example", message.received, thread, number);
	message.ref = ref;
	if (!is_answer)
		message.mail = add_mail(filling, email, ref, text, message.received);
	gint64 id = add_message(filling, &message), event = add_event(filling, &message, id);
	if (!is_answer)
		touch_thread(filling, &message, id, event);
}

static void
begin_batch(const struct filling *filling)
{
	g_autoptr(GError) error = NULL;
	if (db_begin(filling->raw, &error))
		db_begin(filling->desk, &error);
	stop_on(error);
}

static void
end_batch(const struct filling *filling)
{
	g_autoptr(GError) error = NULL;
	if (db_commit(filling->raw, &error) && db_commit(filling->desk, &error) && db_empty_log(filling->raw, 1000, &error) >= 0)
		db_empty_log(filling->desk, 1000, &error);
	stop_on(error);
}

/* Step by step through time: at each a thread begins, and two older ones go on. */
static void
write_threads(struct filling *filling)
{
	begin_batch(filling);
	for (guint at = 1; at <= filling->threads + QUESTION_AFTER; at++) {
		if (at <= filling->threads)
			add_thread(filling, at), write_message(filling, at, 0, at);
		if (at > ANSWER_AFTER && at - ANSWER_AFTER <= filling->threads)
			write_message(filling, at - ANSWER_AFTER, 1, at);
		if (at > QUESTION_AFTER)
			write_message(filling, at - QUESTION_AFTER, 2, at);
		if (at % BATCH == 0)
			end_batch(filling), begin_batch(filling);
	}
	for (guint number = 3; number < LONG_THREAD; number++)
		write_message(filling, filling->threads, number, filling->threads + QUESTION_AFTER);
	end_batch(filling);
}

/* Takes the indices of the large tables away: the SQL that makes them again. */
static GPtrArray *
drop_indices(db *desk)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *again = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) drops = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(query) rows = prepare(desk, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
		" AND tbl_name IN ('thread', 'message', 'message_id', 'event', 'customer', 'shop_order')");
	while (query_next(rows, &error) > 0) {
		g_ptr_array_add(drops, g_strdup_printf("DROP INDEX %s", query_text(rows, 0)));
		g_ptr_array_add(again, g_strdup(query_text(rows, 1)));
	}
	stop_on(error);
	g_clear_pointer(&rows, query_done);
	for (guint i = 0; i < drops->len; i++)
		run(desk, drops->pdata[i]);
	return again;
}

static void
make_indices(const struct filling *filling, const GPtrArray *again)
{
	for (guint i = 0; i < again->len; i++) {
		begin_batch(filling);
		run(filling->desk, again->pdata[i]);
		end_batch(filling);
	}
}

/* Sorting goes on behind the last mail. */
static void
mark_sorted(const struct filling *filling)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT, mail_last_id(filling->raw, &error));
	stop_on(error);
	begin_batch(filling);
	fact_set(filling->desk, "sorted", last, &error);
	stop_on(error);
	end_batch(filling);
}

static db *
open_file(const char *store, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(store, name, NULL);
	db *connection = db_open(path, DB_WRITE_REDO, &error);
	stop_on(error);
	run(connection, "PRAGMA cache_size=-300000; PRAGMA foreign_keys=OFF");
	return connection;
}

int
main(int count, char **words)
{
	int threads = count == 3 ? atoi(words[2]) : 0;
	if (threads < 1000)
		return fprintf(stderr, "fill_desk STORE THREADS (1000 or more)\n"), 64;
	gint64 began = g_get_monotonic_time(), now = g_get_real_time() / 1000;
	g_autoptr(db) desk = open_file(words[1], "desk.db"), raw = open_file(words[1], "raw.db");
	struct filling filling = {.desk = desk, .raw = raw, .state = 7, .threads = (guint)threads, .customers = (guint)threads / 5, .orders = (guint)threads / 10,
		.begin = now - 24 * 3600 * 1000 - SPAN, .step = SPAN / (threads + QUESTION_AFTER)};
	g_autoptr(GPtrArray) indices = drop_indices(desk);
	begin_batch(&filling);
	add_contacts(&filling);
	add_customers(&filling);
	add_orders(&filling);
	end_batch(&filling);
	write_threads(&filling);
	make_indices(&filling, indices);
	mark_sorted(&filling);
	printf("{\"threads\": %d, \"messages\": %d, \"seconds\": %.1f}\n", threads, 3 * threads + LONG_THREAD - 3,
		(double)(g_get_monotonic_time() - began) / 1e6);
	return 0;
}
