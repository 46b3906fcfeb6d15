/* The store and the machine under it. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "milter/check_kit.h"
#include "milter/rights.h"
#include "store/employee.h"
#include "store/mail.h"
#include "store/migrate.h"
#include "store/setting.h"

#define CLOCK_SLACK_MS (5 * 60 * 1000)
#define BACKLOG_MS (60 * 1000)
#define YEAR_2024_MS G_GINT64_CONSTANT(1704067200000)

/* Whom the roles run as. FALSE: nobody, see check_account. */
static bool
find_account(const struct conf *conf, struct account *account)
{
	return *conf->belfry.user ? account_by_name(conf->belfry.user, account) : account_by_id(geteuid(), account);
}

void
check_account(struct check *check)
{
	struct account account;
	if (!find_account(check->conf, &account)) {
		check_error(check, "useradd --system, or set [belfry] user to another", "there is no account %s", check->conf->belfry.user);
		return;
	}
	if (!account.id) {
		check_error(check, "set [belfry] user to an account of its own", "the roles would run as root, which they refuse");
		return;
	}
	g_autofree char *problem = rights_problem(check->conf_path, &account, RIGHTS_READ);
	if (problem)
		check_error(check, "give the file to that account's group, with mode 0640", "%s, so the roles cannot read their configuration", problem);
	else
		check_ok(check, "the roles run as %s", account.name);
}

void
check_store(struct check *check)
{
	g_autoptr(GError) error = NULL;
	const char *store = check->conf->belfry.store;
	if (access(store, R_OK | X_OK)) {
		bool is_missing = errno == ENOENT;
		check_error(check, is_missing ? "belfry migrate makes it" : "run belfry check as root", "%s: %s", store,
			is_missing ? "is not there" : "you may not look into it");
	} else if (!migrate_is_current(store, &error)) {
		check_error(check, "do what it says before starting Belfry", "%s", error->message);
	} else {
		check_ok(check, "%s is there and up to date", store);
	}
}

/* A file of the store, the rights nobody else may have, and what comes of it when somebody has. */
struct kept {
	const char *name;
	mode_t forbidden;
	bool is_grave;
	const char *mend, *risk;
};
static const struct kept kept[] = {
	{"", 0002, true, "o=", "others may put files of theirs in its place"},
	{"", 0005, false, "o=", "others may look into it"},
	{"raw.db", 0007, true, "o=", "others may read customers' mail"},
	{"desk.db", 0007, true, "o=", "others may read customers' mail"},
	{"keys", 0077, true, "go=", "others may sign as Belfry does, and open what it sealed"},
};

static bool
is_owned(struct check *check, const char *path, const struct stat *now, const struct account *owner)
{
	struct account other;
	if (now->st_uid == owner->id)
		return true;
	g_autofree char *mend = g_strdup_printf("chown -R %s: %s", owner->name, check->conf->belfry.store);
	check_error(check, mend, "%s belongs to %s, and the roles run as %s", path, account_by_id(now->st_uid, &other) ? other.name : "nobody",
		owner->name);
	return false;
}

static bool
is_kept_safe(struct check *check, const struct account *owner, const struct kept *file)
{
	struct stat now;
	g_autofree char *path = g_build_filename(check->conf->belfry.store, *file->name ? file->name : NULL, NULL);
	if (stat(path, &now))
		return true; /* said by check_store */
	if (!is_owned(check, path, &now, owner))
		return false;
	if (!(now.st_mode & file->forbidden))
		return true;
	g_autofree char *mend = g_strdup_printf("chmod %s %s", file->mend, path);
	(file->is_grave ? check_error : check_warn)(check, mend, "%s has mode %04o: %s", path, (unsigned)now.st_mode & 07777, file->risk);
	return false;
}

/* What KEY of the configuration names, "" for nothing: a file outside the store with a secret in it. The roles read it, others do not. */
static bool
is_secret_safe(struct check *check, const struct account *owner, const char *key, const char *path)
{
	struct stat now;
	g_autofree char *problem = *path ? rights_problem(path, owner, RIGHTS_READ) : NULL;
	if (problem) {
		check_error(check, "chown or chmod it", "%s: %s, and the roles need it", key, problem);
		return false;
	}
	if (!*path || stat(path, &now) || !(now.st_mode & S_IRWXO))
		return true;
	g_autofree char *mend = g_strdup_printf("chmod o= %s", path);
	check_error(check, mend, "%s: %s has mode %04o: others may read the secret in it", key, path, (unsigned)now.st_mode & 07777);
	return false;
}

