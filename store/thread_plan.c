#include "store/thread_plan.h"

#include <string.h>

#include "store/words.h"

/* What an index over words names so many of is looked at one by one and sorted; of more, a walk soon meets enough. A message takes longer to look into than an
 * address, so it is named for longer. */
#define FEW_ADDRESSES 5000
#define FEW_MESSAGES 20000

const char *const thread_folders[] = {"open", "mine", "unassigned", "pending", "closed", "automatic", "spam", "bin", "all", NULL};

/* What each folder holds, and the counters that know how many. */
static const struct {
	const char *name, *condition, *counters;
} folders[] = {
	{"open", "t.folder = 'normal' AND t.status = 'open'", "[\"open\"]"},
	{"mine", "t.folder = 'normal' AND t.status = 'open' AND t.employee_id = :viewer", NULL},
	{"unassigned", "t.folder = 'normal' AND t.status = 'open' AND t.employee_id IS NULL", NULL},
	{"pending", "t.folder = 'normal' AND t.status IN ('pending1', 'pending2')", "[\"pending1\",\"pending2\"]"},
	{"closed", "t.folder = 'normal' AND t.status = 'closed'", "[\"closed\"]"},
	{"automatic", "t.folder = 'normal' AND t.is_automatic",
		"[\"automatic.open\",\"automatic.pending1\",\"automatic.pending2\",\"automatic.closed\"]"},
	{"spam", "t.folder = 'spam'", "[\"spam\"]"},
	{"bin", "t.folder = 'bin'", "[\"bin\"]"},
	{"all", "t.folder <> 'merged'", "[\"open\",\"pending1\",\"pending2\",\"closed\",\"spam\",\"bin\"]"},
	{NULL, "t.folder = 'normal'", "[\"open\",\"pending1\",\"pending2\",\"closed\"]"},
};

#define ALL_TEXT_OF(m) m ".subject || ' ' || " m ".text || ' ' || " m ".from_name || ' ' || " m ".from_address"
#define ALL_TEXT ALL_TEXT_OF("m")
/* Whose thread it is, an index of its own says: the message itself has that behind its texts. */
#define MESSAGE(text) "CROSS JOIN message m INDEXED BY message_in_thread ON m.id = " text
#define OF_MESSAGE(text) MESSAGE(text) " CROSS JOIN thread t ON t.id = m.thread_id"
/* By name, or an index over folder and language is taken, and gone through for each customer. */
#define OF_CUSTOMER(customer) "CROSS JOIN thread t INDEXED BY thread_by_customer ON t.customer_id = " customer

/* Searches for words: of a thread, then within messages. */
static const struct search {
	size_t words;      /* offset of the words in struct thread_filter */
	struct terms_scope scope; /* the index over texts, and which of them */
	const char *join;  /* from what it names to the thread, */
	const char *vocabulary_join; /* … and from what its vocabulary names */
	const char *parameter, *check; /* the same asked of one thread, without the index */
} searches[] = {
	{offsetof(struct thread_filter, customer), {"customer_text", NULL, FEW_ADDRESSES}, OF_CUSTOMER("f.rowid"), OF_CUSTOMER("f.doc"),
		":customer", "matches((SELECT firstname || ' ' || lastname FROM customer WHERE id = t.customer_id), :customer)"},
	{offsetof(struct thread_filter, email), {"thread_text", NULL, FEW_ADDRESSES}, "CROSS JOIN thread t ON t.id = f.rowid", "CROSS JOIN thread t ON t.id = f.doc",
		":email", "matches(t.email, :email)"},
	{offsetof(struct thread_filter, message), {"message_text", "text", FEW_MESSAGES}, OF_MESSAGE("f.rowid") " AND t.last_message_id = m.id", OF_MESSAGE("f.doc") " AND t.last_message_id = m.id",
		":message", "matches((SELECT text FROM message WHERE id = t.last_message_id), :message)"},
	{offsetof(struct thread_filter, text), {"message_text", NULL, FEW_MESSAGES}, OF_MESSAGE("f.rowid"), OF_MESSAGE("f.doc"),
		":text", "EXISTS (SELECT 1 FROM message m WHERE m.thread_id = t.id AND matches(" ALL_TEXT ", :text))"},
};
#define IN_MESSAGES (G_N_ELEMENTS(searches) - 1)

static const char *
words_of(const struct thread_filter *filter, size_t search)
{
	return *(const char *const *)(const void *)((const char *)filter + searches[search].words);
}

static size_t
find_folder(const char *name)
{
	size_t i = 0;
	while (folders[i].name && g_strcmp0(folders[i].name, name))
		i++;
	return i;
}

const char *
thread_plan_counters(const char *folder)
{
	return folders[find_folder(folder)].counters;
}

/* TERMS of SEARCH, and how many texts they find, one more than few at most; -1: ERROR. */
static gint64
make_terms(const struct thread_plan *plan, db *desk, size_t search, struct terms *terms, GError **error)
{
	const struct terms_scope *scope = &searches[search].scope;
	if (!terms_make(terms, desk, scope, words_of(plan->filter, search), error))
		return -1;
	return terms->query || (terms->from && scope->column) ? terms_count(terms, desk, scope, error) : scope->few + 1;
}

