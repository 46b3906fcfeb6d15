#include "milter/commands.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "milter/milter.h"
#include "store/contact.h"
#include "store/employee.h"
#include "store/migrate.h"
#include "store/secret.h"
#include "store/wake.h"
#include "store/writer.h"

#define USAGE 64 /* EX_USAGE, sysexits.h */
#define PASSWORD_LINE_MAX 1024

static int
complain(const GError *error)
{
	fprintf(stderr, "belfry: %s\n", error->message);
	return 1;
}

static int
misuse(const char *sentence)
{
	fprintf(stderr, "belfry: %s\n", sentence);
	return USAGE;
}

/* Reads options out of WORDS, which keeps the others; the word before them, the command's name, is there too. FALSE after saying why. */
static bool
read_options(const GOptionEntry *entries, int *count, char **words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	int all_count = *count + 1;
	char **all = words - 1;
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	if (!g_option_context_parse(context, &all_count, &all, &error))
		return complain(error) < 0;
	*count = all_count - 1;
	return true;
}

static db *
open_desk(const struct conf *conf, enum db_mode mode, GError **error)
{
	g_autofree char *path = g_build_filename(conf->belfry.store, "desk.db", NULL);
	return migrate_is_current(conf->belfry.store, error) ? db_open(path, mode, error) : NULL;
}

/* One job in a transaction of its own, then a nudge for the roles. */
static int
change_desk(const struct conf *conf, writer_job *job, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = open_desk(conf, DB_WRITE, &error);
	if (!desk || !db_begin(desk, &error))
		return complain(error);
	if (!job(desk, data, &error) || !db_commit(desk, &error)) {
		db_rollback(desk);
		return complain(error);
	}
	wake_send(conf->belfry.store, NULL);
	return 0;
}

static int
show_desk(const struct conf *conf, bool (*show)(db *desk, GError **error))
{
	g_autoptr(GError) error = NULL;
	g_autoptr(db) desk = open_desk(conf, DB_READ, &error);
	return desk && show(desk, &error) ? 0 : complain(error);
}

int
command_migrate(const struct conf *conf, int count, char **words)
{
	(void)words;
	g_autoptr(GError) error = NULL;
	if (count)
		return misuse("migrate takes no words");
	return migrate_run(conf->belfry.store, &error) ? 0 : complain(error);
}

/* A line from standard input, without echo where a person types it. NULL at the end. Owner: caller. */
static char *
read_password(void)
{
	char line[PASSWORD_LINE_MAX];
	struct termios shown, hidden;
	bool is_typed = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &shown);
	if (is_typed) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		fprintf(stderr, "Password: ");
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	}
	bool ok = fgets(line, sizeof line, stdin);
	if (is_typed) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
		fprintf(stderr, "\n");
	}
	line[ok ? strcspn(line, "\r\n") : 0] = '\0';
	return ok ? g_strdup(line) : NULL;
}

/* The hash of a password that was read and is long enough; NULL after saying why. */
static char *
read_password_hash(void)
{
	g_autofree char *password = read_password();
	if (!password || !g_utf8_validate(password, -1, NULL) || g_utf8_strlen(password, -1) < EMPLOYEE_PASSWORD_MIN) {
		fprintf(stderr, "belfry: a password has %d characters or more\n", EMPLOYEE_PASSWORD_MIN);
		return NULL;
	}
	return secret_hash_password(password);
}

static bool
add_employee(db *desk, void *data, GError **error)
{
	gint64 id;
	return employee_add(desk, data, &id, error);
}