void
check_rights(struct check *check)
{
	struct account owner;
	bool is_fine = true;
	if (!find_account(check->conf, &owner) || access(check->conf->belfry.store, X_OK)) {
		check_skip(check, "nobody to judge them for, or no store to judge");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		is_fine = is_kept_safe(check, &owner, &kept[i]) && is_fine;
	is_fine = is_secret_safe(check, &owner, "[web] key", check->conf->web.key) && is_fine;
	is_fine = is_secret_safe(check, &owner, "[courier] password_file", check->conf->courier.password_file) && is_fine;
	if (is_fine)
		check_ok(check, "the store and what is secret are for %s alone", owner.name);
}

void
check_space(struct check *check)
{
	struct statvfs disk;
	gint64 min_free = check->conf->milter.min_free;
	if (statvfs(check->conf->belfry.store, &disk)) {
		check_skip(check, "%s cannot be looked at", check->conf->belfry.store);
		return;
	}
	gint64 available = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
	const char *const mend = "make room on that disk, or move the store to a larger one";
	if (available < min_free)
		check_error(check, mend, "%" G_GINT64_FORMAT " MB are free, less than min_free (%" G_GINT64_FORMAT " MB): mail is put off with 451",
			available >> 20, min_free >> 20);
	else if (available < 2 * min_free)
		check_warn(check, mend, "%" G_GINT64_FORMAT " MB are free; from %" G_GINT64_FORMAT " MB down (min_free) mail is put off", available >> 20,
			min_free >> 20);
	else
		check_ok(check, "%" G_GINT64_FORMAT " MB are free, min_free is %" G_GINT64_FORMAT " MB", available >> 20, min_free >> 20);
}

/* NULL where the store cannot be read, which check_store has said. */
static db *
open_file(const struct check *check, const char *name)
{
	g_autofree char *path = g_build_filename(check->conf->belfry.store, name, NULL);
	return migrate_is_current(check->conf->belfry.store, NULL) ? db_open(path, DB_READ, NULL) : NULL;
}

static gint64
now_ms(void)
{
	return g_get_real_time() / 1000;
}

void
check_clock(struct check *check)
{
	static const char mend[] = "set the clock and let it be kept right (systemd-timesyncd, chrony)";
	g_autoptr(db) raw = open_file(check, "raw.db");
	gint64 last = raw ? mail_last_id(raw, NULL) : 0, now = now_ms();
	g_autoptr(mail_info) mail = last > 0 ? mail_get(raw, last, NULL) : NULL;
	if (now < YEAR_2024_MS)
		check_error(check, mend, "the machine's clock says a year before 2024");
	else if (!raw)
		check_skip(check, "the store cannot be read");
	else if (mail && mail->captured > now + CLOCK_SLACK_MS)
		check_warn(check, mend, "the newest mail was captured %" G_GINT64_FORMAT " minutes in the future", (mail->captured - now) / 60000);
	else
		check_ok(check, "no mail comes from the future");
}

void
check_backlog(struct check *check)
{
	g_autoptr(db) raw = open_file(check, "raw.db"), desk = open_file(check, "desk.db");
	g_autofree char *sorted = desk ? fact_get(desk, "sorted", NULL) : NULL;
	if (!raw || !sorted) {
		check_skip(check, "the store cannot be read");
		return;
	}
	gint64 last = mail_last_id(raw, NULL), done = g_ascii_strtoll(sorted, NULL, 10);
	g_autoptr(mail_info) waiting = mail_next(raw, done, NULL);
	if (done > last && last)
		check_error(check, "restore both from one backup", "desk.db knows mail up to %" G_GINT64_FORMAT ", raw.db ends at %" G_GINT64_FORMAT, done, last);
	else if (waiting && now_ms() - waiting->captured > BACKLOG_MS)
		check_error(check, "see that the sort role runs, and what its log says (\"sorting waits\")",
			"mails from number %" G_GINT64_FORMAT " on wait to be sorted, the first for %" G_GINT64_FORMAT " s", waiting->id,
			(now_ms() - waiting->captured) / 1000);
	else
		check_ok(check, "mail is sorted as it comes");
}

static bool
note_active(const employee *person, void *data)
{
	bool *is_any = data;
	*is_any = *is_any || person->is_active;
	return true;
}

void
check_people(struct check *check)
{
	bool is_any = false;
	g_autoptr(db) desk = open_file(check, "desk.db");
	if (!desk || !employee_each(desk, note_active, &is_any, NULL)) {
		check_skip(check, "the store cannot be read");
		return;
	}
	if (!is_any)
		check_warn(check, "belfry employee add EMAIL --firstname NAME --lastname NAME --role admin", "nobody can log in: there is no employee");
	if (!check->addresses->len)
		check_warn(check, "belfry contact list, then belfry contact add ADDRESS --id NUMBER", "no contact has an address: no mail is captured");
	if (is_any && check->addresses->len)
		check_ok(check, "there are employees; addresses to write to: %u", check->addresses->len);
}
