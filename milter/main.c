/* The command table and the roles: the one file that sees mail's side and the browsers'. */
#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "milter/backup_commands.h"
#include "milter/check.h"
#include "milter/commands.h"
#include "milter/courier.h"
#include "milter/milter.h"
#include "milter/parse.h"
#include "milter/queue_commands.h"
#include "milter/resort_command.h"
#include "milter/role_confine.h"
#include "milter/sockets.h"
#include "milter/sort.h"
#include "milter/supervisor.h"
#include "store/log.h"
#include "web/server.h"

/* What a command gets: the configuration, where it stood, and the words behind the command's name. */
struct call {
	const struct conf *conf;
	const char *conf_path;
	int count;
	char **words;
};

struct command {
	const char *name;
	int (*run)(const struct call *call);
	const char *words, *help;
	bool is_role; /* never as root: becomes the configured user first */
};

static int
run_all(const struct call *call)
{
	return supervisor_run(call->conf, call->conf_path);
}

static int
run_milter(const struct call *call)
{
	return milter_run(call->conf);
}

static int
run_sort(const struct call *call)
{
	return sort_run(call->conf);
}

static int
run_courier(const struct call *call)
{
	return courier_run(call->conf);
}

static int
run_web(const struct call *call)
{
	g_autoptr(GError) error = NULL;
	int listener = sockets_inherited("web");
	if (listener < 0)
		listener = sockets_listen(call->conf->web.listen, 0, "", &error);
	if (listener >= 0)
		return web_run(call->conf, listener);
	log_line(LOG_ERROR, "%s", error->message);
	return 1;
}

static int
run_migrate(const struct call *call)
{
	return command_migrate(call->conf, call->count, call->words);
}

static int
run_capture(const struct call *call)
{
	return command_capture(call->conf, call->count, call->words);
}

static int
run_employee(const struct call *call)
{
	return command_employee(call->conf, call->count, call->words);
}

static int
run_contact(const struct call *call)
{
	return command_contact(call->conf, call->count, call->words);
}

static int
run_backup(const struct call *call)
{
	return command_backup(call->conf, call->count, call->words);
}

static int
run_restore(const struct call *call)
{
	return command_restore(call->conf, call->count, call->words);
}

static int
run_queue(const struct call *call)
{
	return command_queue(call->conf, call->count, call->words);
}

static int
run_resort(const struct call *call)
{
	return command_resort(call->conf, call->count, call->words);
}

static int
run_check(const struct call *call)
{
	return command_check(call->conf, call->conf_path, call->count, call->words);
}

static const struct command commands[] = {
	{"run", run_all, "", "start all roles and keep them running", false},
	{"migrate", run_migrate, "", "make the store, or bring it to this program's version", true},
	{"milter", run_milter, "", "the role that takes mail in", true},
	{"sort", run_sort, "", "the role that turns mail into threads", true},
	{"courier", run_courier, "", "the role that carries replies out", true},
	{"web", run_web, "", "the role that serves the desk and the bell", true},
	{"capture", run_capture, "--to ADDRESS… [--from ADDRESS] < MAIL", "hand a mail to the daemon; for aliases and pipes", false},
	{"employee", run_employee, "add EMAIL --firstname … | passwd EMAIL | list", "the staff", true},
	{"contact", run_contact, "add ADDRESS… --name … | list", "what customers write to", true},
	{"queue", run_queue, "[list] | retry NUMBER… | remove NUMBER…", "replies that have not left", true},
	{"resort", run_resort, "--all | [--thread NUMBER] [--contact ADDRESS] [--since DATE] [--unreadable] [--dry-run]", "read old mail again", true},
	{"backup", run_backup, "DIRECTORY | --verify DIRECTORY", "copy the store, keys included, while it is in use", true},
	{"restore", run_restore, "[--with-mail] DIRECTORY", "put a backup in the store's place", true},
	{"check", run_check, "[--deep] [--postfix DIRECTORY] | --recount", "configuration, sockets, rights, Postfix's settings; says what to mend", false},
};

static int
usage(FILE *where)
{
	fprintf(where, "belfry [-c FILE] COMMAND …\n\n");
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		fprintf(where, "  %-9s %s\n            %s\n", commands[i].name, commands[i].help, commands[i].words);
	fprintf(where, "  %-9s the program's version\n\nFILE: %s unless given. See belfry(8), belfry.conf(5).\n", "version", CONF_DEFAULT_PATH);
	return where == stdout ? 0 : 64;
}

static int
run_command(const struct command *command, const struct call *call)
{
	g_autoptr(GError) error = NULL;
	log_open(command->name, (enum log_level)call->conf->log.level);
	if (command->is_role && (!supervisor_become_user(call->conf, command->name, &error) || !role_confine(call->conf, command->name, &error))) {
		log_line(LOG_ERROR, "%s", error->message);
		return 1;
	}
	return command->run(call);
}

static int
dispatch(const char *conf_path, int count, char **words)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(commands[i].name, words[0]))
			continue;
		g_autoptr(GError) error = NULL;
		struct conf *conf = conf_load(conf_path, &error);
		if (!conf) {
			fprintf(stderr, "belfry: %s\n", error->message);
			return 78; /* EX_CONFIG */
		}
		const struct call call = {conf, conf_path, count - 1, words + 1};
		int status = run_command(&commands[i], &call);
		conf_free(conf);
		return status;
	}
	fprintf(stderr, "belfry: no command %s\n\n", words[0]);
	return usage(stderr);
}

int
main(int count, char **words)
{
	const char *conf_path = CONF_DEFAULT_PATH;
	setlocale(LC_ALL, "C.UTF-8"); /* NOLINT(cert-err33-c, concurrency-mt-unsafe): without it all goes on in ASCII; no thread yet */
	umask(0077); /* whatever is made here holds mail or keys */
	count--;
	words++;
	if (count >= 2 && !strcmp(words[0], "-c")) {
		conf_path = words[1];
		count -= 2;
		words += 2;
	}
	if (!count)
		return usage(stderr);
	if (!strcmp(words[0], "parse") && count == 1)
		return parse_main(STDIN_FILENO);
	if (!strcmp(words[0], "version") || !strcmp(words[0], "--version"))
		return printf("belfry " BELFRY_VERSION "\n") < 0;
	if (!strcmp(words[0], "help") || !strcmp(words[0], "--help"))
		return usage(stdout);
	return dispatch(conf_path, count, words);
}