static int
employee_command_add(const struct conf *conf, int count, char **words)
{
	g_autofree char *firstname = NULL, *lastname = NULL, *role = NULL, *language = NULL;
	gboolean is_piped = FALSE;
	const GOptionEntry entries[] = {
		{"firstname", 0, 0, G_OPTION_ARG_STRING, &firstname, NULL, NULL},
		{"lastname", 0, 0, G_OPTION_ARG_STRING, &lastname, NULL, NULL},
		{"role", 0, 0, G_OPTION_ARG_STRING, &role, NULL, NULL},
		{"language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL},
		{"password-stdin", 0, 0, G_OPTION_ARG_NONE, &is_piped, NULL, NULL},
		{0},
	};
	if (!read_options(entries, &count, words))
		return USAGE;
	g_autofree char *email = count == 1 ? contact_normal_address(words[0]) : NULL;
	if (!email || !firstname || !lastname)
		return misuse("employee add EMAIL --firstname NAME --lastname NAME [--role admin|agent|viewer] [--language en] [--password-stdin]");
	g_autofree char *hash = read_password_hash();
	if (!hash)
		return 1;
	struct employee_new person = {.email = email, .firstname = firstname, .lastname = lastname, .role = role ? role : "agent",
		.language = language ? language : "en", .password_hash = hash, .created = g_get_real_time() / 1000};
	return change_desk(conf, add_employee, &person);
}

struct password_change {
	const char *email, *hash;
};

static bool
change_password(db *desk, void *data, GError **error)
{
	const struct password_change *change = data;
	g_autoptr(employee) person = employee_by_email(desk, change->email, error);
	if (person)
		return employee_set_password(desk, person->id, change->hash, NULL, error);
	if (!*error)
		g_set_error(error, DB_ERROR, DB_FAILED, "%s is no employee", change->email);
	return false;
}

static int
employee_command_passwd(const struct conf *conf, int count, char **words)
{
	gboolean is_piped = FALSE;
	const GOptionEntry entries[] = {{"password-stdin", 0, 0, G_OPTION_ARG_NONE, &is_piped, NULL, NULL}, {0}};
	if (!read_options(entries, &count, words) || count != 1)
		return misuse("employee passwd EMAIL [--password-stdin]");
	g_autofree char *hash = read_password_hash();
	struct password_change change = {words[0], hash};
	return hash ? change_desk(conf, change_password, &change) : 1;
}

static bool
print_employee(const employee *person, void *data)
{
	(void)data;
	printf("%s\t%s %s\t%s\t%s\n", person->email, person->firstname, person->lastname, person->role, person->is_active ? "active" : "inactive");
	return true;
}

static bool
show_employees(db *desk, GError **error)
{
	return employee_each(desk, print_employee, NULL, error);
}

int
command_employee(const struct conf *conf, int count, char **words)
{
	if (count && !strcmp(words[0], "add"))
		return employee_command_add(conf, count - 1, words + 1);
	if (count && !strcmp(words[0], "passwd"))
		return employee_command_passwd(conf, count - 1, words + 1);
	if (count == 1 && !strcmp(words[0], "list"))
		return show_desk(conf, show_employees);
	return misuse("employee add, employee passwd or employee list");
}

struct contact_change {
	struct contact_new contact;
	gint64 id; /* of the contact that gets the addresses; 0: a new one */
};

static bool
add_contact(db *desk, void *data, GError **error)
{
	struct contact_change *change = data;
	return change->id ? contact_add_addresses(desk, change->id, change->contact.addresses, error) :
		contact_add(desk, &change->contact, &change->id, error);
}

static int
contact_command_add(const struct conf *conf, int count, char **words)
{
	g_autofree char *name = NULL, *description = NULL;
	gboolean is_taking = FALSE, is_off = FALSE;
	gint64 id = 0;
	const GOptionEntry entries[] = {
		{"name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL},
		{"description", 0, 0, G_OPTION_ARG_STRING, &description, NULL, NULL},
		{"take", 0, 0, G_OPTION_ARG_NONE, &is_taking, NULL, NULL},
		{"no-save", 0, 0, G_OPTION_ARG_NONE, &is_off, NULL, NULL},
		{"id", 0, 0, G_OPTION_ARG_INT64, &id, NULL, NULL},
		{0},
	};
	if (!read_options(entries, &count, words))
		return USAGE;
	if (!count || (!name && !id))
		return misuse("contact add ADDRESS… --name NAME [--description TEXT] [--take] [--no-save], or contact add ADDRESS… --id NUMBER for one there is");
	struct contact_change change = {.id = id, .contact = {.name = name, .description = description ? description : "",
		.addresses = (const char *const *)words, .is_taking = is_taking, .is_off = is_off}};
	return change_desk(conf, add_contact, &change);
}

static bool
print_contact(const struct contact_row *row, void *data)
{
	(void)data;
	printf("%" G_GINT64_FORMAT "\t%s\t%s\t%s%s\n", row->id, row->name, *row->addresses ? row->addresses : "(no address)",
		row->is_taking ? "take" : "keep", row->is_saving ? "" : ", messages not saved");
	return true;
}

static bool
show_contacts(db *desk, GError **error)
{
	return contact_each(desk, "en", print_contact, NULL, error);
}

int
command_contact(const struct conf *conf, int count, char **words)
{
	if (count && !strcmp(words[0], "add"))
		return contact_command_add(conf, count - 1, words + 1);
	if (count == 1 && !strcmp(words[0], "list"))
		return show_desk(conf, show_contacts);
	return misuse("contact add or contact list");
}

int
command_capture(const struct conf *conf, int count, char **words)
{
	g_auto(GStrv) recipients = NULL;
	g_autofree char *sender = NULL;
	const GOptionEntry entries[] = {
		{"to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipients, NULL, NULL},
		{"from", 0, 0, G_OPTION_ARG_STRING, &sender, NULL, NULL},
		{0},
	};
	if (!read_options(entries, &count, words))
		return USAGE;
	if (count || !recipients)
		return misuse("capture --to ADDRESS [--to ADDRESS …] [--from ADDRESS] < MAIL");
	return capture_send(conf, sender ? sender : "", (const char *const *)recipients);
}