/* The same; where the words themselves are in many texts, those that begin with them are not asked for. */
static gint64
begin_terms(const struct thread_plan *plan, db *desk, size_t search, struct terms *terms, GError **error)
{
	const struct terms_scope *scope = &searches[search].scope;
	struct terms narrow;
	terms_begin(terms, scope, words_of(plan->filter, search));
	gint64 count = terms_narrow(terms, &narrow) ? terms_count(&narrow, desk, scope, error) : 0;
	if (count < 0 || count > scope->few)
		return count;
	terms_clear(terms);
	return make_terms(plan, desk, search, terms, error);
}

/* Takes SEARCH as the one that names the threads when it finds few, or when no other was taken before. */
static bool
weigh(struct thread_plan *plan, db *desk, size_t search, GError **error)
{
	struct terms terms;
	gint64 count = begin_terms(plan, desk, search, &terms, error);
	bool has_terms = terms.query || terms.from || terms.certain, is_few = count <= searches[search].scope.few;
	if (has_terms && count >= 0 && (is_few || plan->search < 0)) {
		terms_clear(&plan->terms);
		plan->search = (int)search;
		plan->terms = terms;
		plan->is_few = is_few;
	} else
		terms_clear(&terms);
	return count >= 0;
}

static bool
weigh_searches(struct thread_plan *plan, db *desk, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(searches) && !plan->is_few; i++)
		if (words_of(plan->filter, i) && !weigh(plan, desk, i, error))
			return false;
	return true;
}

static bool
find_employees(struct thread_plan *plan, db *desk, GError **error)
{
	if (!plan->filter->employee)
		return true;
	g_autoptr(query) rows = db_query(desk, "SELECT id FROM employee WHERE matches(lastname, :employee)", error);
	if (!rows)
		return false;
	query_set_text(rows, ":employee", plan->filter->employee);
	plan->employees = query_take_ints(rows, error);
	plan->is_empty = plan->employees && !plan->employees->len;
	return plan->employees;
}

static bool
has_words(const char *text)
{
	g_auto(GStrv) words = words_list(text);
	return *words;
}

bool
thread_plan_make(struct thread_plan *plan, db *desk, const viewer *who, const struct thread_filter *filter, GError **error)
{
	*plan = (struct thread_plan){.who = who, .filter = filter, .search = -1, .is_empty = filter->text && !has_words(filter->text)};
	return plan->is_empty || (find_employees(plan, desk, error) && (plan->is_empty || weigh_searches(plan, desk, error)));
}

void
thread_plan_clear(struct thread_plan *plan)
{
	g_clear_pointer(&plan->employees, g_array_unref);
	terms_clear(&plan->terms);
}

void
thread_plan_walk(struct thread_plan *plan)
{
	plan->search = -1;
}

bool
thread_plan_narrow(struct thread_plan *plan)
{
	struct terms narrow;
	if (plan->search < 0 || !terms_narrow(&plan->terms, &narrow))
		return false;
	plan->terms = narrow;
	return true;
}

bool
thread_plan_complete(struct thread_plan *plan, db *desk, GError **error)
{
	if (plan->search < 0 || plan->terms.query || plan->terms.from)
		return true;
	terms_clear(&plan->terms);
	return make_terms(plan, desk, (size_t)plan->search, &plan->terms, error) >= 0;
}

void
thread_plan_append_tables(const struct thread_plan *plan, GString *sql)
{
	const struct search *search = plan->search < 0 ? NULL : &searches[plan->search];
	if (!search)
		g_string_append_printf(sql, " FROM thread t%s", plan->filter->is_private == 1 ? " INDEXED BY thread_private" : "");
	else if (plan->terms.query)
		g_string_append_printf(sql, " FROM %s f %s", search->scope.index, search->join);
	else
		g_string_append_printf(sql, " FROM %s_word f %s", search->scope.index, search->vocabulary_join);
}

bool
thread_plan_is_grouped(const struct thread_plan *plan)
{
	return plan->search == (int)IN_MESSAGES || (plan->search >= 0 && !plan->terms.query);
}

const char *
thread_plan_hit(const struct thread_plan *plan)
{
	if (!plan->filter->text)
		return "0";
	return plan->search == (int)IN_MESSAGES ? "max(m.id)"
		: "(SELECT m.id FROM message m WHERE m.thread_id = t.id AND matches(" ALL_TEXT ", :text) ORDER BY m.id DESC LIMIT 1)";
}

/* Only who does not see all is to be asked for each thread; that is not what the threads are looked for by. */
static void
append_sees(const struct thread_plan *plan, GString *sql)
{
	if (!plan->who->has_all)
		g_string_append(sql, " AND +t.contact_id IN (SELECT contact_id FROM employee_contact WHERE employee_id = :viewer)");
}

