#include "milter/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "milter/check_kit.h"
#include "milter/supervisor.h"
#include "store/contact.h"
#include "store/migrate.h"
#include "store/verify.h"

enum need {
	ALWAYS,
	WITH_POSTFIX,
	WITHOUT_POSTFIX,
	WHEN_DEEP,
};

/* What is looked at, in this order. */
static const struct {
	const char *name;
	void (*look)(struct check *check);
	enum need need;
} checks[] = {
	{"account", check_account, ALWAYS},
	{"store", check_store, ALWAYS},
	{"rights", check_rights, ALWAYS},
	{"disk", check_space, ALWAYS},
	{"clock", check_clock, ALWAYS},
	{"people", check_people, ALWAYS},
	{"milter", check_milter, ALWAYS},
	{"capture", check_capture, ALWAYS},
	{"sort", check_sort, ALWAYS},
	{"backlog", check_backlog, ALWAYS},
	{"courier", check_courier, ALWAYS},
	{"relay", check_relay, ALWAYS},
	{"web", check_web, ALWAYS},
	{"smtpd_milters", check_smtpd_milters, WITH_POSTFIX},
	{"non_smtpd_milters", check_other_milters, WITH_POSTFIX},
	{"milter_protocol", check_protocol, WITH_POSTFIX},
	{"recipient_delimiter", check_delimiter, WITH_POSTFIX},
	{"message_size_limit", check_sizes, WITH_POSTFIX},
	{"content filters", check_filters, WITH_POSTFIX},
	{"recipients", check_recipients, WITH_POSTFIX},
	{"sendmail", check_sendmail, WITHOUT_POSTFIX},
	{"deep", check_deep, WHEN_DEEP},
};

static void
say(const struct check *check, const char *kind, const char *mend, const char *format, va_list values)
{
	g_autofree char *text = g_strdup_vprintf(format, values);
	printf("%s %s: %s%s%s\n", kind, check->name, text, mend ? "; mend: " : "", mend ? mend : "");
	(void)fflush(stdout); /* who reads it may have gone */
}

void
check_ok(struct check *check, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	say(check, "ok", NULL, format, values);
	va_end(values);
}

void
check_skip(struct check *check, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	say(check, "skip", NULL, format, values);
	va_end(values);
}

void
check_warn(struct check *check, const char *mend, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	say(check, "warning", mend, format, values);
	va_end(values);
	check->warnings++;
}

void
check_error(struct check *check, const char *mend, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	say(check, "error", mend, format, values);
	va_end(values);
	check->errors++;
}

static bool
is_needed(const struct check *check, enum need need)
{
	switch (need) {
	case WITH_POSTFIX: return check->postfix;
	case WITHOUT_POSTFIX: return !check->postfix;
	case WHEN_DEEP: return check->is_deep;
	default: return true;
	}
}

static void
look_at_all(struct check *check)
{
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		if (is_needed(check, checks[i].need)) {
			check->name = checks[i].name;
			checks[i].look(check);
		}
}

static bool
add_addresses(const struct contact_row *row, void *data)
{
	GPtrArray *addresses = data;
	g_auto(GStrv) all = g_strsplit_set(row->addresses, ", ", -1);
	for (char **address = all; row->is_saving && *address; address++)
		if (**address)
			g_ptr_array_add(addresses, g_strdup(*address));
	return true;
}

/* None where the store cannot be read: check_store says why. */
static GPtrArray *
load_addresses(const struct conf *conf)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = g_build_filename(conf->belfry.store, "desk.db", NULL);
	g_autoptr(db) desk = migrate_is_current(conf->belfry.store, NULL) ? db_open(path, DB_READ, NULL) : NULL;
	if (desk)
		contact_each(desk, "en", add_addresses, addresses, NULL);
	return addresses;
}

/* The Postfix that is set up here. FALSE after saying why it cannot be asked. */
static bool
load_postfix(struct check *check, const char *option, postfix **found)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *directory = postfix_directory(option);
	check->name = "Postfix";
	*found = directory ? postfix_read(directory, &error) : NULL;
	if (*found)
		check_ok(check, "%s, settings of %s", postfix_get(*found, NULL, "mail_version"), directory);
	else if (option && !directory)
		check_error(check, "name the directory of its main.cf", "%s has no main.cf", option);
	else if (error)
		check_error(check, "see what postfix check says", "its settings cannot be read: %s", g_strstrip(error->message));
	check->postfix = *found;
	return *found || !(option || error);
}

static int
check_all(struct check *check, const char *postfix_option)
{
	postfix *found;
	g_autoptr(GPtrArray) addresses = load_addresses(check->conf);
	check->addresses = addresses;
	check->name = "configuration";
	check_ok(check, "%s", check->conf_path);
	load_postfix(check, postfix_option, &found);
	look_at_all(check);
	postfix_free(found);
	printf("%d %s, %d %s\n", check->errors, check->errors == 1 ? "error" : "errors", check->warnings,
		check->warnings == 1 ? "warning" : "warnings");
	return check->errors ? 1 : 0;
}

/* As the store's owner, for it writes. */
static int
recount(const struct conf *conf)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(conf->belfry.store, "desk.db", NULL);
	g_autoptr(db) desk = supervisor_become_user(conf, NULL, &error) && migrate_is_current(conf->belfry.store, &error) ?
		db_open(path, DB_WRITE, &error) : NULL;
	if (desk && db_begin(desk, &error) && verify_recount(desk, &error) && db_commit(desk, &error))
		return printf("counters and full-text index are made anew from the messages\n") < 0;
	fprintf(stderr, "belfry: %s\n", error->message);
	return 1;
}

int
command_check(const struct conf *conf, const char *conf_path, int count, char **words)
{
	struct check check = {.conf = conf, .conf_path = conf_path};
	const char *postfix_option = NULL;
	for (int i = 0; i < count; i++) {
		if (!strcmp(words[i], "--recount") && count == 1)
			return recount(conf);
		if (!strcmp(words[i], "--deep")) {
			check.is_deep = true;
		} else if (!strcmp(words[i], "--postfix") && i + 1 < count) {
			postfix_option = words[++i];
		} else {
			fprintf(stderr, "belfry: check [--deep] [--postfix DIRECTORY], or check --recount\n");
			return EX_USAGE;
		}
	}
	return check_all(&check, postfix_option);
}
