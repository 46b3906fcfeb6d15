#include "milter/backup_commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "store/backup.h"
#include "store/later.h"

#define NAMED_MAX 100 /* mails that a restore names one by one */

static int
misuse(const char *sentence)
{
	fprintf(stderr, "belfry: %s\n", sentence);
	return EX_USAGE;
}

/* Commands work as the configured user, which root may forget. */
static int
complain(const struct conf *conf, const GError *error)
{
	fprintf(stderr, "belfry: %s\n", error->message);
	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_ACCES) && *conf->belfry.user)
		fprintf(stderr, "belfry: this is done as the user %s: it needs a directory of its own there\n", conf->belfry.user);
	return 1;
}

static char *
time_text(gint64 milliseconds)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(milliseconds / 1000);
	return when ? g_date_time_format(when, "%Y-%m-%d %H:%M:%S UTC") : g_strdup("an unknown time");
}

static int
make(const struct conf *conf, const char *directory)
{
	struct manifest manifest;
	g_autoptr(GError) error = NULL;
	if (!backup_make(conf->belfry.store, directory, conf->milter.min_free, &error) || !manifest_read(directory, &manifest, &error))
		return complain(conf, error);
	printf("%s: complete, up to raw mail %" G_GINT64_FORMAT "; it holds the keys: keep it as safe as the store\n", directory, manifest.last_mail);
	return 0;
}

/* FALSE after saying why. */
static bool
is_well(const struct conf *conf, const char *directory, struct manifest *manifest)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) problems = manifest_read(directory, manifest, &error) ? backup_verify(directory, &error) : NULL;
	if (!problems) {
		complain(conf, error);
		return false;
	}
	for (guint i = 0; i < problems->len; i++)
		fprintf(stderr, "belfry: %s: %s\n", directory, (const char *)problems->pdata[i]);
	return !problems->len;
}

static int
verify(const struct conf *conf, const char *directory)
{
	struct manifest manifest;
	if (!is_well(conf, directory, &manifest)) {
		fprintf(stderr, "belfry: %s: not a backup to rely on: make a new one, and look at the store with belfry check --deep\n", directory);
		return 1;
	}
	g_autofree char *when = time_text(manifest.taken);
	printf("%s: well; taken %s by belfry %s, up to raw mail %" G_GINT64_FORMAT "\n", directory, when, manifest.program, manifest.last_mail);
	return 0;
}

int
command_backup(const struct conf *conf, int count, char **words)
{
	bool is_verify = count && !strcmp(words[0], "--verify");
	if (count != 1 + is_verify || *words[count - 1] == '-')
		return misuse("backup DIRECTORY, or backup --verify DIRECTORY");
	return is_verify ? verify(conf, words[1]) : make(conf, words[0]);
}

static void
name_mail(const mail_info *mail, void *unused)
{
	(void)unused;
	g_autofree char *when = time_text(mail->captured), *all = g_strjoinv(", ", mail->recipients);
	g_autofree char *sender = g_strescape(mail->sender, NULL), *to = g_strescape(all, NULL); /* strangers' octets, on a terminal */
	printf("  %" G_GINT64_FORMAT " %s %s from <%s> to %s%s%s\n", mail->id, when, mail->door, sender, *to ? to : "-", *mail->queue_id ? " queue id " : "",
		mail->queue_id);
}

static void
name_left(const struct backup_restored *restored)
{
	g_autoptr(GError) error = NULL;
	printf("mail that came or left after the backup is in %s/raw.db alone: %" G_GINT64_FORMAT " of it, numbers %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "\n",
		restored->aside, restored->left_count, restored->left_first, restored->left_last);
	if (!later_each(restored->aside, restored->manifest.last_mail, NAMED_MAX, name_mail, NULL, &error))
		printf("  and some that cannot be read: %s\n", error->message);
	else if (restored->left_count > NAMED_MAX)
		printf("  … the mail server's log names the others\n");
}

static void
tell_left(const struct backup_restored *restored)
{
	if (restored->left_count > 0)
		name_left(restored);
	else if (!restored->aside)
		printf("there was no store here before: if mail was captured after raw mail %" G_GINT64_FORMAT ", it is missing, and the log of the machine that"
			" took it names it (captured mail=NUMBER, with its queue id)\n", restored->manifest.last_mail);
	else if (restored->left_count < 0)
		printf("what came after the backup is in %s/raw.db alone, which could not be read\n", restored->aside);
}

static int
take_later(const struct conf *conf, const struct backup_restored *restored)
{
	struct later_taken taken;
	g_autoptr(GError) error = NULL;
	if (!restored->left_count) {
		printf("there is no later mail to take over\n");
		return 0;
	}
	if (!later_take(restored->aside, conf->belfry.store, restored->manifest.last_mail, &taken, &error)) {
		fprintf(stderr, "belfry: the backup is back, but not the later mail: %s\n", error->message);
		return 1;
	}
	printf("taken over, to be sorted anew: %" G_GINT64_FORMAT " mails that came after the backup\n", taken.count);
	if (taken.unreadable)
		printf("not taken over, as they are damaged: %" G_GINT64_FORMAT "\n", taken.unreadable);
	return 0;
}

int
command_restore(const struct conf *conf, int count, char **words)
{
	struct manifest manifest;
	struct backup_restored restored;
	g_autoptr(GError) error = NULL;
	bool has_mail = count && !strcmp(words[0], "--with-mail");
	if (count != 1 + has_mail || *words[count - 1] == '-')
		return misuse("restore [--with-mail] DIRECTORY");
	const char *directory = words[count - 1];
	if (!is_well(conf, directory, &manifest)) {
		fprintf(stderr, "belfry: %s: not restored; the store is as it was\n", directory);
		return 1;
	}
	if (!backup_restore(directory, conf->belfry.store, &restored, &error))
		return complain(conf, error);
	g_autofree char *when = time_text(restored.manifest.taken), *aside = restored.aside;
	printf("%s: as it was at %s\n", conf->belfry.store, when);
	if (aside)
		printf("what it held before is in %s: remove that when all is well\n", aside);
	tell_left(&restored);
	if (restored.doubtful)
		printf("mails of ours that waited then, and may have left since: %d; they are in doubt, and not sent before their writers, or belfry queue, say so\n",
			restored.doubtful);
	return has_mail ? take_later(conf, &restored) : 0;
}