/* The filters that are set, as constant pieces of SQL; their values are bound by thread_plan_bind. */
static void
append_filters(const struct thread_plan *plan, GString *sql)
{
	const struct thread_filter *f = plan->filter;
	const struct {
		bool is_set;
		const char *condition;
	} conditions[] = {
		{f->id, "t.id = :id"},
		{f->contact_id, "t.contact_id = :contact"},
		{f->shop_id, "t.shop_id = :shop"},
		{f->from, "t.last_message >= :from"},
		{f->to, "t.last_message < :to"},
		{f->language, "t.language = :language"},
		{f->status, "t.status = :status"},
		{f->is_private == 1, "t.is_private"},
		{f->is_private == 0, "NOT t.is_private"},
		{plan->employees && plan->employees->len == 1, "t.employee_id = :employee"},
		{plan->employees && plan->employees->len > 1, "t.employee_id IN (SELECT id FROM employee WHERE matches(lastname, :employee))"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++)
		if (conditions[i].is_set)
			g_string_append_printf(sql, " AND %s", conditions[i].condition);
}

static bool
is_checked(const struct thread_plan *plan, size_t search)
{
	return words_of(plan->filter, search) && ((int)search != plan->search || !plan->terms.is_exact);
}

/* Of a search that names messages it is those that are looked at. */
static const char *
check_of(const struct thread_plan *plan, size_t search)
{
	return search == IN_MESSAGES && plan->search == (int)IN_MESSAGES ? "(SELECT matches(" ALL_TEXT_OF("w") ", :text) FROM message w WHERE w.id = m.id)"
		: searches[search].check;
}

/* What the search that names the threads is asked for, and what it does not answer for. */
static void
append_search(const struct thread_plan *plan, GString *sql)
{
	terms_append(&plan->terms, &searches[plan->search].scope, sql);
	if (is_checked(plan, (size_t)plan->search))
		g_string_append_printf(sql, " AND %s", check_of(plan, (size_t)plan->search));
}

/* What is asked of a thread itself. */
static void
append_of_thread(const struct thread_plan *plan, GString *sql)
{
	g_string_append_printf(sql, " WHERE %s", folders[find_folder(plan->filter->folder)].condition);
	append_sees(plan, sql);
	append_filters(plan, sql);
	for (size_t i = 0; i < G_N_ELEMENTS(searches); i++)
		if ((int)i != plan->search && is_checked(plan, i))
			g_string_append_printf(sql, " AND %s", check_of(plan, i));
}

void
thread_plan_append_conditions(const struct thread_plan *plan, GString *sql)
{
	append_of_thread(plan, sql);
	if (plan->search < 0)
		return;
	g_string_append(sql, " AND ");
	append_search(plan, sql);
}

/* Of a search in messages a thread is looked at when the first of its messages is found, and no more. */
static void
append_threads_of_messages(const struct thread_plan *plan, GString *sql)
{
	g_string_append_printf(sql, "SELECT 1 FROM (SELECT DISTINCT m.thread_id AS id FROM %s WHERE ",
		plan->terms.query ? "message_text f " MESSAGE("f.rowid") : "message_text_word f " MESSAGE("f.doc"));
	append_search(plan, sql);
	g_string_append(sql, ") d CROSS JOIN thread t ON t.id = d.id");
	append_of_thread(plan, sql);
}

void
thread_plan_append_once(const struct thread_plan *plan, GString *sql)
{
	if (plan->search == (int)IN_MESSAGES) {
		append_threads_of_messages(plan, sql);
		return;
	}
	g_string_append(sql, "SELECT DISTINCT t.id");
	thread_plan_append_tables(plan, sql);
	thread_plan_append_conditions(plan, sql);
}

static void
bind_text(query *rows, const char *name, const char *value)
{
	if (value)
		query_set_text(rows, name, value);
}

static void
bind_int(query *rows, const char *name, gint64 value)
{
	if (value)
		query_set_int(rows, name, value);
}

static void
bind_employee(const struct thread_plan *plan, query *rows)
{
	if (plan->employees && plan->employees->len == 1)
		query_set_int(rows, ":employee", g_array_index(plan->employees, gint64, 0));
	else if (plan->employees)
		query_set_text(rows, ":employee", plan->filter->employee);
}

void
thread_plan_bind(const struct thread_plan *plan, query *rows)
{
	const struct thread_filter *f = plan->filter;
	if (!plan->who->has_all || !g_strcmp0(f->folder, "mine"))
		query_set_int(rows, ":viewer", plan->who->id);
	bind_int(rows, ":id", f->id);
	bind_int(rows, ":contact", f->contact_id);
	bind_int(rows, ":shop", f->shop_id);
	bind_int(rows, ":from", f->from);
	bind_int(rows, ":to", f->to);
	bind_text(rows, ":language", f->language);
	bind_text(rows, ":status", f->status);
	bind_employee(plan, rows);
	if (plan->search >= 0)
		terms_bind(&plan->terms, rows);
	for (size_t i = 0; i < G_N_ELEMENTS(searches); i++)
		if (is_checked(plan, i))
			query_set_text(rows, searches[i].parameter, words_of(f, i));
}
